package io.pipewright.infra;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.services.apigateway.AccessLogField;
import software.amazon.awscdk.services.apigateway.AccessLogFormat;
import software.amazon.awscdk.services.apigateway.AuthorizationType;
import software.amazon.awscdk.services.apigateway.EndpointConfiguration;
import software.amazon.awscdk.services.apigateway.EndpointType;
import software.amazon.awscdk.services.apigateway.LambdaIntegration;
import software.amazon.awscdk.services.apigateway.LogGroupLogDestination;
import software.amazon.awscdk.services.apigateway.Method;
import software.amazon.awscdk.services.apigateway.MethodOptions;
import software.amazon.awscdk.services.apigateway.RestApi;
import software.amazon.awscdk.services.apigateway.StageOptions;
import software.amazon.awscdk.services.ec2.CfnSecurityGroup;
import software.amazon.awscdk.services.ec2.CfnVPCEndpoint;
import software.amazon.awscdk.services.ec2.IVpcEndpoint;
import software.amazon.awscdk.services.ec2.InterfaceVpcEndpoint;
import software.amazon.awscdk.services.ec2.InterfaceVpcEndpointAttributes;
import software.amazon.awscdk.services.iam.AccountRootPrincipal;
import software.amazon.awscdk.services.iam.AnyPrincipal;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.PolicyDocument;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.constructs.Construct;

/**
 * The API: every call a signed {@code POST /<Operation>/<pipeline>/<stage>/<action>}, so that IAM policies grant operations,
 * pipelines and approvals one by one. Regional, or private behind an interface endpoint when asked.
 */
final class Api extends Construct {
    private static final String STAGE = "live";

    private final RestApi api;

    Api(Construct scope, Decisions decisions, Functions functions) {
        super(scope, "Api");
        Optional<String> endpoint = decisions.vpcEndpoint().or(() -> createEndpoint(decisions));
        RestApi.Builder builder = RestApi.Builder.create(this, "Api")
                .restApiName(decisions.prefix() + "api")
                .description("Pipewright: CodePipeline's API")
                .cloudWatchRole(false)
                .deployOptions(stage(decisions, functions));
        if (endpoint.isPresent()) {
            builder.endpointConfiguration(behind(endpoint.get())).policy(onlyThrough(endpoint.get()));
        } else {
            builder.endpointTypes(List.of(EndpointType.REGIONAL));
        }
        api = builder.build();
        explain(api.getRoot().addResource("{proxy+}").addMethod("POST",
                LambdaIntegration.Builder.create(functions.of(Handler.API).live()).allowTestInvoke(false).build(),
                MethodOptions.builder().authorizationType(AuthorizationType.IAM).build()));
        AwsJsonErrors.addSignedTo(api);
        ApiExceptions.explain(api);
    }

    private static void explain(Method method) {
        Explained.rule(method, "AwsSolutions-COG4", "IAM is the login: CodePipeline's clients sign with it.");
    }

    private static StageOptions stage(Decisions decisions, Functions functions) {
        StageOptions.Builder options = StageOptions.builder().stageName(STAGE).tracingEnabled(true);
        if (decisions.apiAccessLogs()) {
            options.accessLogDestination(new LogGroupLogDestination(functions.logs()))
                    .accessLogFormat(AccessLogFormat.custom("{\"time\":\"" + AccessLogField.contextRequestTime()
                            + "\",\"requestId\":\"" + AccessLogField.contextRequestId()
                            + "\",\"caller\":\"" + AccessLogField.contextIdentityUserArn()
                            + "\",\"path\":\"" + AccessLogField.contextPath()
                            + "\",\"status\":\"" + AccessLogField.contextStatus() + "\"}"));
        }
        return options.build();
    }

    /** An endpoint in the VPC that the deployment names; empty when it names none. */
    private Optional<String> createEndpoint(Decisions decisions) {
        return decisions.vpc().map(vpc -> {
            CfnSecurityGroup group = CfnSecurityGroup.Builder.create(this, "Callers")
                    .vpcId(vpc)
                    .groupDescription("Callers of the private API")
                    .securityGroupIngress(List.of(CfnSecurityGroup.IngressProperty.builder()
                            .ipProtocol("tcp").fromPort(443).toPort(443).description("Callers of the API")
                            .cidrIp(decisions.vpcCallers())
                            .build()))
                    .build();
            return CfnVPCEndpoint.Builder.create(this, "Endpoint")
                    .vpcId(vpc).vpcEndpointType("Interface")
                    .serviceName("com.amazonaws." + Aws.REGION + ".execute-api")
                    .subnetIds(decisions.vpcSubnets()).securityGroupIds(List.of(group.getAttrGroupId()))
                    .privateDnsEnabled(true)
                    .build().getRef();
        });
    }

    private EndpointConfiguration behind(String endpoint) {
        IVpcEndpoint known = InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(this, "KnownEndpoint",
                InterfaceVpcEndpointAttributes.builder().vpcEndpointId(endpoint).port(443).build());
        return EndpointConfiguration.builder().types(List.of(EndpointType.PRIVATE)).vpcEndpoints(List.of(known)).build();
    }

    /** The account alone is let in, which leaves it to each caller's own policies; and nobody by another way. */
    private static PolicyDocument onlyThrough(String endpoint) {
        return PolicyDocument.Builder.create().statements(List.of(
                PolicyStatement.Builder.create().effect(Effect.ALLOW)
                        .principals(List.of(new AccountRootPrincipal()))
                        .actions(List.of("execute-api:Invoke")).resources(List.of("execute-api:/*")).build(),
                PolicyStatement.Builder.create().effect(Effect.DENY)
                        .principals(List.of(new AnyPrincipal()))
                        .actions(List.of("execute-api:Invoke")).resources(List.of("execute-api:/*"))
                        .conditions(Map.of("StringNotEquals", Map.of("aws:SourceVpce", endpoint))).build())).build();
    }

    /** The ARN by which policies name calls, by their path without its leading slash. */
    String arnOf(String path) {
        return api.arnForExecuteApi("POST", "/" + path, STAGE);
    }

    /** Without a trailing slash. */
    String url() {
        return "https://" + api.getRestApiId() + ".execute-api." + Aws.REGION + "." + Aws.URL_SUFFIX + "/" + STAGE;
    }

    RestApi api() {
        return api;
    }
}
