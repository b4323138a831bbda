package io.pipewright.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.constructs.Construct;

/** The state machines, which the API makes one by one: the role that they run as, and who may do what with them. */
final class Machines extends Construct {
    private final String prefix;
    private final Role role;

    Machines(Construct scope, Decisions decisions) {
        super(scope, "Machines");
        prefix = decisions.prefix();
        role = Role.Builder.create(this, "Role")
                .description("Pipewright's state machines")
                .assumedBy(new ServicePrincipal("states.amazonaws.com").withConditions(Map.of(
                        "StringEquals", Map.of("aws:SourceAccount", Aws.ACCOUNT_ID),
                        "ArnLike", Map.of("aws:SourceArn", Arns.machines(this, prefix)))))
                .build();
    }

    Role role() {
        return role;
    }

    /** A machine calls the alias alone. */
    void grantInvocation(List<HandlerFunction> functions) {
        role.addToPolicy(PolicyStatement.Builder.create()
                .actions(List.of("lambda:InvokeFunction"))
                .resources(functions.stream().map(function -> function.live().getFunctionArn()).toList())
                .build());
    }

    /**
     * What any conversation with a pipeline may owe: answer a token, start or stop a machine execution, publish a change. Whoever
     * finds such an effect owed carries it out.
     */
    void grantEffects(HandlerFunction function) {
        function.allow(List.of("states:SendTaskFailure", "states:SendTaskSuccess", "states:StartExecution"),
                List.of(Arns.machines(this, prefix)));
        function.allow(List.of("states:StopExecution"), List.of(Arns.machineExecutions(this, prefix)));
        function.allow(List.of("events:PutEvents"), List.of(Arns.defaultBus(this)));
    }

    void grantLook(HandlerFunction function) {
        function.allow(List.of("states:DescribeExecution"), List.of(Arns.machineExecutions(this, prefix)));
    }

    /** Creating, updating and deleting machines, with their one role. */
    void grantManagement(HandlerFunction function) {
        function.allow(
                List.of("states:CreateStateMachine", "states:DeleteStateMachine", "states:DeleteStateMachineVersion",
                        "states:PublishStateMachineVersion", "states:UpdateStateMachine"),
                List.of(Arns.machines(this, prefix)));
        function.allow(List.of("iam:PassRole"), List.of(role.getRoleArn()),
                Map.of("StringEquals", Map.of("iam:PassedToService", "states.amazonaws.com")));
    }
}
