package io.pipewright.functions.customresource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.functions.findings.PipelineInput;
import io.pipewright.functions.wire.ApiError;
import io.pipewright.functions.wire.Codec;
import io.pipewright.functions.wire.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Optional;

/**
 * What CloudFormation asks of a custom resource's function ("CloudFormation custom resource request and response reference").
 *
 * @param stackId the stack's ARN; a stack made again under its old name has another
 * @param requestId unique in the stack; a repeated request has the same
 * @param logicalId the resource's name in its template
 * @param physicalId what the last answer called it; empty when it is to be created
 * @param responseUrl where the answer goes
 */
record ResourceRequest(
        Type type, String stackId, String requestId, String logicalId, Optional<String> physicalId, URI responseUrl,
        JsonNode properties) {
    /** The property that holds the pipeline: as text, since CloudFormation makes text of numbers and truth values in properties. */
    private static final String DEFINITION = "Definition";
    private static final int LONGEST_NAME = 100;

    enum Type { CREATE, UPDATE, DELETE }

    /** @throws IllegalArgumentException for what CloudFormation doesn't send */
    static ResourceRequest read(InputStream input) throws IOException {
        JsonNode event = Json.mapper().readTree(input);
        return new ResourceRequest(type(text(event, "RequestType")), text(event, "StackId"), text(event, "RequestId"),
                text(event, "LogicalResourceId"), Optional.ofNullable(event.path("PhysicalResourceId").textValue()),
                URI.create(text(event, "ResponseURL")), event.path("ResourceProperties"));
    }

    private static Type type(String text) {
        return switch (text) {
            case "Create" -> Type.CREATE;
            case "Update" -> Type.UPDATE;
            case "Delete" -> Type.DELETE;
            default -> throw new IllegalArgumentException("CloudFormation has no RequestType " + text);
        };
    }

    private static String text(JsonNode event, String member) {
        String text = event.path(member).textValue();
        if (text == null) {
            throw new IllegalArgumentException("The event is no request of CloudFormation: it has no " + member);
        }
        return text;
    }

    /** Whom the pipelines of this resource have as their maker; no caller of the API has a name like that. */
    String maker() {
        return stackId + "/" + logicalId;
    }

    /**
     * The input of CreatePipeline.
     *
     * @throws ApiError ValidationException where there is none
     */
    ObjectNode definition() {
        return readable().orElseThrow(() -> ApiError.validation("The property " + DEFINITION
                + " must hold, as text, the JSON of a pipeline: as aws codepipeline create-pipeline --cli-input-json takes it."));
    }

    private Optional<ObjectNode> readable() {
        try {
            return Optional.ofNullable(properties.path(DEFINITION).textValue()).map(Codec::parse).map(PipelineInput::of);
        } catch (ApiError malformed) {
            return Optional.empty();
        }
    }

    /**
     * The physical id that tells CloudFormation of no replacement. Before there is one it is the name that the pipeline has, or was
     * to have: what is given here comes back when CloudFormation clears up after a failure.
     */
    String lastId() {
        return physicalId.or(() -> readable().map(input -> input.at("/pipeline/name").textValue())
                .filter(name -> !name.isBlank() && name.length() <= LONGEST_NAME)).orElse(requestId);
    }
}
