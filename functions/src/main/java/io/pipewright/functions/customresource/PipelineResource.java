package io.pipewright.functions.customresource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.findings.Findings;
import io.pipewright.functions.log.Log;
import io.pipewright.functions.pipeline.Pipelines;
import io.pipewright.functions.store.StackAnswer;
import io.pipewright.functions.store.Store;
import io.pipewright.functions.wire.ApiError;
import io.pipewright.functions.wire.Codec;
import io.pipewright.statemachine.definition.Finding;
import java.util.List;
import software.amazon.awssdk.services.codepipeline.model.CreatePipelineRequest;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;

/**
 * A pipeline as a stack's resource. Its physical id is its name, as {@code AWS::CodePipeline::Pipeline} has it. A resource touches
 * only pipelines that it made itself, which their {@code createdBy} says; every request may be repeated.
 */
final class PipelineResource {
    private static final String NAME_IN_USE = "PipelineNameInUseException";

    private final Engine engine;
    private final Store store;
    private final Pipelines pipelines;

    PipelineResource(Engine engine) {
        this.engine = engine;
        this.store = engine.store();
        this.pipelines = new Pipelines(engine);
    }

    /** @throws ApiError what the API would answer to the same call */
    StackAnswer carryOut(ResourceRequest request) {
        return switch (request.type()) {
            // An update that renames the pipeline makes another: CloudFormation deletes the old one then, or comes back to it.
            case CREATE, UPDATE -> assure(request);
            case DELETE -> delete(request);
        };
    }

    private StackAnswer assure(ResourceRequest request) {
        ObjectNode input = request.definition();
        List<Finding> findings = Findings.of(input, engine.settings().limits(), engine.settings().region());
        if (!findings.isEmpty()) {
            return StackAnswer.failure(request.lastId(),
                    String.join("\n", Findings.lines("The definition of " + request.logicalId(), findings)));
        }
        PipelineDeclaration asked = Codec.read(CreatePipelineRequest::builder, input).pipeline();
        return createOrUpdate(asked, request);
    }

    private StackAnswer createOrUpdate(PipelineDeclaration asked, ResourceRequest request) {
        try {
            pipelines.create(asked, request.maker());
        } catch (ApiError e) {
            if (!e.code().equals(NAME_IN_USE)) {
                throw e;
            }
            if (!hasMade(request.maker(), asked.name())) {
                return StackAnswer.failure(request.lastId(), e.code() + ": " + e.getMessage() + ". It isn't " + request.logicalId()
                        + "'s and is left alone. Delete it first, or give the definition another name.");
            }
            pipelines.assure(asked);
        }
        log("A stack has made its pipeline what its template says", asked.name(), request);
        return StackAnswer.success(asked.name());
    }

    private boolean hasMade(String maker, String pipeline) {
        return store.entry(pipeline).flatMap(entry -> store.pipeline(entry.generation()))
                .filter(record -> record.createdBy().equals(maker)).isPresent();
    }

    /** What is gone needs nothing, and what somebody else has made is left alone: so it is after a creation that failed. */
    private StackAnswer delete(ResourceRequest request) {
        String name = request.lastId();
        if (hasMade(request.maker(), name)) {
            pipelines.delete(name);
            log("A stack has deleted its pipeline", name, request);
        }
        return StackAnswer.success(name);
    }

    private void log(String message, String pipeline, ResourceRequest request) {
        engine.log().info(message, Log.PIPELINE, pipeline, "stack", request.stackId(), "resource", request.logicalId());
    }
}
