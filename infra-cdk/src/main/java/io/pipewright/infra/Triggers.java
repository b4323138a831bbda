package io.pipewright.infra;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.events.EventField;
import software.amazon.awscdk.services.events.EventPattern;
import software.amazon.awscdk.services.events.Match;
import software.amazon.awscdk.services.events.Rule;
import software.amazon.awscdk.services.events.RuleTargetInput;
import software.amazon.awscdk.services.events.Schedule;
import software.amazon.awscdk.services.events.targets.LambdaFunction;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.lambda.Permission;
import software.constructs.Construct;

/** What reaches the functions from outside: events on the default bus, and the reconciler's clock. */
final class Triggers extends Construct {
    private final Functions functions;
    private final String prefix;
    private final Rule brokenMachines;

    Triggers(Construct scope, Decisions decisions, Functions functions) {
        super(scope, "Triggers");
        this.functions = functions;
        this.prefix = decisions.prefix();
        createUploadRule(decisions);
        createPushRule(decisions);
        createSchedules(decisions.schedules());
        createCompletionRules();
        brokenMachines = createMachineRules();
        createClock();
        allowUsersRules();
    }

    private void createUploadRule(Decisions decisions) {
        if (!decisions.sourceBuckets().isEmpty()) {
            rule("Objects", "An object that pipelines may listen to has a new version", Handler.TRIGGER, EventPattern.builder()
                    .source(List.of("aws.s3")).detailType(List.of("Object Created"))
                    .detail(Map.of("bucket", Map.of("name", decisions.sourceBuckets()))).build());
        }
    }

    private void createPushRule(Decisions decisions) {
        if (!decisions.sourceRepositories().isEmpty()) {
            rule("Pushes", "A branch that pipelines may listen to has a new commit", Handler.TRIGGER, EventPattern.builder()
                    .source(List.of("aws.codecommit")).detailType(List.of("CodeCommit Repository State Change"))
                    .detail(Map.of("repositoryName", decisions.sourceRepositories(), "referenceType", List.of("branch"),
                            "event", List.of("referenceCreated", "referenceUpdated"))).build());
        }
    }

    /** What a user's own rule would do, for those who have nothing but a pipeline and a time. An occasion starts one execution. */
    private void createSchedules(List<Decisions.Timetable> timetables) {
        for (int i = 0; i < timetables.size(); i++) {
            Decisions.Timetable timetable = timetables.get(i);
            String name = prefix + "schedule-" + (i + 1);
            Rule.Builder.create(this, "Schedule" + (i + 1))
                    .ruleName(name)
                    .description("Pipewright: the pipeline " + timetable.pipeline() + " starts by the clock")
                    .schedule(Schedule.expression(timetable.expression()))
                    .targets(List.of(target(Handler.TRIGGER, RuleTargetInput.fromObject(new TreeMap<>(Map.of(
                            "name", timetable.pipeline(), "clientRequestToken", EventField.getEventId(),
                            "ruleArn", Arns.rule(this, name)))))))
                    .build();
        }
    }

    private void createCompletionRules() {
        rule("Builds", "A build has ended", Handler.COMPLETION, EventPattern.builder()
                .source(List.of("aws.codebuild")).detailType(List.of("CodeBuild Build State Change"))
                .detail(Map.of("build-status", List.of("SUCCEEDED", "FAILED", "STOPPED", "FAULT", "TIMED_OUT"))).build());
    }

    /**
     * Every end but success comes to the completion function. A machine ends with the error Failed when an action failed; any other
     * one is a fault of ours or of AWS, which the second rule is there to count. The function takes the repeated event for what it is.
     */
    private Rule createMachineRules() {
        rule("Machines", "A machine execution has ended without success", Handler.COMPLETION,
                machines(Map.of("status", List.of("FAILED", "TIMED_OUT", "ABORTED"))));
        return rule("BrokenMachines", "A machine execution has ended in a way that no pipeline asks for", Handler.COMPLETION,
                machines(Map.of("status", List.of("FAILED", "TIMED_OUT"), "error", Match.anythingBut("Failed"))));
    }

    private EventPattern machines(Map<String, Object> detail) {
        Map<String, Object> ours = new TreeMap<>(detail);
        String machines = Arns.machines(this, prefix);
        ours.put("stateMachineArn", Match.prefix(machines.substring(0, machines.length() - 1)));
        return EventPattern.builder().source(List.of("aws.states"))
                .detailType(List.of("Step Functions Execution Status Change")).detail(ours).build();
    }

    private void createClock() {
        Rule.Builder.create(this, "Clock")
                .description("Pipewright: the reconciler looks at what is due")
                .schedule(Schedule.rate(Duration.minutes(1)))
                .targets(List.of(target(Handler.RECONCILER)))
                .build();
    }

    /** A rule of the user's own may target the trigger function, as it may target a CodePipeline pipeline. */
    private void allowUsersRules() {
        functions.of(Handler.TRIGGER).live().addPermission("UsersRules", Permission.builder()
                .principal(new ServicePrincipal("events.amazonaws.com"))
                .sourceAccount(Aws.ACCOUNT_ID)
                .sourceArn(Arns.rule(this, "*"))
                .build());
    }

    private Rule rule(String id, String description, Handler handler, EventPattern pattern) {
        return Rule.Builder.create(this, id)
                .description("Pipewright: " + description)
                .eventPattern(pattern)
                .targets(List.of(target(handler)))
                .build();
    }

    private LambdaFunction target(Handler handler) {
        return target(handler, null);
    }

    /** @param input what the function gets in place of the event; null for the event itself */
    private LambdaFunction target(Handler handler, RuleTargetInput input) {
        return LambdaFunction.Builder.create(functions.of(handler).live())
                .event(input)
                .deadLetterQueue(functions.undelivered())
                .retryAttempts(handler == Handler.RECONCILER ? 0 : 185)
                .maxEventAge(Duration.hours(handler == Handler.RECONCILER ? 1 : 24))
                .build();
    }

    Rule brokenMachines() {
        return brokenMachines;
    }
}
