package io.pipewright.functions.trigger;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.execution.Starts;
import io.pipewright.functions.log.Log;
import io.pipewright.functions.store.PipelineEntry;
import io.pipewright.functions.wire.ApiError;
import io.pipewright.functions.wire.Codec;
import io.pipewright.functions.wire.Validator;
import java.util.Optional;
import software.amazon.awssdk.services.codepipeline.model.StartPipelineExecutionRequest;
import software.amazon.awssdk.services.codepipeline.model.TriggerType;

/**
 * Starts a pipeline for a rule of the user's own, whose input is that of StartPipelineExecution: {@code name} and, if wanted,
 * {@code sourceRevisions}, {@code variables} and {@code clientRequestToken}, and with them {@code ruleArn}, the rule's ARN
 * ({@code <aws.events.rule-arn>} in an input template). Events arrive at least once: a rule that passes the event's id as
 * {@code clientRequestToken} starts one execution for each event, any other rule may start two.
 */
final class RuleStart {
    private static final String OPERATION = "StartPipelineExecution";
    private static final String LIMIT = "ConcurrentPipelineExecutionsLimitExceededException";

    private final Engine engine;
    private final Starts starts;

    RuleStart(Engine engine, Starts starts) {
        this.engine = engine;
        this.starts = starts;
    }

    /** Events have a detail-type; StartPipelineExecution's input has none. */
    static boolean isMeant(JsonNode input) {
        return input.isObject() && input.has("name") && !input.has("detail-type");
    }

    /**
     * Starts the pipeline. What is wrong with the input is logged and given up, as nothing of it gets better by repetition.
     *
     * @throws ApiError ConcurrentPipelineExecutionsLimitExceededException, so that the event is delivered again later
     */
    void start(JsonNode input) {
        try {
            StartPipelineExecutionRequest request = Codec.read(StartPipelineExecutionRequest::builder, input);
            Validator.validate(OPERATION, input);
            PipelineEntry entry = engine.store().entry(request.name())
                    .orElseThrow(() -> ApiError.pipelineNotFound(engine.settings().account(), request.name()));
            starts.start(entry, new Starts.Cause(TriggerType.CLOUD_WATCH_EVENT, input.path("ruleArn").asText(""),
                    request.variables(), request.sourceRevisions(), Optional.ofNullable(request.clientRequestToken()),
                    Optional.empty()));
        } catch (ApiError e) {
            if (e.code().equals(LIMIT)) {
                throw e;
            }
            engine.log().error("A rule's input started no execution", e,
                    Log.PIPELINE, input.path("name").asText(), "rule", input.path("ruleArn").asText(""));
        }
    }
}
