package io.pipewright.local.home;

import static io.pipewright.local.home.Sample.approval;
import static io.pipewright.local.home.Sample.approvals;
import static io.pipewright.local.home.Sample.pipeline;
import static io.pipewright.local.home.Sample.source;
import static io.pipewright.local.home.Sample.stage;
import static io.pipewright.local.home.TestHome.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.pipewright.functions.action.ActionFailure;
import io.pipewright.functions.action.ActionProvider;
import io.pipewright.functions.action.ActionWork;
import io.pipewright.functions.action.Actions;
import io.pipewright.functions.action.Progress;
import io.pipewright.functions.action.Task;
import io.pipewright.functions.build.CodeBuildActions;
import io.pipewright.functions.completion.CompletionHandler;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.reconciler.Reconciler;
import io.pipewright.functions.reconciler.ReconcilerHandler;
import io.pipewright.functions.store.ActionRecord;
import io.pipewright.functions.store.RunRecord;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.codebuild.model.ArtifactsType;
import software.amazon.awssdk.services.codebuild.model.ComputeType;
import software.amazon.awssdk.services.codebuild.model.EnvironmentType;
import software.amazon.awssdk.services.codebuild.model.SourceType;
import software.amazon.awssdk.services.codepipeline.model.ActionCategory;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ActionExecution;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.InputArtifact;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.StageExecutionStatus;

/** Events that come early, late, again or for somebody else, and machine executions that end without us. */
class CompletionsTest {
    @RegisterExtension
    static final TestHome HOME = new TestHome();

    private static final String MACHINES_RULE = "pipewright-machines";

    @BeforeAll
    static void createProjects() {
        project("quick", "test -f index.html");
        project("slow", "sleep 600");
    }

    private static void project(String name, String command) {
        HOME.home().codeBuild().createProject(request -> request.name(name).serviceRole(Sample.ROLE)
                .source(from -> from.type(SourceType.CODEPIPELINE).buildspec(
                        "{\"version\": \"0.2\", \"phases\": {\"build\": {\"commands\": [\"" + command + "\"]}}}"))
                .artifacts(to -> to.type(ArtifactsType.CODEPIPELINE))
                .environment(environment -> environment.type(EnvironmentType.LINUX_CONTAINER).image("local")
                        .computeType(ComputeType.BUILD_GENERAL1_SMALL)));
    }

    private static ActionDeclaration build(String project) {
        return Sample.action("Make", ActionCategory.BUILD, "CodeBuild", Map.of("ProjectName", project)).toBuilder()
                .inputArtifacts(InputArtifact.builder().name("App").build()).build();
    }

    private static Engine engine() {
        return HOME.home().engine();
    }

