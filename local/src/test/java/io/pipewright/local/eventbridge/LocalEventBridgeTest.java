package io.pipewright.local.eventbridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pipewright.local.database.Database;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.eventbridge.model.EventBridgeException;
import software.amazon.awssdk.services.eventbridge.model.LimitExceededException;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResultEntry;
import software.amazon.awssdk.services.eventbridge.model.RuleState;
import software.amazon.awssdk.services.eventbridge.model.Target;

/** What is the twin's own: limits, refusals and speed. */
class LocalEventBridgeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String PATTERN = "{\"source\":[\"shop\"]}";
    private static final String ARN = "arn:aws:lambda:us-east-1:123456789012:function:f";

    @TempDir
    Path directory;

    private final ConcurrentLinkedQueue<String> received = new ConcurrentLinkedQueue<>();
    private Database database;
    private LocalEventBridge bus;

    @BeforeEach
    void open() {
        database = Database.open(directory.resolve("bus.db"), Database.Durability.NORMAL);
        bus = new LocalEventBridge(database, Clock.systemUTC(), (arn, event) -> received.add(new String(event, StandardCharsets.UTF_8)),
            "us-east-1", "123456789012");
        bus.start();
    }

    @AfterEach
    void close() {
        bus.close();
        database.close();
    }

    private void rule(String name, Target... targets) {
        bus.putRule(request -> request.name(name).eventPattern(PATTERN));
        if (targets.length > 0) {
            bus.putTargets(request -> request.rule(name).targets(targets));
        }
    }

    private void put(String detail) {
        assertThat(bus.putEvents(request -> request.entries(entry -> entry.source("shop").detailType("Sold").detail(detail))).failedEntryCount()).isZero();
    }

    private static void assertRefused(String parameter, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(EventBridgeException.class, thrown -> {
            assertThat(thrown.statusCode()).isEqualTo(400);
            assertThat(thrown.awsErrorDetails().errorMessage()).isEqualTo(parameter + " is not supported by the local EventBridge.");
        });
    }

    @Test
    void whatHasNoMeaningHereIsRefusedByName() {
        rule("r");
        assertRefused("ScheduleExpression", () -> bus.putRule(request -> request.name("s").scheduleExpression("rate(1 minute)")));
        assertRefused("Tags", () -> bus.putRule(request -> request.name("s").eventPattern(PATTERN).tags(tag -> tag.key("k").value("v"))));
        assertRefused("State ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS", () -> bus.putRule(
            request -> request.name("s").eventPattern(PATTERN).state(RuleState.ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS)));
        assertRefused("RetryPolicy", () -> bus.putTargets(
            request -> request.rule("r").targets(target -> target.id("t").arn(ARN).retryPolicy(policy -> policy.maximumRetryAttempts(1)))));
        assertRefused("DeadLetterConfig", () -> bus.putTargets(
            request -> request.rule("r").targets(target -> target.id("t").arn(ARN).deadLetterConfig(queue -> queue.arn("arn:aws:sqs:::q")))));
        assertRefused("EndpointId", () -> bus.putEvents(request -> request.endpointId("e").entries(entry -> entry.source("s"))));
        assertThatThrownBy(() -> bus.createEventBus(request -> request.name("other"))).isInstanceOf(UnsupportedOperationException.class);
        assertThat(bus.listRules(request -> request.namePrefix("s")).rules()).isEmpty();
    }

    @Test
    void aTimeThatTheEnvelopeCanNotShowIsRefused() {
        rule("r", Target.builder().id("t").arn(ARN).inputPath("$.time").build());
        assertThat(bus.putEvents(request -> request.entries(
            entry -> entry.source("shop").detailType("t").detail("{}").time(Instant.MAX),
            entry -> entry.source("shop").detailType("t").detail("{}").time(Instant.MIN),
            entry -> entry.source("shop").detailType("t").detail("{}").time(Instant.EPOCH))).entries())
            .extracting(PutEventsResultEntry::errorCode).containsExactly("InvalidArgument", "InvalidArgument", null);
        await().atMost(PATIENCE).until(() -> !received.isEmpty());
        assertThat(received).containsExactly("\"1970-01-01T00:00:00Z\"");
    }

    @Test
    void aBusHasThreeHundredRulesAtMost() {
        IntStream.range(0, 300).forEach(i -> rule("r" + i));
        assertThatThrownBy(() -> rule("r300")).isInstanceOf(LimitExceededException.class);
        rule("r299", Target.builder().id("t").arn(ARN).build());
    }

    @Test
    void whatATemplateSpoilsIsNotDeliveredAndSpoilsNothingElse() {
        rule("r", Target.builder().id("spoilt").arn(ARN)
                .inputTransformer(t -> t.inputPathsMap(Map.of("v", "$.detail.v")).inputTemplate("\"<v>\"")).build(),
            Target.builder().id("path").arn(ARN).inputPath("$.detail.v").build());
        put("{\"v\":\"say \\\"hi\\\"\"}");
        put("{\"v\":\"plain\"}");
        await().atMost(PATIENCE).until(() -> received.size() == 3);
        assertThat(received).containsExactlyInAnyOrder("\"say \\\"hi\\\"\"", "\"plain\"", "\"plain\"");
    }

    @Test
    void manyProducersLoseAndDoubleNothing() {
        rule("r", Target.builder().id("t").arn(ARN).inputPath("$.detail.n").build());
        IntStream.range(0, 2000).parallel().forEach(i -> put("{\"n\":" + i + "}"));
        await().atMost(PATIENCE).until(() -> received.size() >= 2000);
        assertThat(received).containsExactlyInAnyOrderElementsOf(IntStream.range(0, 2000).mapToObj(String::valueOf).toList());
    }

    @Test
    void rulesMayChangeWhileEventsCome() {
        rule("r", Target.builder().id("t").arn(ARN).inputPath("$.detail.n").build());
        Thread changes = new Thread(() -> IntStream.range(0, 100).forEach(i -> rule("other" + i % 7, Target.builder().id("t").arn(ARN).input("\"x\"").build())));
        changes.start();
        IntStream.range(0, 500).forEach(i -> put("{\"n\":" + i + "}"));
        await().atMost(PATIENCE).until(() -> !changes.isAlive() && received.stream().filter(event -> !event.equals("\"x\"")).count() == 500);
    }

    @Test
    void eventsThatNobodyWantsCostLittle() {
        for (int i = 0; i < 100; i++) {
            String pattern = "{\"source\":[\"aws.codebuild\"],\"detail\":{\"project-name\":[\"p" + i + "\"],\"build-status\":[\"FAILED\"]}}";
            String name = "r" + i;
            bus.putRule(request -> request.name(name).eventPattern(pattern));
            bus.putTargets(request -> request.rule(name).targets(target -> target.id("t").arn(ARN)));
        }
        long started = System.nanoTime();
        for (int i = 0; i < 5_000; i++) {
            bus.putServiceEvent("aws.codebuild", "CodeBuild Build State Change", List.of(), "{\"project-name\":\"p1\",\"build-status\":\"IN_PROGRESS\"}");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(5));
        assertThat(received).isEmpty();
    }
}
