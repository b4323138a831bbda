package io.pipewright.infra;

import java.util.List;
import java.util.stream.Stream;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.services.iam.ManagedPolicy;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.constructs.Construct;

/**
 * Policies for people and programs that call the API, after CodePipeline's own: full access, read only, approver. They stand on the
 * paths that calls have, and let {@code ./pipewright proxy} find the API by its stack.
 */
final class AccessPolicies extends Construct {
    private static final List<String> APPROVERS = List.of("GetPipeline/*", "GetPipelineExecution/*", "GetPipelineState/*",
            "ListPipelineExecutions/*", "ListPipelines");
    private static final List<String> READERS = Stream.concat(APPROVERS.stream(), Stream.of("GetActionType",
            "ListActionExecutions/*", "ListActionTypes", "ListDeployActionExecutionTargets/*", "ListRuleExecutions/*",
            "ListRuleTypes", "ListTagsForResource", "ListTagsForResource/*", "ListWebhooks")).toList();

    private final Api api;

    AccessPolicies(Construct scope, Decisions decisions, Api api) {
        super(scope, "AccessPolicies");
        this.api = api;
        create(decisions, "FullAccess", "full-access", "Every call of Pipewright's API", List.of("*"));
        create(decisions, "ReadOnly", "read-only", "Pipewright's calls that change nothing", READERS);
        create(decisions, "Approver", "approver", "To see Pipewright's pipelines and answer their approvals",
                Stream.concat(APPROVERS.stream(), Stream.of("PutApprovalResult/*")).toList());
    }

    private void create(Decisions decisions, String id, String name, String description, List<String> paths) {
        ManagedPolicy policy = ManagedPolicy.Builder.create(this, id)
                .managedPolicyName(decisions.prefix() + name + "-" + Aws.REGION)
                .description(description)
                .statements(List.of(
                        PolicyStatement.Builder.create().actions(List.of("execute-api:Invoke"))
                                .resources(paths.stream().map(api::arnOf).toList()).build(),
                        PolicyStatement.Builder.create().actions(List.of("cloudformation:DescribeStacks"))
                                .resources(List.of(Aws.STACK_ID)).build()))
                .build();
        Explained.finding(policy, "AwsSolutions-IAM5", "\\/POST\\/.*\\*$",
                "Calls of this API: each operation's, whatever the pipeline. Policies of the user's own name pipelines.");
    }
}
