package io.pipewright.statemachine.definition;

import static io.pipewright.statemachine.definition.Declared.action;
import static io.pipewright.statemachine.definition.Declared.approval;
import static io.pipewright.statemachine.definition.Declared.codeBuild;
import static io.pipewright.statemachine.definition.Declared.commands;
import static io.pipewright.statemachine.definition.Declared.configured;
import static io.pipewright.statemachine.definition.Declared.connectionSource;
import static io.pipewright.statemachine.definition.Declared.inputs;
import static io.pipewright.statemachine.definition.Declared.pipeline;
import static io.pipewright.statemachine.definition.Declared.s3Deploy;
import static io.pipewright.statemachine.definition.Declared.s3Source;
import static io.pipewright.statemachine.definition.Declared.stage;
import static io.pipewright.statemachine.definition.Declared.store;
import static io.pipewright.statemachine.definition.Declared.type;
import static io.pipewright.statemachine.definition.Declared.with;
import static io.pipewright.statemachine.definition.Declared.working;
import static org.assertj.core.api.Assertions.assertThat;

import io.pipewright.statemachine.actiontypes.ActionTypeEntry;
import io.pipewright.statemachine.actiontypes.ActionTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ActionType;
import software.amazon.awssdk.services.codepipeline.model.ActionTypeId;
import software.amazon.awssdk.services.codepipeline.model.ArtifactStore;
import software.amazon.awssdk.services.codepipeline.model.Condition;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.PipelineTriggerDeclaration;
import software.amazon.awssdk.services.codepipeline.model.StageDeclaration;

/** Generic varargs of the SDK's builders make unchecked arrays. */
@SuppressWarnings("unchecked")
class PipelineRulesTest {

    private static final String STRUCTURE = "InvalidStructureException";
    private static final String STAGE = "InvalidStageDeclarationException";
    private static final String ACTION = "InvalidActionDeclarationException";

    private static final ArtifactStore NO_STORE = null;

    private static final ActionTypeEntry JENKINS = ActionTypeEntry.custom(ActionType.builder()
            .id(type("Build/Custom/Jenkins/1"))
            .actionConfigurationProperties(property -> property.name("ProjectName").required(true).queryable(true))
            .inputArtifactDetails(details -> details.minimumCount(0).maximumCount(5))
            .outputArtifactDetails(details -> details.minimumCount(0).maximumCount(5))
            .build());

    private static final Limits LIMITS = Limits.AWS
            .with(Limit.STAGES, 5)
            .with(Limit.ACTIONS_PER_STAGE, 4)
            .with(Limit.ACTIONS_PER_PIPELINE, 9)
            .with(Limit.TRIGGERS_BYTES, 60);

    private static final Context CONTEXT = new Context(Declared.REGION, LIMITS, ActionTypes.with(
            id -> Optional.of(JENKINS).filter(jenkins -> jenkins.id().equals(id))));

    /** A declaration that breaks one rule in one place. */
    private record Case(PipelineDeclaration pipeline, String ruleId, String exception, String path, String message) {

