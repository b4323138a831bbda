package io.pipewright.infra;

import java.util.List;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.services.apigateway.EndpointType;
import software.amazon.awscdk.services.apigateway.LambdaIntegration;
import software.amazon.awscdk.services.apigateway.Method;
import software.amazon.awscdk.services.apigateway.Resource;
import software.amazon.awscdk.services.apigateway.RestApi;
import software.amazon.awscdk.services.apigateway.StageOptions;
import software.constructs.Construct;

/**
 * What is reached without a signature for this API: approval pages, whose link is the credential, and the jobs endpoint for users'
 * functions, whose job id is. An API of its own, so that nothing here can reach the one that IAM guards.
 */
final class PublicPages extends Construct {
    private static final String STAGE = "live";
    /** Requests per second that nobody's pipelines need; more is somebody guessing. */
    private static final int RATE = 50;

    private final RestApi api;

    PublicPages(Construct scope, Decisions decisions) {
        super(scope, "PublicPages");
        api = RestApi.Builder.create(this, "Api")
                .restApiName(decisions.prefix() + "public")
                .description("Pipewright: approval pages and the jobs endpoint")
                .endpointTypes(List.of(EndpointType.REGIONAL))
                .cloudWatchRole(false)
                // Not traced: a trace would keep the links' tokens. The functions behind it are.
                .deployOptions(StageOptions.builder().stageName(STAGE).tracingEnabled(false)
                        .throttlingRateLimit(RATE).throttlingBurstLimit(2 * RATE).build())
                .build();
        AwsJsonErrors.addTo(api);
        ApiExceptions.explain(api);
    }

    /** Leads to the functions, which know this API's address: hence not made together with it. */
    void serve(Functions functions) {
        Resource page = api.getRoot().addResource("approvals").addResource("{token}");
        explain(page.addMethod("GET", integration(functions.of(Handler.REVIEW))), "The link's token");
        explain(page.addMethod("POST", integration(functions.of(Handler.REVIEW))), "The link's token");
        // An SDK whose endpoint is the stage's address posts to its root.
        explain(api.getRoot().addMethod("POST", integration(functions.of(Handler.JOBS))), "The unguessable job id");
    }

    private static void explain(Method method, String credential) {
        Explained.rule(method, "AwsSolutions-APIG4", credential + " is the credential; the function checks it.");
        Explained.rule(method, "AwsSolutions-COG4", credential + " is the credential; the function checks it.");
    }

    private static LambdaIntegration integration(HandlerFunction function) {
        return LambdaIntegration.Builder.create(function.live()).allowTestInvoke(false).build();
    }

    /** Without a trailing slash. Names the API alone, not its stage, on which functions can't depend. */
    String url() {
        return "https://" + api.getRestApiId() + ".execute-api." + Aws.REGION + "." + Aws.URL_SUFFIX + "/" + STAGE;
    }

    RestApi api() {
        return api;
    }
}
