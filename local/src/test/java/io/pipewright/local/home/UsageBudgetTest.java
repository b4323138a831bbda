package io.pipewright.local.home;

import static io.pipewright.local.home.Sample.action;
import static io.pipewright.local.home.Sample.approval;
import static io.pipewright.local.home.Sample.at;
import static io.pipewright.local.home.Sample.deploy;
import static io.pipewright.local.home.Sample.pipeline;
import static io.pipewright.local.home.Sample.source;
import static io.pipewright.local.home.Sample.stage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pipewright.local.watch.Meter;
import io.pipewright.local.watch.Meter.Count;
import io.pipewright.statemachine.definition.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.codepipeline.model.ActionCategory;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ApprovalStatus;
import software.amazon.awssdk.services.codepipeline.model.InputArtifact;

/**
 * What an execution uses costs money: for each synchronous action one invocation and 8 writes, for each asynchronous one two and 12,
 * for each gate one and 6. An answer through the API or the jobs endpoint is an invocation too.
 */
class UsageBudgetTest {
    private static final Meter METER = new Meter();
    private static long from;

    @RegisterExtension
    static final TestHome HOME = new TestHome(Limits.AWS, METER);

    private static ActionDeclaration consuming(ActionDeclaration action) {
        return action.toBuilder().inputArtifacts(InputArtifact.builder().name("App").build()).build();
    }

    private static Map<Count, Long> used(String... functions) {
        Map<Count, Long> used = new EnumMap<>(Count.class);
        for (String function : functions) {
            METER.take(function).forEach((count, amount) -> used.merge(count, amount, Long::sum));
        }
        return used;
    }

    private static void assertWithin(String what, Map<Count, Long> used, int times, int invocations, int writes) {
        assumeTrue(System.nanoTime() - from < Duration.ofSeconds(50).toNanos(),
                "Skipped: after a minute reminders are moved, which this machine was too busy to come before");
        assertThat(used.getOrDefault(Count.INVOCATIONS, 0L)).as("invocations for " + what + ": " + used)
                .isLessThanOrEqualTo((long) times * invocations);
        assertThat(used.getOrDefault(Count.WRITES, 0L)).as("writes for " + what + ": " + used)
                .isLessThanOrEqualTo((long) times * writes);
    }

    /** Everything that was used before belongs to nobody. */
    private static void forget() {
        from = System.nanoTime();
        used("api", "trigger", "gate", "source", "build", "test", "deploy", "approval", "invoke", "completion");
    }

    @Test
    void synchronousActionsAndGatesStayWithinTheirBudget() {
        Pipeline pipeline = HOME.create(pipeline("synchronous", source(),
                stage("A", at(1, deploy("One")), at(2, deploy("Two"))), stage("B", deploy("Beside"), deploy("Other"))));
        pipeline.awaitSucceeded(pipeline.firstRun());
        awaitSettled(pipeline.firstRun());
        forget();
        String run = pipeline.start();
        pipeline.awaitSucceeded(run);
        awaitSettled(run);

        assertWithin("gates", used("gate"), 4, 1, 6);
        assertWithin("S3 sources", used("source"), 1, 1, 8);
        assertWithin("S3 deployments", used("deploy"), 4, 1, 8);
    }

    /** The last conversation goes on for a moment after its execution shows as ended. */
    private static void awaitSettled(String run) {
        TestHome.eventually(() -> assertThat(HOME.home().engine().store().run(run).orElseThrow().due()).isZero());
    }

    @Test
    void aBuildStaysWithinItsBudget() {
        HOME.home().codeBuild().createProject(request -> request.name("check").serviceRole(Sample.ROLE)
                .source(source -> source.type("CODEPIPELINE").buildspec("version: 0.2\nphases: {build: {commands: [true]}}"))
                .artifacts(artifacts -> artifacts.type("CODEPIPELINE"))
                .environment(environment -> environment.type("LINUX_CONTAINER").image("any").computeType("BUILD_GENERAL1_SMALL")));
        forget();
        Pipeline pipeline = HOME.create(pipeline("built", source(), stage("Build",
                consuming(action("Compile", ActionCategory.BUILD, "CodeBuild", Map.of("ProjectName", "check"))))));
        String run = pipeline.firstRun();
        pipeline.awaitSucceeded(run);
        awaitSettled(run);
        assertWithin("a build", used("build", "completion"), 1, 2, 12);
    }

    @Test
    void anApprovalStaysWithinItsBudget() {
        String topic = HOME.home().topics().createTopic(request -> request.name("approvers")).topicArn();
        forget();
        Pipeline pipeline = HOME.create(pipeline("approved", source(), stage("Gate",
                approval("Ask").toBuilder().configuration(Map.of("NotificationArn", topic)).build())));
        String run = pipeline.firstRun();
        String token = pipeline.awaitToken(run, "Gate", "Ask");
        used("api");
        pipeline.answer("Gate", "Ask", token, ApprovalStatus.APPROVED, "");
        pipeline.awaitSucceeded(run);
        awaitSettled(run);
        assertWithin("an approval", used("approval", "api"), 1, 1, 12);
    }

    @Test
    void aFunctionStaysWithinItsBudget() throws IOException {
        Path folder = HOME.function("worker",
                "cat > $AWS_LAMBDA_REQUEST_ID.tmp && mv $AWS_LAMBDA_REQUEST_ID.tmp $AWS_LAMBDA_REQUEST_ID.event");
        forget();
        Pipeline pipeline = HOME.create(pipeline("invoked", source(), stage("Invoke",
                action("Call", ActionCategory.INVOKE, "Lambda", Map.of("FunctionName", "worker")))));
        String run = pipeline.firstRun();
        String job = awaitJob(folder);
        used("api");
        HOME.codePipeline().putJobSuccessResult(request -> request.jobId(job));
        pipeline.awaitSucceeded(run);
        awaitSettled(run);
        assertWithin("a function", used("invoke", "api"), 1, 1, 12);
    }

    private static String awaitJob(Path folder) {
        AtomicReference<String> job = new AtomicReference<>();
        TestHome.eventually(() -> {
            try (Stream<Path> files = Files.list(folder)) {
                List<Path> events = files.filter(file -> file.toString().endsWith(".event")).toList();
                assertThat(events).hasSize(1);
                JsonNode event = new ObjectMapper().readTree(Files.readAllBytes(events.get(0)));
                job.set(event.path("CodePipeline.job").path("id").asText());
            }
        });
        return job.get();
    }
}
