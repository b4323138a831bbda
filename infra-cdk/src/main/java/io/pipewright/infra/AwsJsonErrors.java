package io.pipewright.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.services.apigateway.GatewayResponseOptions;
import software.amazon.awscdk.services.apigateway.ResponseType;
import software.amazon.awscdk.services.apigateway.RestApi;

/** What API Gateway itself answers, in the words of AWS's JSON 1.1 protocol: clients see the exceptions that they know. */
final class AwsJsonErrors {
    private record Answer(ResponseType type, int status, String exception) { }

    private static final List<Answer> EVERYWHERE = List.of(
            new Answer(ResponseType.THROTTLED, 400, "ThrottlingException"),
            new Answer(ResponseType.REQUEST_TOO_LARGE, 413, "RequestEntityTooLargeException"),
            new Answer(ResponseType.INTEGRATION_FAILURE, 503, "ServiceUnavailableException"),
            new Answer(ResponseType.INTEGRATION_TIMEOUT, 503, "ServiceUnavailableException"),
            new Answer(ResponseType.DEFAULT_5_XX, 500, "InternalFailure"));

    private static final List<Answer> WITH_SIGNATURES = List.of(
            new Answer(ResponseType.ACCESS_DENIED, 400, "AccessDeniedException"),
            new Answer(ResponseType.UNAUTHORIZED, 400, "AccessDeniedException"),
            new Answer(ResponseType.EXPIRED_TOKEN, 400, "ExpiredTokenException"),
            new Answer(ResponseType.INVALID_SIGNATURE, 400, "InvalidSignatureException"),
            new Answer(ResponseType.MISSING_AUTHENTICATION_TOKEN, 400, "MissingAuthenticationTokenException"),
            // By a web ACL of the user's own.
            new Answer(ResponseType.WAF_FILTERED, 400, "AccessDeniedException"),
            new Answer(ResponseType.DEFAULT_4_XX, 400, "ValidationException"));

    private AwsJsonErrors() { }

    /** Of an API that everybody may call. */
    static void addTo(RestApi api) {
        EVERYWHERE.forEach(answer -> add(api, answer));
    }

    /** Of an API whose calls are signed. */
    static void addSignedTo(RestApi api) {
        addTo(api);
        WITH_SIGNATURES.forEach(answer -> add(api, answer));
    }

    private static void add(RestApi api, Answer answer) {
        api.addGatewayResponse(answer.type().getResponseType(), GatewayResponseOptions.builder()
                .type(answer.type())
                .statusCode(String.valueOf(answer.status()))
                .responseHeaders(Map.of(
                        "Content-Type", "'application/x-amz-json-1.1'",
                        "x-amzn-ErrorType", "'" + answer.exception() + "'"))
                .templates(Map.of("application/json",
                        "{\"__type\":\"" + answer.exception() + "\",\"message\":$context.error.messageString}"))
                .build());
    }
}
