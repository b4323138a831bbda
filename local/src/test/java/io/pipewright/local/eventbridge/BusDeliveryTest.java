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
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;

class BusDeliveryTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String GOOD = "arn:aws:lambda:us-east-1:123456789012:function:good";
    private static final String BAD = "arn:aws:lambda:us-east-1:123456789012:function:bad";

    @TempDir
    Path directory;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-20T10:00:00.123Z"));
    private final Map<String, ConcurrentLinkedQueue<String>> received =
        Map.of(GOOD, new ConcurrentLinkedQueue<>(), BAD, new ConcurrentLinkedQueue<>());
    private final AtomicInteger badAttempts = new AtomicInteger();
    private volatile Targets bad = (arn, event) -> {
        throw new IllegalStateException("poisoned");
    };
    private Database database;
    private LocalEventBridge bus;

    private final Clock clock = new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now.get();
        }
    };

    @BeforeEach
    void open() {
        database = Database.open(directory.resolve("bus.db"), Database.Durability.NORMAL);
        bus = new LocalEventBridge(database, clock, new Receivers(), "us-east-1", "123456789012");
    }

    private final class Receivers implements Targets {
        @Override
        public void deliver(String arn, byte[] event) throws Exception {
            BusDeliveryTest.this.deliver(arn, event);
        }

        @Override
        public boolean inOrder(String arn) {
            return arn.equals(GOOD);
        }
    }

    @AfterEach
    void close() {
        bus.close();
        database.close();
    }

    private void reopen() {
        close();
        open();
    }

    private void deliver(String arn, byte[] event) throws Exception {
        if (arn.equals(BAD)) {
            badAttempts.incrementAndGet();
            bad.deliver(arn, event);
        }
        received.get(arn).add(new String(event, StandardCharsets.UTF_8));
    }

    private void awaitInPassingTime(Duration step, Callable<Boolean> condition) {
        await().atMost(PATIENCE).until(() -> {
            now.updateAndGet(time -> time.plus(step));
            return condition.call();
        });
    }

    private void rule(String name, String... targetArns) {
        bus.putRule(request -> request.name(name).eventPattern("{\"source\":[\"shop\"]}"));
        for (String arn : targetArns) {
            bus.putTargets(request -> request.rule(name).targets(target -> target.id(arn.substring(arn.lastIndexOf(':') + 1)).arn(arn)));
        }
    }

    private static void put(EventBridgeClient bus, String source, String detail) {
        assertThat(bus.putEvents(request -> request.entries(entry -> entry.source(source).detailType("Sold").detail(detail)))
            .failedEntryCount()).isZero();
    }

    @Test
    void aMatchedEventIsDeliveredInItsEnvelope() {
        rule("all", GOOD);
        bus.start();
        String id = bus.putEvents(request -> request.entries(entry -> entry.source("shop").detailType("Sold")
            .time(Instant.parse("2031-03-04T09:15:42.999Z")).resources("arn:a", "arn:\"b\"").detail("{ \"version\": 7.0 }"))).entries().get(0).eventId();
        await().atMost(PATIENCE).until(() -> !received.get(GOOD).isEmpty());
        assertThat(received.get(GOOD)).containsExactly("{\"version\":\"0\",\"id\":\"" + id + "\",\"detail-type\":\"Sold\",\"source\":\"shop\","
            + "\"account\":\"123456789012\",\"time\":\"2031-03-04T09:15:42Z\",\"region\":\"us-east-1\",\"resources\":[\"arn:a\",\"arn:\\\"b\\\"\"],"
            + "\"detail\":{ \"version\": 7.0 }}");
    }

    @Test
    void anUnmatchedEventGoesNowhere() {
        rule("all", GOOD);
        bus.start();
        put(bus, "elsewhere", "{}");
        put(bus, "shop", "{}");
        await().atMost(PATIENCE).until(() -> received.get(GOOD).size() == 1);
        assertThat(received.get(GOOD)).singleElement().asString().contains("\"source\":\"shop\"");
    }

    @Test
    void aDisabledRuleMatchesNothing() {
        rule("off", BAD);
        rule("on", GOOD);
        bus.disableRule(request -> request.name("off"));
        bus.start();
        put(bus, "shop", "{}");
        await().atMost(PATIENCE).until(() -> !received.get(GOOD).isEmpty());
        assertThat(badAttempts).hasValue(0);
    }

    @Test
    void anEventOfAServiceNeedsNoPermission() {
        bus.putRule(request -> request.name("s3").eventPattern("{\"source\":[\"aws.s3\"],\"detail\":{\"bucket\":{\"name\":[\"b\"]}}}"));
        bus.putTargets(request -> request.rule("s3").targets(target -> target.id("good").arn(GOOD)));
        bus.start();
        bus.putServiceEvent("aws.s3", "Object Created", List.of("arn:aws:s3:::b"), "{\"bucket\":{\"name\":\"b\"}}");
        await().atMost(PATIENCE).until(() -> !received.get(GOOD).isEmpty());
        assertThat(received.get(GOOD)).singleElement().asString().contains("\"source\":\"aws.s3\"", "\"resources\":[\"arn:aws:s3:::b\"]");
        assertThatThrownBy(() -> bus.putServiceEvent("aws.s3", "Object Created", List.of(), "[]")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatWasNotDeliveredIsDeliveredAfterARestart() {
        rule("all", GOOD);
        put(bus, "shop", "{\"n\":1}");
        reopen();
        put(bus, "shop", "{\"n\":2}");
        bus.start();
        await().atMost(PATIENCE).until(() -> received.get(GOOD).size() == 2);
        assertThat(received.get(GOOD)).anyMatch(event -> event.contains("\"n\":1")).anyMatch(event -> event.contains("\"n\":2"));
        reopen();
        bus.start();
        put(bus, "shop", "{\"n\":3}");
        await().atMost(PATIENCE).until(() -> received.get(GOOD).size() == 3);
        assertThat(received.get(GOOD)).filteredOn(event -> event.contains("\"n\":1")).hasSize(1);
    }

    @Test
    void rulesOutliveARestart() {
        rule("all", GOOD);
        bus.putTargets(request -> request.rule("all").targets(target -> target.id("good").arn(GOOD)
            .inputTransformer(t -> t.inputPathsMap(Map.of("n", "$.detail.n")).inputTemplate("{\"n\":<n>}"))));
        reopen();
        bus.start();
        put(bus, "shop", "{\"n\":1}");
        await().atMost(PATIENCE).until(() -> !received.get(GOOD).isEmpty());
        assertThat(received.get(GOOD)).containsExactly("{\"n\":1}");
    }

    @Test
    void aFailedDeliveryIsRepeatedUntilTheTargetTakesIt() {
        rule("all", BAD);
        bus.start();
        put(bus, "shop", "{}");
        await().atMost(PATIENCE).until(() -> badAttempts.get() == 1);
        bad = (arn, event) -> { };
        awaitInPassingTime(Duration.ofMillis(100), () -> !received.get(BAD).isEmpty());
    }

    @Test
    void aPoisonedTargetHoldsUpNoOther() {
        rule("all", BAD, GOOD);
        bus.start();
        IntStream.range(0, 50).forEach(i -> put(bus, "shop", "{}"));
        await().atMost(PATIENCE).until(() -> received.get(GOOD).size() == 50);
    }

    @Test
    void aHangingTargetHoldsUpNoOther() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        bad = (arn, event) -> never.await();
        rule("all", BAD, GOOD);
        bus.start();
        IntStream.range(0, 50).forEach(i -> put(bus, "shop", "{}"));
        await().atMost(PATIENCE).until(() -> received.get(GOOD).size() == 50);
        assertThat(badAttempts.get()).isEqualTo(LocalEventBridge.CONCURRENT_DELIVERIES);
    }

    @Test
    void aTargetThatBreaksWithAnErrorIsTriedAgain() {
        bad = (arn, event) -> {
            throw new StackOverflowError();
        };
        rule("all", BAD);
        bus.start();
        IntStream.range(0, 20).forEach(i -> put(bus, "shop", "{}"));
        await().atMost(PATIENCE).until(() -> badAttempts.get() == 20);
        bad = (arn, event) -> { };
        awaitInPassingTime(Duration.ofMillis(100), () -> received.get(BAD).size() == 20);
    }

    @Test
    void aDeliveryEndsAfterADay() {
        rule("all", BAD);
        bus.start();
        put(bus, "shop", "{}");
        awaitInPassingTime(Duration.ofHours(6), () -> now.get().isAfter(Instant.parse("2026-11-22T10:00:00Z")) && badAttempts.get() > 1);
        bad = (arn, event) -> { };
        put(bus, "shop", "{\"second\":true}");
        await().atMost(PATIENCE).until(() -> !received.get(BAD).isEmpty());
        assertThat(received.get(BAD)).singleElement().asString().contains("second");
    }

    @Test
    void retriesBackOffToEightMinutesAndEndAtEitherLimit() {
        assertThat(LocalEventBridge.retry(1, Duration.ZERO)).contains(Duration.ofMillis(100));
        assertThat(LocalEventBridge.retry(2, Duration.ZERO)).contains(Duration.ofMillis(200));
        assertThat(LocalEventBridge.retry(13, Duration.ZERO)).contains(Duration.ofMillis(409_600));
        assertThat(LocalEventBridge.retry(14, Duration.ZERO)).contains(Duration.ofMinutes(8));
        assertThat(LocalEventBridge.retry(184, Duration.ZERO)).contains(Duration.ofMinutes(8));
        assertThat(LocalEventBridge.retry(185, Duration.ZERO)).isEmpty();
        assertThat(LocalEventBridge.retry(2, Duration.ofHours(24))).isEmpty();
    }

    @Test
    void aTargetThatWantsOrderGetsWhatWasHeldBackAndTheRestAsTheyCame() throws Exception {
        rule("all", GOOD);
        IntStream.range(0, 50).forEach(i -> put(bus, "shop", "{\"n\":" + i + "}"));
        reopen();
        put(bus, "shop", "{\"n\":50}");
        bus.start();
        bus.awaitHeldBack(GOOD);
        assertThat(received.get(GOOD)).hasSize(51);
        IntStream.range(51, 100).forEach(i -> put(bus, "shop", "{\"n\":" + i + "}"));
        await().atMost(PATIENCE).until(() -> received.get(GOOD).size() == 100);
        assertThat(received.get(GOOD)).extracting(event -> event.replaceAll(".*\"n\":(\\d+).*", "$1"))
            .containsExactlyElementsOf(IntStream.range(0, 100).mapToObj(String::valueOf).toList());
    }

    @Test
    void whatWasOfferedInVainIsHeldBackNoLonger() throws Exception {
        rule("all", BAD);
        put(bus, "shop", "{}");
        bus.start();
        bus.awaitHeldBack(BAD);
        assertThat(badAttempts.get()).isPositive();
    }

    @Test
    void aWatcherSeesEveryEventLive() throws Exception {
        ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
        AutoCloseable watching = bus.subscribe(seen::add);
        put(bus, "unmatched", "{\"n\":1}");
        await().atMost(PATIENCE).until(() -> seen.size() == 1);
        assertThat(seen.peek()).contains("\"source\":\"unmatched\"");
        watching.close();
        put(bus, "unmatched", "{\"n\":2}");
        CountDownLatch other = new CountDownLatch(1);
        bus.subscribe(event -> other.countDown());
        put(bus, "unmatched", "{\"n\":3}");
        assertThat(other.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(seen).hasSize(1);
    }
}
