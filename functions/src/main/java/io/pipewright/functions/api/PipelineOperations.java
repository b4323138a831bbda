package io.pipewright.functions.api;

import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.pipeline.Pipelines;
import io.pipewright.functions.store.Page;
import io.pipewright.functions.store.PipelineEntry;
import io.pipewright.functions.store.PipelineVersion;
import io.pipewright.functions.store.Store;
import io.pipewright.functions.wire.ApiError;
import io.pipewright.functions.wire.NextToken;
import io.pipewright.statemachine.execution.PipelineDecision;
import io.pipewright.statemachine.execution.PipelineMessage;
import io.pipewright.statemachine.execution.Transition;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.codepipeline.model.CreatePipelineRequest;
import software.amazon.awssdk.services.codepipeline.model.CreatePipelineResponse;
import software.amazon.awssdk.services.codepipeline.model.DeletePipelineRequest;
import software.amazon.awssdk.services.codepipeline.model.DisableStageTransitionRequest;
import software.amazon.awssdk.services.codepipeline.model.EnableStageTransitionRequest;
import software.amazon.awssdk.services.codepipeline.model.GetPipelineRequest;
import software.amazon.awssdk.services.codepipeline.model.GetPipelineResponse;
import software.amazon.awssdk.services.codepipeline.model.ListPipelinesRequest;
import software.amazon.awssdk.services.codepipeline.model.ListPipelinesResponse;
import software.amazon.awssdk.services.codepipeline.model.PipelineMetadata;
import software.amazon.awssdk.services.codepipeline.model.PipelineSummary;
import software.amazon.awssdk.services.codepipeline.model.StageTransitionType;
import software.amazon.awssdk.services.codepipeline.model.Tag;
import software.amazon.awssdk.services.codepipeline.model.UpdatePipelineRequest;
import software.amazon.awssdk.services.codepipeline.model.UpdatePipelineResponse;

/** Pipelines and their transitions. */
final class PipelineOperations {
    private static final int MOST_PIPELINES = 1000;
    private static final int MOST_TAGS = 50;

    private final Engine engine;
    private final Store store;
    private final Pipelines pipelines;

    PipelineOperations(Engine engine) {
        this.engine = engine;
        this.store = engine.store();
        this.pipelines = new Pipelines(engine);
    }

    void register(Api api) {
        api.operation("CreatePipeline", CreatePipelineRequest::builder, this::create);
        api.operation("GetPipeline", GetPipelineRequest::builder, this::get);
        api.operation("UpdatePipeline", UpdatePipelineRequest::builder, this::update);
        api.operation("DeletePipeline", DeletePipelineRequest::builder, this::delete);
        api.operation("ListPipelines", ListPipelinesRequest::builder, this::list);
        api.operation("DisableStageTransition", DisableStageTransitionRequest::builder, this::disable);
        api.operation("EnableStageTransition", EnableStageTransitionRequest::builder, this::enable);
    }

    private SdkPojo create(CreatePipelineRequest request, Caller caller) {
        check(request.tags(), engine.settings().pipelineArn(request.pipeline().name()));
        CreatePipelineResponse.Builder answer = CreatePipelineResponse.builder()
                .pipeline(pipelines.create(request.pipeline(), caller.arn()));
        if (request.hasTags()) {
            answer.tags(request.tags());
        }
        return answer.build();
    }

    private static void check(List<Tag> tags, String arn) {
        if (tags.size() > MOST_TAGS) {
            throw ApiError.tooManyTags(arn);
        }
        if (tags.stream().anyMatch(tag -> tag.key().toLowerCase(Locale.ROOT).startsWith("aws:"))) {
            throw ApiError.systemTag();
        }
    }

    private SdkPojo get(GetPipelineRequest request, Caller caller) {
        PipelineEntry entry = store.entry(request.name()).orElseThrow(
                () -> ApiError.pipelineNotFoundByGet(engine.settings().account(), request.name()));
        int number = request.version() == null ? entry.version() : request.version();
        PipelineVersion version = Optional.of(number).filter(there -> there <= entry.version())
                .flatMap(there -> store.version(entry.generation(), there))
                .orElseThrow(() -> ApiError.pipelineVersionNotFound(request.name(), number));
        return GetPipelineResponse.builder()
                .pipeline(version.declaration())
                .metadata(PipelineMetadata.builder()
                        .pipelineArn(engine.settings().pipelineArn(entry.name()))
                        .created(Instant.ofEpochMilli(entry.created()))
                        .updated(Instant.ofEpochMilli(version.created()))
                        .build())
                .build();
    }

    private SdkPojo update(UpdatePipelineRequest request, Caller caller) {
        return UpdatePipelineResponse.builder().pipeline(pipelines.update(request.pipeline())).build();
    }

    private SdkPojo delete(DeletePipelineRequest request, Caller caller) {
        pipelines.delete(request.name());
        return null;
    }

    private SdkPojo list(ListPipelinesRequest request, Caller caller) {
        Optional<String> after = Optional.ofNullable(request.nextToken())
                .map(token -> NextToken.decode(token, "ListPipelines", ""));
        int limit = request.maxResults() == null ? MOST_PIPELINES : request.maxResults();
        Page<PipelineEntry> page = store.entries(after, limit);
        return ListPipelinesResponse.builder()
                .pipelines(page.elements().stream().map(PipelineOperations::summary).toList())
                .nextToken(page.next().map(at -> NextToken.encode("ListPipelines", "", at)).orElse(null))
                .build();
    }

    private static PipelineSummary summary(PipelineEntry entry) {
        return PipelineSummary.builder().name(entry.name()).version(entry.version())
                .pipelineType(entry.type()).executionMode(entry.mode())
                .created(Instant.ofEpochMilli(entry.created())).updated(Instant.ofEpochMilli(entry.updated()))
                .build();
    }

    private SdkPojo disable(DisableStageTransitionRequest request, Caller caller) {
        return transition(request.pipelineName(), request.stageName(), request.transitionType(),
                Transition.disabled(request.reason(), caller.arn(), engine.now()));
    }

    private SdkPojo enable(EnableStageTransitionRequest request, Caller caller) {
        return transition(request.pipelineName(), request.stageName(), request.transitionType(),
                Transition.enabled(caller.arn(), engine.now()));
    }

    private SdkPojo transition(String pipeline, String stage, StageTransitionType type, Transition transition) {
        PipelineEntry entry = entry(pipeline);
        PipelineDecision decision = engine.tell(entry.generation(), new PipelineMessage.SetTransition(
                        stage, type == StageTransitionType.INBOUND, transition))
                .orElseThrow(() -> notFound(pipeline)).decision();
        if (decision instanceof PipelineDecision.Refused refused) {
            throw refused.refusal() == PipelineDecision.Refusal.STAGE_NOT_FOUND
                    ? ApiError.stageNotFound(pipeline, stage) : notFound(pipeline);
        }
        return null;
    }

    private PipelineEntry entry(String name) {
        return store.entry(name).orElseThrow(() -> notFound(name));
    }

    private ApiError notFound(String name) {
        return ApiError.pipelineNotFound(engine.settings().account(), name);
    }
}
