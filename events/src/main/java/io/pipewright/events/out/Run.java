package io.pipewright.events.out;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;

/**
 * The run that an event tells of.
 *
 * @param pipelineArn ARN of the pipeline, {@code arn:<partition>:codepipeline:<region>:<account>:<pipeline>}
 * @param pipeline name of the pipeline
 * @param executionId the run's id
 * @param version version of the declaration that the run uses
 * @param attempt 1 for the first try, one more with each retry of any stage
 */
public record Run(String pipelineArn, String pipeline, String executionId, int version, int attempt) {
    public Run {
        Objects.requireNonNull(pipelineArn, "pipelineArn");
        Objects.requireNonNull(pipeline, "pipeline");
        Objects.requireNonNull(executionId, "executionId");
        if (attempt < 1) {
            throw new IllegalArgumentException("Attempts of a run count from 1, not " + attempt);
        }
    }

    /** What a stage's events show for the attempt: 0 until the first retry, then the run's. Recorded so of CodePipeline. */
    int stageAttempt() {
        return attempt == 1 ? 0 : attempt;
    }

    void head(ObjectNode detail) {
        Detail.put(detail, "pipeline", pipeline);
        Detail.put(detail, "execution-id", executionId);
    }

    void tail(ObjectNode detail, int shownAttempt) {
        Detail.put(detail, "version", version);
        Detail.put(detail, "pipeline-execution-attempt", shownAttempt);
    }
}
