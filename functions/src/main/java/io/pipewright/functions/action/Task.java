package io.pipewright.functions.action;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a machine's task says: who it is and which token answers it.
 *
 * @param generation the pipeline's generation
 * @param version the declaration version that the positions refer to
 * @param run the pipeline execution id
 * @param stage position of the stage; for a gate, of the stage behind it
 * @param action position in the stage, -1 for a gate
 */
public record Task(String token, String generation, int version, String run, int attempt, int stage, int action) {

    /** From the payload that the compiler writes into the machine. */
    public static Task of(JsonNode payload) {
        return new Task(
                payload.path("token").asText(), payload.path("generation").asText(),
                payload.path("version").asInt(), payload.path("run").asText(), payload.path("attempt").asInt(),
                payload.path("stage").asInt(), payload.path("action").asInt(-1));
    }
}
