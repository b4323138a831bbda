package io.pipewright.functions.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipewright.functions.wire.ApiError;
import io.pipewright.functions.wire.ServiceModel;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The path that a call must have, by which IAM policies tell calls apart: {@code /<Operation>/<pipeline>/<stage>/<action>} as far as
 * the request names them, {@code /<Operation>/<owner>/<provider>} for job polling, {@code /<Operation>} for the rest. Tags name their
 * pipeline by its ARN, a webhook its target pipeline.
 *
 * <p>In a segment, letters, digits and {@code - . _ ~ @} stand for themselves, so that a policy can be written with the plain names of
 * pipelines, stages and actions, which consist of these; everything else is percent-encoded in UTF-8. The path ends before the first
 * name that is missing, empty or no text: the API refuses such a request itself.
 */
public final class RequestPath {
    private static final Pattern PIPELINE_NAME = Pattern.compile("[A-Za-z0-9.@_-]+");
    private static final int ARN_PARTS = 6;

    private static final String ARN = "/resourceArn";
    private static final List<String> NOTHING = List.of();
    private static final List<String> NAME = List.of("/name");
    private static final List<String> DECLARED = List.of("/pipeline/name");
    private static final List<String> PIPELINE = List.of("/pipelineName");
    private static final List<String> STAGE = List.of("/pipelineName", "/stageName");
    private static final List<String> ACTION = List.of("/pipelineName", "/stageName", "/actionName");
    private static final List<String> ACTION_TYPE = List.of("/actionTypeId/owner", "/actionTypeId/provider");

    private RequestPath() { }

    /**
     * The path of a call, encoded; begins with a slash and doesn't end with one.
     *
     * @param input the request's body
     * @throws ApiError UnknownOperationException
     */
    public static String of(String operation, JsonNode input) {
        return "/" + segments(operation, input).stream().map(RequestPath::encoded).collect(Collectors.joining("/"));
    }

    /**
     * Whether a call came on its path, however the path's characters were encoded on the way. A path whose slashes or dots
     * were changed on the way agrees with nothing.
     *
     * @param path without the name of API Gateway's stage
     * @throws ApiError UnknownOperationException
     */
    static boolean agrees(String path, String operation, JsonNode input) {
        String expected = of(operation, input);
        return path.equals(expected) || path.startsWith("/")
                && decoded(path).equals(Optional.of(segments(operation, input)));
    }

    /**
     * The operation that a call is for.
     *
     * @param target the value of {@code X-Amz-Target}; null for none
     * @throws ApiError UnknownOperationException
     */
    public static String operation(String target) {
        String prefix = ServiceModel.TARGET_PREFIX + ".";
        String name = target != null && target.startsWith(prefix) ? target.substring(prefix.length()) : "";
        return ServiceModel.codePipeline().operation(name).name();
    }

    private static List<String> segments(String operation, JsonNode input) {
        List<String> segments = new ArrayList<>(List.of(operation));
        for (String pointer : pointers(operation)) {
            String name = input.at(pointer).isTextual() ? input.at(pointer).textValue() : "";
            if (pointer.equals(ARN)) {
                name = pipelineOf(name);
            }
            if (name.isEmpty()) {
                break;
            }
            segments.add(name);
        }
        return segments;
    }

    /** Where an operation's input names what it is about; every operation of the model is here. */
    private static List<String> pointers(String operation) {
        return switch (operation) {
            case "GetPipeline", "DeletePipeline", "GetPipelineState", "StartPipelineExecution" -> NAME;
            case "CreatePipeline", "UpdatePipeline" -> DECLARED;
            case "GetPipelineExecution", "StopPipelineExecution", "ListPipelineExecutions", "ListActionExecutions",
                    "ListRuleExecutions", "ListDeployActionExecutionTargets" -> PIPELINE;
            case "RetryStageExecution", "RollbackStage", "OverrideStageCondition", "EnableStageTransition",
                    "DisableStageTransition" -> STAGE;
            case "PutApprovalResult", "PutActionRevision" -> ACTION;
            case "PollForJobs", "PollForThirdPartyJobs" -> ACTION_TYPE;
            case "ListTagsForResource", "TagResource", "UntagResource" -> List.of(ARN);
            case "PutWebhook" -> List.of("/webhook/targetPipeline");
            case "ListPipelines", "ListActionTypes", "ListRuleTypes", "ListWebhooks", "DeleteWebhook",
                    "RegisterWebhookWithThirdParty", "DeregisterWebhookWithThirdParty", "CreateCustomActionType",
                    "DeleteCustomActionType", "GetActionType", "UpdateActionType", "AcknowledgeJob", "GetJobDetails",
                    "PutJobSuccessResult", "PutJobFailureResult", "AcknowledgeThirdPartyJob",
                    "GetThirdPartyJobDetails", "PutThirdPartyJobSuccessResult", "PutThirdPartyJobFailureResult" -> NOTHING;
            default -> throw ApiError.unknownOperation();
        };
    }

    /** Webhooks and action types have ARNs too, which name no pipeline: they hold a colon. */
    private static String pipelineOf(String arn) {
        String[] parts = arn.split(":", ARN_PARTS);
        return parts.length == ARN_PARTS && PIPELINE_NAME.matcher(parts[ARN_PARTS - 1]).matches()
                ? parts[ARN_PARTS - 1] : "";
    }

    private static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8)
                .replace("+", "%20").replace("*", "%2A").replace("%7E", "~").replace("%40", "@");
    }

    private static Optional<List<String>> decoded(String path) {
        try {
            // A plus stands for itself in a path.
            return Optional.of(List.of(path.substring(1).split("/", -1)).stream()
                    .map(segment -> URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8)).toList());
        } catch (IllegalArgumentException notEncoded) {
            return Optional.empty();
        }
    }
}