        @Override
        public String toString() {
            return ruleId + " at " + path;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                        stageCases(), typeCases(), conditionCases(), storeCases(), actionCases(), approvalCases(),
                        artifactCases(), namespaceCases(), referenceCases(), triggerCases())
                .flatMap(cases -> cases);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aBrokenRuleIsTheOnlyFinding(Case broken) {
        assertThat(PipelineRules.check(broken.pipeline(), CONTEXT))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.ruleId()).isEqualTo(broken.ruleId());
                    assertThat(finding.exception()).isEqualTo(broken.exception());
                    assertThat(finding.path()).isEqualTo(broken.path());
                    assertThat(finding.message()).isEqualTo(broken.message());
                    assertThat(finding.remedy()).endsWith(".");
                });
    }

    @Test
    void everyRuleHasACase() {
        List<PipelineDeclaration> pipelines = new ArrayList<>();
        cases().map(Case::pipeline).forEach(pipelines::add);
        pipelines.add(ONLY_SOURCES);
        pipelines.add(pipeline(stage("Source", s3Source("Fetch", "App"))));

        for (int index = 0; index < PipelineRules.RULES.size(); index++) {
            Rule rule = PipelineRules.RULES.get(index);
            assertThat(pipelines)
                    .as("a case for rule %d", index)
                    .anySatisfy(pipeline -> assertThat(rule.check(pipeline, CONTEXT)).isNotEmpty());
        }
    }

    @Test
    void aRightPipelineHasNoFindings() {
        assertThat(PipelineRules.check(working(codeBuild("Build")), CONTEXT)).isEmpty();
    }

    @Test
    void allFindingsComeAtOnceInAwsOrder() {
        PipelineDeclaration pipeline = pipeline(stage("Source", s3Source("Fetch", "App")));

        assertThat(PipelineRules.check(pipeline, CONTEXT)).extracting(Finding::message).containsExactly(
                "Pipeline has only 1 stage(s). There should be a minimum of 2 stages in a pipeline",
                "Pipeline should contain at least 1 action whose category is not Source");
    }

    private static final PipelineDeclaration ONLY_SOURCES =
            pipeline(stage("Source", s3Source("Fetch", "App")), stage("More", s3Source("FetchMore", "More")));

    @Test
    void aPipelineOfSourcesAloneBreaksTwoRules() {
        assertThat(PipelineRules.check(ONLY_SOURCES, CONTEXT))
                .extracting(Finding::ruleId)
                .containsExactly("sources-first-stage-only", "not-only-sources");
    }

    private static Stream<Case> stageCases() {
        StageDeclaration source = stage("Source", s3Source("Fetch", "App"));
        return Stream.of(
                new Case(pipeline(Stream.concat(Stream.of(source), IntStream.range(0, 5)
                                .mapToObj(i -> stage("Stage" + i, approval("Approve")))).toArray(StageDeclaration[]::new)),
                        "stages-maximum", STRUCTURE, "stages",
                        "Pipeline has too many stages. There can only be up to 5 stages in a pipeline"),
                new Case(pipeline(source, stage("Work", approval("A")), stage("Work", approval("B"))),
                        "stage-names-unique", STAGE, "stages[2].name", "Stage name 'Work' is used more than once"),
                new Case(pipeline(source, stage("Work", approval("A")), stage("Empty")),
                        "stage-actions-minimum", STAGE, "stages[2].actions",
                        "Pipeline stage 'Empty' has no actions. There should be a minimum of 1 action in a pipeline stage"),
                new Case(working(approvals(5)), "stage-actions-maximum", STAGE, "stages[1].actions",
                        "Pipeline stage 'Work' has too many actions. There can only be up to 4 actions in a pipeline stage"),
                new Case(pipeline(source, stage("A", approvals(4)), stage("B", approvals(4)), stage("C", approvals(1))),
                        "pipeline-actions-maximum", STRUCTURE, "stages",
                        "Pipeline has too many actions. There can only be up to 9 actions in a pipeline"),
                new Case(working(approval("Approve"), codeBuild("Build"), approval("Approve")),
                        "action-names-unique", STAGE, "stages[1].actions[2].name",
                        "Action name 'Approve' is used more than once in stage 'Work'"),
                new Case(pipeline(stage("Source", s3Source("Fetch", "App"), approval("Approve")), stage("Work", codeBuild("Build"))),
                        "first-stage-sources", STRUCTURE, "stages[0].actions",
                        "Pipeline should start with a stage that only contains source actions"),
                new Case(working(codeBuild("Build"), s3Source("Late", "More")),
                        "sources-first-stage-only", STRUCTURE, "stages[1].actions[1]",
                        "Source actions can only be included in the first stage of the pipeline"));
    }

    private static Stream<Case> typeCases() {
        PipelineDeclaration right = working(codeBuild("Build"));
        return Stream.of(
                new Case(v1(with(right, it -> it.variables(variable -> variable.name("Release")))),
                        "v2-variables", STRUCTURE, "variables", "Pipeline variable can only be used with V2 pipelines"),
                new Case(v1(with(connected(), it -> it.triggers(trigger("Fetch")))),
                        "v2-triggers", STRUCTURE, "triggers", "Triggers on tag can only be used with V2 pipelines"),
                new Case(with(right, it -> it.pipelineType((String) null).executionMode("QUEUED")),
                        "v2-execution-mode", STRUCTURE, "executionMode",
                        "QUEUED or PARALLEL mode can only be used with V2 pipelines"),
                new Case(v1(conditioned(it -> it.onFailure(failure -> failure.result("RETRY")))),
                        "v2-conditions", STAGE, "stages[1]", "Stage level conditions can only be used with V2 pipelines."),
                new Case(v1(working(commands("Script"))),
                        "v2-action-type", ACTION, "stages[1].actions[0].actionTypeId",
                        "Commands Action can only be used with V2 pipelines."));
    }

    private static Stream<Case> conditionCases() {
        return Stream.of(
                new Case(with(conditioned(it -> it.onFailure(failure -> failure.result("ROLLBACK"))),
                                it -> it.executionMode("PARALLEL")),
                        "rollback-not-parallel", STAGE, "stages[1].onFailure.result",
                        "Failure conditions with rollback result type cannot be added to a PARALLEL pipeline."),
                new Case(with(conditioned(it -> it.onFailure(failure -> failure.conditions(condition("ROLLBACK")))),
                                it -> it.executionMode("PARALLEL")),
                        "rollback-not-parallel", STAGE, "stages[1].onFailure.conditions[0].result",
                        "Failure conditions with rollback result type cannot be added to a PARALLEL pipeline."),
                new Case(conditioned(it -> it.onFailure(
                                failure -> failure.result("RETRY").conditions(condition("ROLLBACK")))),
                        "failure-result-or-conditions", STAGE, "stages[1].onFailure",
                        "The following stage cannot have a failure exit gate configured with both top level result and "
                                + "conditions: 'Work"),
                new Case(conditioned(it -> it.onFailure(failure -> failure.result("SKIP"))),
                        "condition-result", STAGE, "stages[1].onFailure.result",
                        "The result SKIP cannot be used here in stage 'Work'"),
                new Case(conditioned(it -> it.beforeEntry(entry -> entry.conditions(condition("ROLLBACK")))),
                        "condition-result", STAGE, "stages[1].beforeEntry.conditions[0].result",
                        "The result ROLLBACK cannot be used here in stage 'Work'"),
                new Case(conditioned(it -> it.onSuccess(success -> success.conditions(condition("RETRY")))),
                        "condition-result", STAGE, "stages[1].onSuccess.conditions[0].result",
                        "The result RETRY cannot be used here in stage 'Work'"),
                new Case(conditioned(it -> it.beforeEntry(entry -> entry.conditions(condition("SKIP")))),
                        "skip-rules", STAGE, "stages[1].beforeEntry.conditions[0].rules[0]",
                        "Rule Window of stage 'Work' cannot be used in a condition with the result SKIP"));
    }

    private static Stream<Case> storeCases() {
        PipelineDeclaration right = working(codeBuild("Build"));
        ActionDeclaration abroad = with(codeBuild("Build"), it -> it.region("us-east-1"));
        return Stream.of(
                new Case(with(right, it -> it.artifactStores(Map.of(Declared.REGION, store()))),
                        "artifact-store-one-kind", STRUCTURE, "artifactStores",
                        "Your pipeline must have either 'pipeline.artifactStore' or 'pipeline.artifactStores', but not both."),
                new Case(with(right, it -> it.artifactStore(NO_STORE)),
                        "artifact-store-one-kind", STRUCTURE, "artifactStore",
                        "Your pipeline must have either 'pipeline.artifactStore' or 'pipeline.artifactStores', but has neither."),
                new Case(working(abroad), "artifact-store-several-regions", STRUCTURE, "artifactStore",
                        "Your pipeline contains actions in more than one region. Use 'pipeline.artifactStores' instead of "
                                + "'pipeline.artifactStore' to declare an artifact store, such as an artifact bucket, "
                                + "for each region where you have an action."),
                new Case(storedIn(working(abroad), Declared.REGION),
                        "artifact-store-missing-region", STRUCTURE, "artifactStores",
                        "Your pipeline must have an artifact store, such as an artifact bucket, for each region where you have "
                                + "an action. The following region is missing in 'pipeline.artifactStores': us-east-1."),
                new Case(storedIn(right, "us-east-1"),
                        "artifact-store-missing-region", STRUCTURE, "artifactStores",
                        "Your pipeline must have an artifact store, such as an artifact bucket, for each region where you have "
                                + "an action. The following region is missing in 'pipeline.artifactStores': eu-west-1."),
                new Case(storedIn(working(with(jenkins("Build", "shop"), it -> it.region("us-east-1"))), Declared.REGION, "us-east-1"),
                        "action-region", ACTION, "stages[1].actions[0].region",
                        "Action Build declares the region us-east-1, but source, third-party and custom actions can only run "
                                + "in the region of the pipeline"));
    }

    private static Stream<Case> actionCases() {
        return Stream.of(
                new Case(working(with(jenkins("Build", "shop"), it -> it.actionTypeId(type("Build/Custom/Jenkins/2")))),
                        "action-type-exists", ACTION, "stages[1].actions[0].actionTypeId",
                        "ActionType (Category: 'Build', Provider: 'Jenkins', Owner: 'Custom', Version: '2') in action 'Build' "
                                + "is not available in region 'EU_WEST_1'"),
                new Case(working(with(codeBuild("Build"), it -> it.inputArtifacts(List.of()))),
                        "input-artifact-count", ACTION, "stages[1].actions[0].inputArtifacts",
                        "Action Build declares 0 input artifacts which is less than the minimum count (1)"),
                new Case(working(action("Approve", "Approval/AWS/Manual/1", Map.of(), List.of("App"), List.of())),
                        "input-artifact-count", ACTION, "stages[1].actions[0].inputArtifacts",
                        "Action Approve declares 1 input artifacts which is more than the maximum count (0)"),
                new Case(pipeline(
                                stage("Source", with(s3Source("Fetch", "App"), it -> it.outputArtifacts(List.of()))),
                                stage("Work", approval("Approve"))),
                        "output-artifact-count", ACTION, "stages[0].actions[0].outputArtifacts",
                        "Action Fetch declares 0 output artifacts which is less than the minimum count (1)"),
                new Case(working(with(commands("Script"), it -> it.commands(List.of()))),
                        "commands-required", ACTION, "stages[1].actions[0].commands",
                        "Action Script must have a non-empty commands field"),
                new Case(working(with(codeBuild("Build"), it -> it.commands("make"))),
                        "commands-compute-only", ACTION, "stages[1].actions[0].commands",
                        "The following action cannot contain a commands field: Build. To use the commands field, use a compute action."),
                new Case(working(with(codeBuild("Build"), it -> it.outputArtifacts(out -> out.name("Out").files("a.txt")))),
                        "commands-compute-only", ACTION, "stages[1].actions[0].outputArtifacts[0].files",
                        "The following action cannot contain a commands field: Build. To use the commands field, use a compute action."),
                new Case(working(with(codeBuild("Build"), it -> it.outputVariables("Release"))),
                        "commands-compute-only", ACTION, "stages[1].actions[0].outputVariables",
                        "The following action cannot contain a commands field: Build. To use the commands field, use a compute action."),
                new Case(working(with(commands("Script"), it -> it.outputArtifacts(out -> out.name("Out")))),
                        "commands-output-files", ACTION, "stages[1].actions[0].outputArtifacts[0].files",
                        "Action Script must have a non-empty files field for output artifact Out"),
                new Case(working(with(codeBuild("Build"), it -> it.configuration(Map.of()))),
                        "configuration-required", ACTION, "stages[1].actions[0].configuration.ProjectName",
                        "Action configuration for action 'Build' is missing required configuration 'ProjectName'"),
                new Case(working(configured(codeBuild("Build"), "Projectname", "shop")),
                        "configuration-known", ACTION, "stages[1].actions[0].configuration.Projectname",
                        "Action configuration for action 'Build' contains unknown configuration 'Projectname'"),
                new Case(working(jenkins("Build", "not a word")),
                        "configuration-queryable", ACTION, "stages[1].actions[0].configuration.ProjectName",
                        "Action configuration for action 'Build' has an invalid value for queryable configuration 'ProjectName'"));
    }

    private static Stream<Case> approvalCases() {
        return Stream.of(
                topicCase("topic", "The ARN topic you specified for sending notifications for the approval action Approve "
                        + "contains a format error."),
                topicCase("arn:aws:sqs:eu-west-1:123456789012:queue",
                        "The ARN arn:aws:sqs:eu-west-1:123456789012:queue has been specified for sending notifications for the "
                                + "approval action Approve, but the AWS service for this ARN cannot be used to send approval requests."),
                topicCase("arn:aws:sns:us-east-1:123456789012:topic",
                        "The ARN arn:aws:sns:us-east-1:123456789012:topic has been specified for sending notifications for the "
                                + "approval action Approve, but the ARN is not in the same region as the pipeline."));
    }

    private static Case topicCase(String topic, String message) {
        return new Case(working(configured(approval("Approve"), "NotificationArn", topic)),
                "approval-topic", ACTION, "stages[1].actions[0].configuration.NotificationArn", message);
    }

    private static Stream<Case> artifactCases() {
        return Stream.of(
                new Case(working(codeBuild("Build", "Out"), codeBuild("Again", "Out")),
                        "output-artifact-unique", ACTION, "stages[1].actions[1].outputArtifacts[0].name",
                        "Output Artifact Bundle name must be unique within the pipeline. Out has been used more than once."),
                new Case(working(with(codeBuild("Build"), it -> it.inputArtifacts(inputs("App", "App")))),
                        "input-artifact-once", ACTION, "stages[1].actions[0].inputArtifacts[1].name",
                        "Action Build declares the input artifact App more than once"),
                new Case(working(s3Deploy("Upload", "Apps")),
                        "input-artifact-produced", ACTION, "stages[1].actions[0].inputArtifacts[0].name",
                        "Input Artifact Bundle Apps of action Upload is not an output artifact of any action in the pipeline"),
                new Case(working(codeBuild("Build", "Out"), s3Deploy("Upload", "Out")),
                        "input-artifact-produced", ACTION, "stages[1].actions[1].inputArtifacts[0].name",
                        "Input Artifact Bundle Out of action Upload is an output artifact of action Build, which does not run before it"),
                new Case(working(with(codeBuild("Build", "Out"), it -> it.inputArtifacts(inputs("Out")))),
                        "input-artifact-produced", ACTION, "stages[1].actions[0].inputArtifacts[0].name",
                        "Input Artifact Bundle Out of action Build is an output artifact of action Build, which does not run before it"));
    }

    private static Stream<Case> namespaceCases() {
        ActionDeclaration named = with(codeBuild("Build"), it -> it.namespace("variables"));
        return Stream.of(
                new Case(with(working(codeBuild("Build")), it -> it.variables(
                                variable -> variable.name("Release"), variable -> variable.name("Release"))),
                        "variable-names-unique", STRUCTURE, "variables[1].name",
                        "Variable names must be unique. The following variable name is already in use: Release"),
                new Case(declaring(working(named), "Release"),
                        "namespace-reserved", STRUCTURE, "stages[1].actions[0].namespace",
                        "One or more of the chosen namespaces is reserved. Note that there is a namespace for variables at the "
                                + "pipeline level.\n"),
                new Case(working(with(codeBuild("Build"), it -> it.namespace("codepipeline"))),
                        "namespace-reserved", STRUCTURE, "stages[1].actions[0].namespace",
                        "One or more of the chosen namespaces is reserved. Note that there is a namespace for variables at the "
                                + "pipeline level.\n"),
                new Case(working(
                                with(codeBuild("Build"), it -> it.namespace("Ns")), with(codeBuild("Again"), it -> it.namespace("Ns"))),
                        "namespace-unique", ACTION, "stages[1].actions[1].namespace",
                        "Namespaces must be unique across the pipeline definition. The following occur more than once in the "
                                + "pipeline.\nStageName=[Work], ActionName=[Again], Namespace=[Ns]"));
    }

    private static Stream<Case> referenceCases() {
        String path = "stages[1].actions[1].configuration.ObjectKey";
        String details = "StageName=[Work], ActionName=[Upload], ActionConfigurationKey=[ObjectKey], VariableReferenceText=";
        String format = "Valid format for a pipeline execution variable reference is a namespace and a key separated by a period (.). ";
        return Stream.of(
                new Case(declaring(pipeline(
                                stage("Source", configured(s3Source("Fetch", "App"), "S3ObjectKey", "#{variables.Release}.zip")),
                                stage("Work", codeBuild("Build"))), "Release"),
                        "reference-in-source", STRUCTURE, "stages[0].actions[0].configuration.S3ObjectKey",
                        "Variables at the pipeline level cannot be used in source actions.\nStageName=[Source], ActionName=[Fetch], "
                                + "ActionConfigurationKey=[S3ObjectKey], VariableReferenceText=[variables.Release]"),
                new Case(pipeline(
                                stage("Source", configured(s3Source("Fetch", "App"), "S3ObjectKey", "#{codepipeline.PipelineExecutionId}")),
                                stage("Work", codeBuild("Build"))),
                        "reference-in-source", STRUCTURE, "stages[0].actions[0].configuration.S3ObjectKey",
                        "Variables cannot be used in source actions.\nStageName=[Source], ActionName=[Fetch], "
                                + "ActionConfigurationKey=[S3ObjectKey], VariableReferenceText=[codepipeline.PipelineExecutionId]"),
                new Case(declaring(referring("#{variables.Missing}"), "Release"),
                        "reference-declared", STRUCTURE, path, "The referenced variables haven't been declared.\n"),
                new Case(referring("#{variables.Missing}"),
                        "reference-declared", STRUCTURE, path, "The referenced variables haven't been declared.\n"),
                new Case(referring("x-#{Release}"), "reference-format", ACTION, path,
                        format + "The following pipeline execution variables do not have a valid format.\n" + details + "[Release]"),
                new Case(referring("#{Built.Release}/#{Nobody.Key}"), "reference-namespace", ACTION, path,
                        format + "The following pipeline execution variables are referencing a namespace that does not exist.\n"
                                + details + "[Nobody.Key]"),
                new Case(working(
                                with(codeBuild("Build"), it -> it.namespace("Built")),
                                configured(s3Deploy("Upload", "App"), "ObjectKey", "#{Built.Release}")),
                        "reference-order", ACTION, path,
                        "The following pipeline execution variables are referencing an action that does not run before the action "
                                + "that uses them.\n" + details + "[Built.Release]"),
                new Case(working(with(commands("Script"),
                                it -> it.environmentVariables(variable -> variable.name("V").value("#{Nobody.Key}")))),
                        "reference-namespace", ACTION, "stages[1].actions[0].environmentVariables[0].value",
                        format + "The following pipeline execution variables are referencing a namespace that does not exist.\n"
                                + "StageName=[Work], ActionName=[Script], ActionConfigurationKey=[V], VariableReferenceText=[Nobody.Key]"));
    }

    private static Stream<Case> triggerCases() {
        String path = "triggers[0].gitConfiguration.sourceActionName";
        String message = "Triggers for connections must reference a CodeStarSourceConnection action.";
        return Stream.of(
                new Case(with(working(codeBuild("Build")), it -> it.triggers(trigger("Fetch"))),
                        "trigger-source-action", STRUCTURE, path, message),
                new Case(with(connected(), it -> it.triggers(trigger("Build"))),
                        "trigger-source-action", STRUCTURE, path, message),
                new Case(with(connected(), it -> it.triggers(trigger("Fetch"), trigger("Fetch"))),
                        "trigger-per-source", STRUCTURE, "triggers[1].gitConfiguration.sourceActionName",
                        "There can only be one trigger for each source action. The following source action is used more than once: Fetch"),
                new Case(with(connected(), it -> it.triggers(trigger("Fetch").toBuilder()
                                .gitConfiguration(git -> git.sourceActionName("Fetch").push(
                                        push -> push.branches(branches -> branches.includes("x".repeat(60)))))
                                .build())),
                        "triggers-size", STRUCTURE, "triggers",
                        "The triggers of the pipeline are too large. They can only have up to 60 bytes"));
    }

    @Test
    void valuesThatHoldReferencesAreNotCheckedAsTopics() {
        assertThat(PipelineRules.check(declaring(
                working(configured(approval("Approve"), "NotificationArn", "#{variables.Topic}")), "Topic"), CONTEXT)).isEmpty();
    }

    @Test
    void anActionMayOwnTheNamespaceOfPipelineVariablesThatNobodyDeclares() {
        assertThat(PipelineRules.check(working(
                with(codeBuild("Build"), it -> it.namespace("variables")),
                with(configured(s3Deploy("Upload", "App"), "ObjectKey", "#{variables.Release}"), it -> it.runOrder(2))), CONTEXT))
                .isEmpty();
    }

    @Test
    void crossRegionActionsOfAwsAreFineWithAStoreForEach() {
        assertThat(PipelineRules.check(
                storedIn(working(with(codeBuild("Build"), it -> it.region("us-east-1"))), Declared.REGION, "us-east-1"), CONTEXT))
                .isEmpty();
    }

    @Test
    void everyActionTypeIsLookedUpOnce() {
        List<ActionTypeId> lookups = new ArrayList<>();

        PipelineRules.check(working(codeBuild("Build"), codeBuild("Again")), new Context(Declared.REGION, LIMITS, id -> {
            lookups.add(id);
            return ActionTypes.find(id);
        }));

        assertThat(lookups).containsExactly(type("Source/AWS/S3/1"), type("Build/AWS/CodeBuild/1"));
    }

    @Test
    void conditionsAndAutomaticRollbackCannotRunYet() {
        PipelineDeclaration pipeline = conditioned(it -> it
                .beforeEntry(entry -> entry.conditions(condition("FAIL")))
                .onFailure(failure -> failure.result("ROLLBACK")));

        assertThat(PipelineRules.check(pipeline, CONTEXT)).isEmpty();
        assertThat(PipelineRules.unsupported(pipeline)).extracting(Finding::path)
                .containsExactly("stages[1].beforeEntry.conditions", "stages[1].onFailure.result");
    }

    @Test
    void automaticRetryCanRun() {
        assertThat(PipelineRules.unsupported(conditioned(it -> it.onFailure(
                failure -> failure.result("RETRY").retryConfiguration(retry -> retry.retryMode("ALL_ACTIONS")))))).isEmpty();
    }

    private static ActionDeclaration[] approvals(int count) {
        return IntStream.range(0, count).mapToObj(i -> approval("Approve" + i)).toArray(ActionDeclaration[]::new);
    }

    private static ActionDeclaration jenkins(String name, String project) {
        return action(name, "Build/Custom/Jenkins/1", Map.of("ProjectName", project), List.of("App"), List.of());
    }

    private static PipelineDeclaration connected() {
        return pipeline(stage("Source", connectionSource("Fetch", "App")), stage("Work", codeBuild("Build")));
    }

    private static PipelineDeclaration v1(PipelineDeclaration pipeline) {
        return with(pipeline, it -> it.pipelineType("V1"));
    }

    private static PipelineDeclaration declaring(PipelineDeclaration pipeline, String variable) {
        return with(pipeline, it -> it.variables(declaration -> declaration.name(variable)));
    }

    private static PipelineDeclaration storedIn(PipelineDeclaration pipeline, String... regions) {
        return with(pipeline, it -> it
                .artifactStore(NO_STORE)
                .artifactStores(Stream.of(regions).collect(
                        Collectors.toMap(region -> region, region -> store()))));
    }

    private static PipelineDeclaration referring(String key) {
        return working(
                with(codeBuild("Build"), it -> it.namespace("Built")),
                with(configured(s3Deploy("Upload", "App"), "ObjectKey", key), it -> it.runOrder(2)));
    }

    private static PipelineDeclaration conditioned(Consumer<StageDeclaration.Builder> change) {
        return pipeline(stage("Source", s3Source("Fetch", "App")), with(stage("Work", codeBuild("Build")), change));
    }

    private static Condition condition(String result) {
        return Condition.builder()
                .result(result)
                .rules(rule -> rule.name("Window")
                        .ruleTypeId(id -> id.category("Rule").owner("AWS").provider("DeploymentWindow").version("1")))
                .build();
    }

    private static PipelineTriggerDeclaration trigger(String sourceAction) {
        return PipelineTriggerDeclaration.builder()
                .providerType("CodeStarSourceConnection")
                .gitConfiguration(git -> git.sourceActionName(sourceAction))
                .build();
    }
}