    private static void deliver(String source, String type, String detail) throws IOException {
        String event = "{\"version\": \"0\", \"id\": \"" + UUID.randomUUID() + "\", \"detail-type\": \"" + type + "\", \"source\": \""
                + source + "\", \"account\": \"000000000000\", \"time\": \"2030-01-01T00:00:00Z\", \"region\": \"us-east-1\", "
                + "\"resources\": [], \"detail\": " + detail + "}";
        new CompletionHandler(engine()).handleRequest(new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)),
                OutputStream.nullOutputStream(), null);
    }

    private static void deliverEnd(String buildId) throws IOException {
        deliver("aws.codebuild", "CodeBuild Build State Change", "{\"build-status\": \"SUCCEEDED\", \"project-name\": \""
                + buildId.replaceAll(":.*", "") + "\", \"build-id\": \"arn:aws:codebuild:us-east-1:000000000000:build/" + buildId + "\"}");
    }

    // Builds

    /** CodeBuild's own provider, whose builds have ended, and whose events have come, before anything is written down. */
    private record Hasty(ActionProvider provider) implements ActionProvider {
        @Override
        public Progress start(ActionWork work) throws ActionFailure {
            Progress.Working working = (Progress.Working) provider.start(work);
            String build = working.sofar().externalId().orElseThrow();
            eventually(() -> assertThat(HOME.home().codeBuild().batchGetBuilds(request -> request.ids(build)).builds().get(0)
                    .buildComplete()).isTrue());
            eventually(() -> assertThat(engine().store().hasEarly(working.reportedAs().orElseThrow(), build)).isTrue());
            return working;
        }

        @Override
        public Progress look(ActionRecord record) throws ActionFailure {
            return provider.look(record);
        }

        @Override
        public boolean isAsynchronous() {
            return provider.isAsynchronous();
        }
    }

    /** The sixth action of a group of five lanes has its turn when the first has ended: until then its task is ours. */
    @Test
    void anEventThatComesBeforeItsActionIsRecordedWaitsForIt() {
        Pipeline pipeline = HOME.create(pipeline("early", ExecutionMode.PARALLEL, source(), stage("Gate", Stream.concat(
                Stream.of("A1", "A2", "A3", "A4", "A5").map(Sample::approval), Stream.of(build("quick"))).toArray(ActionDeclaration[]::new))));
        String run = pipeline.firstRun();
        pipeline.awaitToken(run, "Gate", "A1");
        RunRecord record = engine().store().run(run).orElseThrow();

        new Actions(engine()).start(new Task("nobody waits for this one", record.generation(), 1, run, 1, 1, 5),
                Map.of("CodeBuild", new Hasty(new CodeBuildActions(engine()))));

        assertThat(pipeline.newest(run, "Make").orElseThrow().status()).isEqualTo(ActionExecutionStatus.SUCCEEDED);
        List.of("A1", "A2", "A3", "A4", "A5").forEach(action -> pipeline.approve(run, "Gate", action));
        pipeline.awaitSucceeded(run);
    }

    @Test
    void anEventThatComesAgainChangesNothing() throws IOException {
        Pipeline pipeline = HOME.create(pipeline("again", source(), stage("Build", build("quick")), stage("Gate", approval("Ask"))));
        String run = pipeline.firstRun();
        pipeline.awaitToken(run, "Gate", "Ask");
        var history = pipeline.history(run);
        String build = pipeline.newest(run, "Make").orElseThrow().output().executionResult().externalExecutionId();

        deliverEnd(build);
        deliverEnd(build);

        assertThat(pipeline.history(run)).isEqualTo(history);
        pipeline.approve(run, "Gate");
        pipeline.awaitSucceeded(run);
        deliverEnd(build);
        assertThat(pipeline.status(run)).isEqualTo(PipelineExecutionStatus.SUCCEEDED);
    }

    @Test
    void anEventThatComesAfterItsActionWasAbandonedChangesNothing() throws IOException {
        Pipeline pipeline = HOME.create(pipeline("late", source(), stage("Build", build("slow"))));
        String run = pipeline.firstRun();
        eventually(() -> assertThat(Optional.ofNullable(pipeline.action("Build", "Make").latestExecution()))
                .map(ActionExecution::externalExecutionId).isPresent());
        String build = pipeline.action("Build", "Make").latestExecution().externalExecutionId();
        pipeline.stop(run, true, "enough");
        pipeline.awaitStatus(run, PipelineExecutionStatus.STOPPED);
        var history = pipeline.history(run);

        HOME.home().codeBuild().stopBuild(request -> request.id(build));
        deliverEnd(build);

        assertThat(pipeline.history(run)).isEqualTo(history);
        assertThat(pipeline.newest(run, "Make").orElseThrow().status()).isEqualTo(ActionExecutionStatus.ABANDONED);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "aws.codebuild|CodeBuild Build State Change|{\"build-status\": \"FAILED\", \"project-name\": \"theirs\", "
                + "\"build-id\": \"arn:aws:codebuild:us-east-1:000000000000:build/theirs:4a3b2c1d-0000-4000-8000-000000000000\"}",
        "aws.states|Step Functions Execution Status Change|{\"executionArn\": \"arn:aws:states:us-east-1:000000000000:execution:theirs:a\", "
                + "\"stateMachineArn\": \"arn:aws:states:us-east-1:000000000000:stateMachine:theirs\", \"name\": \"a\", \"status\": \"FAILED\"}",
        "aws.states|Step Functions Execution Status Change|{\"executionArn\": \"arn:aws:states:us-east-1:000000000000:execution:theirs:a-b\", "
                + "\"stateMachineArn\": \"arn:aws:states:us-east-1:000000000000:stateMachine:theirs\", \"name\": \"a-b\", \"status\": \"ABORTED\"}",
        "aws.codebuild|CodeBuild Build Phase Change|{}", "aws.health|AWS Health Event|{}"})
    void anEventOfSomebodyElseChangesNothing(String event) throws IOException {
        String[] parts = event.split("\\|");

        deliver(parts[0], parts[1], parts[2]);

        assertThat(HOME.codePipeline().listPipelines().pipelines()).noneMatch(one -> one.name().equals("theirs"));
    }

    // Machine executions

    @Test
    void aMachineExecutionThatSomebodyAbortsEndsItsExecution() {
        Pipeline pipeline = HOME.create(pipeline("aborted", approvals("Gate")));
        String run = pipeline.firstRun();
        pipeline.awaitToken(run, "Gate", "Ask");

        abort(run);

        assertEndedUnexpectedly(pipeline, run, "ABORTED");
    }

    @Test
    void anAbortThatNoEventTellsOfIsNoticedByTheReconciler() {
        Pipeline pipeline = HOME.create(pipeline("untold", approvals("Gate")));
        String run = pipeline.firstRun();
        pipeline.awaitToken(run, "Gate", "Ask");
        HOME.home().bus().disableRule(request -> request.name(MACHINES_RULE));
        try {
            abort(run);
            new Reconciler(engine(), ReconcilerHandler.providers(engine())).runAll();
        } finally {
            HOME.home().bus().enableRule(request -> request.name(MACHINES_RULE));
        }

        assertEndedUnexpectedly(pipeline, run, "");
    }

    private static void abort(String run) {
        String machine = machine(run);
        HOME.home().machines().stopExecution(request -> request.executionArn(
                machine.replace(":stateMachine:", ":execution:") + ":" + run + "-1"));
    }

    private static String machine(String run) {
        return "arn:aws:states:us-east-1:000000000000:stateMachine:pipewright-"
                + engine().store().run(run).orElseThrow().generation();
    }

    private static void assertEndedUnexpectedly(Pipeline pipeline, String run, String word) {
        pipeline.awaitFailed(run);
        assertThat(pipeline.run(run).statusSummary()).contains("ended unexpectedly", word);
        pipeline.awaitStage(run, "Gate", StageExecutionStatus.FAILED);
        assertThat(pipeline.newest(run, "Ask").orElseThrow().status()).isEqualTo(ActionExecutionStatus.FAILED);
    }

    @Test
    void anUpdateMakesTheMachineThatIsGoneAnew() {
        var declaration = pipeline("lost", source(), stage("Ship", Sample.deploy("Put")));
        Pipeline pipeline = HOME.create(declaration);
        pipeline.awaitSucceeded(pipeline.firstRun());
        String machine = machine(pipeline.firstRun());
        HOME.home().machines().deleteStateMachine(request -> request.stateMachineArn(machine));

        pipeline.update(declaration);

        pipeline.awaitSucceeded(pipeline.start());
    }
}
