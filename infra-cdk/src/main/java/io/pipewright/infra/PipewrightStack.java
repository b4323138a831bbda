package io.pipewright.infra;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.kms.Key;
import software.constructs.Construct;

/** All of Pipewright in one stack: a construct per feature, put together here. */
public final class PipewrightStack extends Stack {

    /** Reads what whoever deploys decides from the context of {@code scope}. */
    public PipewrightStack(Construct scope, String id, StackProps props) {
        super(scope, id, props);
        Decisions decisions = new Decisions(getNode());
        Optional<IKey> key = decisions.kmsKey().map(arn -> Key.fromKeyArn(this, "Key", arn));
        Storage storage = new Storage(this, decisions, key);
        Machines machines = new Machines(this, decisions);
        PublicPages pages = new PublicPages(this, decisions);
        Functions functions = new Functions(this, decisions, environment(decisions, storage, machines, pages));
        functions.all().forEach(storage::grantState);
        functions.all().forEach(machines::grantEffects);
        machines.grantInvocation(functions.of(Handler.ofMachines()));
        machines.grantLook(functions.of(Handler.RECONCILER));
        functions.of(List.of(Handler.API, Handler.RESOURCE)).forEach(function -> {
            machines.grantManagement(function);
            storage.grantDeclarations(function);
        });
        new Providers(this, decisions, functions, storage);
        PipelineRole role = new PipelineRole(this, decisions, functions, storage);
        Approvers approvers = new Approvers(this, decisions, functions, key);
        Triggers triggers = new Triggers(this, decisions, functions);
        pages.serve(functions);
        Api api = new Api(this, decisions, functions);
        new AccessPolicies(this, decisions, api);
        new Operations(this, decisions, functions, storage, triggers, api, pages);
        new Pipelines(this, decisions.pipelines(), functions, Placeholders.ofStack(storage.artifacts().getBucketName(),
                PipelineRole.arn(this, decisions), approvers.topic().getTopicArn()), machines, role, triggers);
        output("ApiEndpoint", "The API, for ./pipewright proxy", api.url());
        output("JobsEndpoint", "Endpoint of CodePipeline's client in functions that Lambda actions invoke", pages.url());
        output("ArtifactBucket", "Artifact store for pipelines", storage.artifacts().getBucketName());
        output("PipelineRoleArn", "roleArn for pipelines without a role of their own", PipelineRole.arn(this, decisions));
        output("ApproverTopic", "NotificationArn for approvals", approvers.topic().getTopicArn());
        output("TriggerFunction", "Target for rules of your own",
                functions.of(Handler.TRIGGER).live().getFunctionArn());
        output("PipelineServiceToken", "ServiceToken of Custom::PipewrightPipeline in templates of your own",
                functions.of(Handler.RESOURCE).live().getFunctionArn());
    }

    /** As {@code io.pipewright.functions.settings.Settings} reads it. */
    private Map<String, String> environment(
            Decisions decisions, Storage storage, Machines machines, PublicPages pages) {
        Map<String, String> environment = new HashMap<>();
        environment.put("PIPEWRIGHT_ACCOUNT", Aws.ACCOUNT_ID);
        environment.put("PIPEWRIGHT_TABLE", storage.table().getTableName());
        environment.put("PIPEWRIGHT_BUCKET", storage.state().getBucketName());
        environment.put("PIPEWRIGHT_FUNCTION_PREFIX", decisions.prefix());
        environment.put("PIPEWRIGHT_FUNCTION_QUALIFIER", HandlerFunction.ALIAS);
        environment.put("PIPEWRIGHT_MACHINE_ROLE", machines.role().getRoleArn());
        environment.put("PIPEWRIGHT_DEFAULT_ROLE", PipelineRole.arn(this, decisions));
        environment.put("PIPEWRIGHT_REVIEW_URL", pages.url());
        environment.put("PIPEWRIGHT_LIMITS", "history-days=" + decisions.historyDays()
                + decisions.limits().map(limits -> "," + limits).orElse(""));
        // C1 alone and the serial collector halve what a start takes; a handler waits for AWS most of its time.
        environment.put("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        return environment;
    }

    private void output(String id, String description, String value) {
        CfnOutput.Builder.create(this, id).description(description).value(value).build();
    }
}
