package io.pipewright.infra;

import software.amazon.awscdk.services.apigateway.RestApi;

/** What both APIs leave out on purpose. */
final class ApiExceptions {
    private ApiExceptions() { }

    static void explain(RestApi api) {
        Explained.rule(api, "AwsSolutions-APIG2",
                "The functions check every request by CodePipeline's service model and answer in its words.");
        Explained.rule(api.getDeploymentStage(), "AwsSolutions-APIG1", "API Gateway logs only with a role that belongs to the whole "
                + "account, which this stack leaves alone; the context apiAccessLogs turns them on where there is one.");
        Explained.rule(api.getDeploymentStage(), "AwsSolutions-APIG6", "As access logs; execution logs would hold approval links.");
        Explained.rule(api.getDeploymentStage(), "AwsSolutions-APIG3", "Signatures, random tokens and throttling guard it; "
                + "a web ACL of the user's own may be associated with the stage.");
    }
}
