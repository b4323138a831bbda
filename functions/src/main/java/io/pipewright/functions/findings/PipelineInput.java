package io.pipewright.functions.findings;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The forms in which users keep pipelines. */
public final class PipelineInput {
    private PipelineInput() {
    }

    /**
     * The input of CreatePipeline that the JSON of a file means: as the AWS CLI takes it, or as {@code get-pipeline} prints it, or
     * the pipeline alone. Whether it is right, {@link Findings} tells.
     */
    public static ObjectNode of(ObjectNode json) {
        boolean alone = !json.has("pipeline") && (json.has("stages") || json.has("name"));
        return alone
                ? JsonNodeFactory.instance.objectNode().set("pipeline", json)
                : json.deepCopy().without("metadata");
    }
}
