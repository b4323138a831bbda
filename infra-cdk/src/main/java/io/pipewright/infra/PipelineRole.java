package io.pipewright.infra;

import java.util.List;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.services.iam.CompositePrincipal;
import software.amazon.awscdk.services.iam.IPrincipal;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.constructs.Construct;

/**
 * The role that pipelines name who have none of their own: their actions act with the functions' permissions. It is assumed only by
 * those who hand out jobs, for sessions that see a job's artifacts and nothing else.
 */
final class PipelineRole extends Construct {
    /** Those who hand out jobs or describe them. */
    static final List<Handler> JOBS = List.of(Handler.INVOKE, Handler.JOBS, Handler.API, Handler.RECONCILER);

    PipelineRole(Construct scope, Decisions decisions, Functions functions, Storage storage) {
        super(scope, "PipelineRole");
        Role role = Role.Builder.create(this, "Role")
                .roleName(name(decisions))
                .description("Pipewright pipelines without a role of their own")
                .assumedBy(new CompositePrincipal(functions.of(JOBS).stream()
                        .map(HandlerFunction::role).toArray(IPrincipal[]::new)))
                .build();
        role.addToPolicy(PolicyStatement.Builder.create()
                .actions(List.of("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"))
                .resources(storage.artifactObjects(decisions)).build());
        decisions.kmsKey().ifPresent(key -> role.addToPolicy(PolicyStatement.Builder.create()
                .actions(List.of("kms:Decrypt", "kms:GenerateDataKey")).resources(List.of(key)).build()));
        Explained.finding(role.getNode().findChild("DefaultPolicy"), "AwsSolutions-IAM5", "\\/\\*$",
                "The objects of artifact buckets; each session is scoped to one job's.");
        functions.of(JOBS).forEach(function -> function.allow(List.of("sts:AssumeRole"), List.of(role.getRoleArn())));
    }

    /** Known before the role is made: the functions are told, and the role names their roles. IAM's names are for all regions. */
    static String arn(Construct scope, Decisions decisions) {
        return Arns.role(scope, name(decisions));
    }

    private static String name(Decisions decisions) {
        return decisions.prefix() + "pipelines-" + Aws.REGION;
    }
}
