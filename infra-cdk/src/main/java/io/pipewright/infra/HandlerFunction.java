package io.pipewright.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Annotations;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.lambda.Alias;
import software.amazon.awscdk.services.lambda.CfnEventInvokeConfig;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.LoggingFormat;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.lambda.SnapStartConf;
import software.amazon.awscdk.services.lambda.Tracing;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.sqs.IQueue;
import software.constructs.Construct;
import software.constructs.IConstruct;

/**
 * One function with a role of its own and the alias {@code live}, which everybody calls: SnapStart takes snapshots of published
 * versions only.
 */
final class HandlerFunction extends Construct {
    static final String ALIAS = "live";

    private final Role role;
    private final Alias live;

    HandlerFunction(
            Construct scope, Handler handler, Decisions decisions, LogGroup logs, Map<String, String> environment) {
        super(scope, handler.text());
        role = Role.Builder.create(this, "Role")
                .description("Pipewright's function " + handler.text())
                .assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
                .build();
        allow(List.of("logs:CreateLogStream", "logs:PutLogEvents"), List.of(logs.getLogGroupArn()));
        Function function = Function.Builder.create(this, "Function")
                .functionName(decisions.prefix() + handler.text())
                .description("Pipewright: " + handler.type())
                .handler(handler.type())
                .code(Code.fromAsset(decisions.jars().resolve(handler.archive().file()).toString()))
                .runtime(decisions.runtime())
                .architecture(decisions.architecture())
                .snapStart(SnapStartConf.ON_PUBLISHED_VERSIONS)
                .memorySize(decisions.memory())
                .timeout(handler.timeout())
                .tracing(Tracing.ACTIVE)
                .logGroup(logs)
                .loggingFormat(LoggingFormat.JSON)
                .environment(environment)
                .role(role)
                .build();
        Annotations.of(function).acknowledgeWarning("@aws-cdk/aws-lambda:snapStartRequirePublish");
        explain(function, decisions);
        live = Alias.Builder.create(this, "Live").aliasName(ALIAS).version(function.getCurrentVersion()).build();
    }

    private void explain(Function function, Decisions decisions) {
        IConstruct policy = role.getNode().findChild("DefaultPolicy");
        wildcard(policy, "^Resource::\\*$", "X-Ray takes traces for no resource in particular.");
        wildcard(policy, "\\/declarations\\/\\*$", "One object for each version of a large declaration.");
        wildcard(policy, ":(stateMachine|execution):.*-\\*$",
                "Pipelines' machines come and go; all of theirs, and no others, have the deployment's prefix.");
        wildcard(policy, ":role\\/\\*$", "Roles that carry the deployment's tag: a condition says so.");
        wildcard(policy, "^Resource::(<StorageArtifacts.*>|arn:<AWS::Partition>:s3:::[^*]+)\\/\\*$",
                "The objects of buckets that the deployment names.");
        wildcard(policy, ":codebuild:.*:project\\/.+$", "Projects that the deployment names.");
        wildcard(policy, ":lambda:.*:function:.+$", "Functions that the deployment names, with their versions and aliases.");
        if (decisions.runtime() != Runtime.JAVA_25) {
            Explained.rule(function, "AwsSolutions-L1", "The context asks for an older runtime.");
        }
    }

    private static void wildcard(IConstruct policy, String finding, String reason) {
        Explained.finding(policy, "AwsSolutions-IAM5", finding, reason);
    }

    /** Keeps events that the function could not deal with. */
    void keepFailedEvents(IQueue queue, Handler.Repeats repeats) {
        allow(List.of("sqs:SendMessage"), List.of(queue.getQueueArn()));
        CfnEventInvokeConfig.Builder.create(this, "FailedEvents")
                .functionName(live.getLambda().getFunctionName())
                .qualifier(ALIAS)
                .maximumRetryAttempts(repeats.most())
                .maximumEventAgeInSeconds(repeats.maxAge().toSeconds())
                .destinationConfig(CfnEventInvokeConfig.DestinationConfigProperty.builder()
                        .onFailure(CfnEventInvokeConfig.OnFailureProperty.builder()
                                .destination(queue.getQueueArn()).build()).build())
                .build()
                .getNode().addDependency(live);
    }

    HandlerFunction allow(List<String> actions, List<String> resources) {
        return allow(actions, resources, Map.of());
    }

    /** Nothing to name, nothing to allow: an empty list of resources adds no statement. */
    HandlerFunction allow(List<String> actions, List<String> resources, Map<String, Object> conditions) {
        if (!resources.isEmpty()) {
            role.addToPolicy(PolicyStatement.Builder.create()
                    .effect(Effect.ALLOW).actions(actions).resources(resources).conditions(conditions).build());
        }
        return this;
    }

    Role role() {
        return role;
    }

    Alias live() {
        return live;
    }
}
