package io.pipewright.local.eventbridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.pipewright.local.database.Database;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.EventBridgeException;
import software.amazon.awssdk.services.eventbridge.model.InvalidEventPatternException;
import software.amazon.awssdk.services.eventbridge.model.LimitExceededException;
import software.amazon.awssdk.services.eventbridge.model.ListRulesResponse;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResponse;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResultEntry;
import software.amazon.awssdk.services.eventbridge.model.ResourceNotFoundException;
import software.amazon.awssdk.services.eventbridge.model.Rule;
import software.amazon.awssdk.services.eventbridge.model.RuleState;
import software.amazon.awssdk.services.eventbridge.model.Target;

/** Runs against the twin, or against the endpoint that {@code AWS_ENDPOINT_URL_EVENTBRIDGE} names. */
class EventBridgeContractTest {
    private static final String ENDPOINT = System.getenv("AWS_ENDPOINT_URL_EVENTBRIDGE");
    private static final String PATTERN = "{\"source\":[\"contract.test\"]}";
    private static final String QUEUE = "arn:aws:sqs:us-east-1:123456789012:contract";

    @TempDir
    Path directory;

    private final String prefix = "contract-" + UUID.randomUUID().toString().substring(0, 8) + "-";
    private final List<String> made = new ArrayList<>();
    private Database database;
    private EventBridgeClient client;

    @BeforeEach
    void open() {
        if (ENDPOINT != null) {
            client = EventBridgeClient.builder().endpointOverride(URI.create(ENDPOINT)).region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"))).build();
        } else {
            database = Database.open(directory.resolve("bus.db"), Database.Durability.NORMAL);
            client = new LocalEventBridge(database, Clock.systemUTC(), (arn, event) -> { }, "us-east-1", "123456789012");
            matchEverything();
        }
    }

    /** So that every event is matched, and transformed too. */
    private void matchEverything() {
        client.putRule(request -> request.name("everything").eventPattern("{\"source\":[{\"exists\":true}]}"));
        client.putTargets(request -> request.rule("everything").targets(target -> target.id("t").arn(QUEUE).inputTransformer(
            transformer -> transformer.inputPathsMap(Map.of("n", "$.detail.n")).inputTemplate("{\"n\":<n>,\"event\":<aws.events.event.json>}"))));
    }

    @AfterEach
    void close() {
        for (String rule : made) {
            List<String> targets = client.listTargetsByRule(request -> request.rule(rule)).targets().stream().map(Target::id).toList();
            if (!targets.isEmpty()) {
                client.removeTargets(request -> request.rule(rule).ids(targets));
            }
            client.deleteRule(request -> request.name(rule));
        }
        client.close();
        if (database != null) {
            database.close();
        }
    }

    private String rule(String name) {
        String full = prefix + name;
        client.putRule(request -> request.name(full).eventPattern(PATTERN));
        made.add(full);
        return full;
    }

    private static void assertError(Class<? extends EventBridgeException> type, String code, String message, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(type, thrown -> {
            assertThat(thrown.awsErrorDetails().errorCode()).isEqualTo(code);
            assertThat(thrown.awsErrorDetails().errorMessage()).contains(message);
            assertThat(thrown.statusCode()).isEqualTo(400);
        });
    }

    @Test
    void aRuleReadsBackAsItWasPut() {
        String name = prefix + "described";
        made.add(name);
        String arn = client.putRule(request -> request.name(name).eventPattern(PATTERN).description("first").state(RuleState.DISABLED)
            .roleArn("arn:aws:iam::123456789012:role/bus")).ruleArn();
        assertThat(arn).isEqualTo("arn:aws:events:us-east-1:123456789012:rule/" + name);
        assertThat(client.describeRule(request -> request.name(name))).satisfies(rule -> {
            assertThat(rule.name()).isEqualTo(name);
            assertThat(rule.arn()).isEqualTo(arn);
            assertThat(rule.eventPattern()).isEqualTo(PATTERN);
            assertThat(rule.description()).isEqualTo("first");
            assertThat(rule.state()).isEqualTo(RuleState.DISABLED);
            assertThat(rule.roleArn()).isEqualTo("arn:aws:iam::123456789012:role/bus");
            assertThat(rule.eventBusName()).isEqualTo("default");
            assertThat(rule.createdBy()).isEqualTo("123456789012");
        });
    }

    @Test
    void puttingARuleAgainReplacesItAllButItsTargets() {
        String name = rule("replaced");
        client.putRule(request -> request.name(name).eventPattern(PATTERN).description("old").state(RuleState.DISABLED));
        client.putTargets(request -> request.rule(name).targets(target -> target.id("one").arn(QUEUE)));
        client.putRule(request -> request.name(name).eventPattern(PATTERN));
        assertThat(client.describeRule(request -> request.name(name)).state()).isEqualTo(RuleState.ENABLED);
        assertThat(client.describeRule(request -> request.name(name)).description()).isNull();
        assertThat(client.listTargetsByRule(request -> request.rule(name)).targets()).extracting(Target::id).containsExactly("one");
    }

    @Test
    void aRefusedPatternLeavesTheRuleAsItWas() {
        String name = rule("kept");
        assertError(InvalidEventPatternException.class, "InvalidEventPatternException",
            "Event pattern is not valid. Reason: Unrecognized match type unknown",
            () -> client.putRule(request -> request.name(name).eventPattern("{\"source\":[{\"unknown\":\"x\"}]}")));
        assertThat(client.describeRule(request -> request.name(name)).eventPattern()).isEqualTo(PATTERN);
    }

    @Test
    void rulesAreListedByPrefixInPages() {
        rule("c");
        rule("a");
        rule("b");
        ListRulesResponse first = client.listRules(request -> request.namePrefix(prefix).limit(2));
        assertThat(first.rules()).extracting(Rule::name).containsExactly(prefix + "a", prefix + "b");
        ListRulesResponse second = client.listRules(request -> request.namePrefix(prefix).limit(2).nextToken(first.nextToken()));
        assertThat(second.rules()).extracting(Rule::name).containsExactly(prefix + "c");
        assertThat(second.nextToken()).isNull();
    }

    @Test
    void aRuleIsDisabledAndEnabled() {
        String name = rule("switched");
        client.disableRule(request -> request.name(name));
        assertThat(client.describeRule(request -> request.name(name)).state()).isEqualTo(RuleState.DISABLED);
        client.enableRule(request -> request.name(name));
        assertThat(client.describeRule(request -> request.name(name)).state()).isEqualTo(RuleState.ENABLED);
    }

    @Test
    void aRuleWithTargetsIsNotDeleted() {
        String name = rule("busy");
        client.putTargets(request -> request.rule(name).targets(target -> target.id("one").arn(QUEUE)));
        assertError(EventBridgeException.class, "ValidationException", "Rule can't be deleted since it has targets.",
            () -> client.deleteRule(request -> request.name(name)));
        client.removeTargets(request -> request.rule(name).ids("one"));
        client.deleteRule(request -> request.name(name));
        made.remove(name);
        assertError(ResourceNotFoundException.class, "ResourceNotFoundException", "Rule " + name + " does not exist",
            () -> client.describeRule(request -> request.name(name)));
    }

    @Test
    void deletingWhatIsNotThereSucceeds() {
        client.deleteRule(request -> request.name(prefix + "never"));
    }

    @Test
    void anotherBusDoesNotExist() {
        assertError(ResourceNotFoundException.class, "ResourceNotFoundException", "Event bus nowhere does not exist.",
            () -> client.putRule(request -> request.name(prefix + "x").eventBusName("nowhere").eventPattern(PATTERN)));
    }

    @Test
    void targetsReadBackAsTheyWerePut() {
        String name = rule("targets");
        client.putTargets(request -> request.rule(name).targets(
            Target.builder().id("constant").arn(QUEUE).input("{ \"fixed\": true }").build(),
            Target.builder().id("path").arn(QUEUE).inputPath("$.detail").build(),
            Target.builder().id("role").arn(QUEUE).roleArn("arn:aws:iam::123456789012:role/bus").build(),
            Target.builder().id("template").arn(QUEUE)
                .inputTransformer(t -> t.inputPathsMap(Map.of("v", "$.detail.v")).inputTemplate("{\"v\":<v>}")).build()));
        assertThat(client.listTargetsByRule(request -> request.rule(name)).targets())
            .extracting(Target::id, Target::input, Target::inputPath, Target::roleArn,
                target -> target.inputTransformer() == null ? null : target.inputTransformer().inputTemplate(),
                target -> target.inputTransformer() == null ? null : target.inputTransformer().inputPathsMap())
            .containsExactlyInAnyOrder(
                tuple("constant", "{ \"fixed\": true }", null, null, null, null),
                tuple("path", null, "$.detail", null, null, null),
                tuple("role", null, null, "arn:aws:iam::123456789012:role/bus", null, null),
                tuple("template", null, null, null, "{\"v\":<v>}", Map.of("v", "$.detail.v")));
    }

    @Test
    void aTargetPutAgainIsReplaced() {
        String name = rule("retargeted");
        client.putTargets(request -> request.rule(name).targets(target -> target.id("one").arn(QUEUE).input("null")));
        client.putTargets(request -> request.rule(name).targets(target -> target.id("one").arn(QUEUE + "-2")));
        assertThat(client.listTargetsByRule(request -> request.rule(name)).targets())
            .containsExactly(Target.builder().id("one").arn(QUEUE + "-2").build());
    }

    @Test
    void removingAnUnknownTargetSucceeds() {
        String name = rule("removal");
        assertThat(client.removeTargets(request -> request.rule(name).ids("unknown")).failedEntryCount()).isZero();
    }

    @Test
    void aRuleHasFiveTargetsAtMost() {
        String name = rule("crowded");
        for (int i = 0; i < 5; i++) {
            String id = "t" + i;
            client.putTargets(request -> request.rule(name).targets(target -> target.id(id).arn(QUEUE)));
        }
        assertError(LimitExceededException.class, "LimitExceededException", "The requested resource exceeds the maximum number allowed.",
            () -> client.putTargets(request -> request.rule(name).targets(target -> target.id("t5").arn(QUEUE))));
    }

    @Test
    void targetsOfAnUnknownRuleAreRefused() {
        assertError(ResourceNotFoundException.class, "ResourceNotFoundException", "Rule " + prefix + "never does not exist on EventBus default.",
            () -> client.putTargets(request -> request.rule(prefix + "never").targets(target -> target.id("one").arn(QUEUE))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        not-json | | | | JSON syntax error in input for target t: [Source: (String)"not-json"; line: 1, column: 1]
        {} | $.detail | | | Only one of Input, InputPath, or InputTransformer must be provided for target t.
         | $.detail.object.* | | | InputPath for target t is invalid.
         | $['detail'] | | | InputPath for target t is invalid.
         | $..text | | | InputPath for target t is invalid.
         | $.array[-1] | | | InputPath for target t is invalid.
         | $.array[0:2] | | | InputPath for target t is invalid.
         | detail.text | | | InputPath for target t is invalid.
         | | $..v | {"v":<v>} | InputPath for target t is invalid.
         | | $.v | hello <v> | Invalid InputTemplate for target t : [Source: (String)"hello null"; line: 1, column: 1].
         | | $.v | {"<v>":1} | InputTemplate placeholder present as a JSON object key for target t.
         | | $.v | "<other>" | InputTemplate for target t contains invalid placeholder other.
         | | $.v | "<aws.events.event.json>" | InputTemplate for target t contains placeholder aws.events.event.json valid only for JSON template.
         | | $.v | [<aws.events.event>] | InputTemplate for target t contains placeholder aws.events.event valid only for JSON template.
        """)
    void aMalformedInputIsRefused(String input, String inputPath, String variable, String template, String message) {
        String name = rule("malformed");
        Target.Builder target = Target.builder().id("t").arn(QUEUE).input(input).inputPath(inputPath);
        if (template != null) {
            target.inputTransformer(transformer -> transformer.inputPathsMap(Map.of("v", variable)).inputTemplate(template));
        }
        assertError(EventBridgeException.class, "ValidationException", message,
            () -> client.putTargets(request -> request.rule(name).targets(target.build())));
        assertThat(client.listTargetsByRule(request -> request.rule(name)).targets()).isEmpty();
    }

    @Test
    void aVariableNameOutOfItsAlphabetIsRefused() {
        String name = rule("variables");
        assertError(EventBridgeException.class, "ValidationException",
            "1 validation error detected: Value '{bad.key=$.detail}' at 'targets.1.member.inputTransformer.inputPathsMap' failed to satisfy constraint",
            () -> client.putTargets(request -> request.rule(name).targets(target -> target.id("t").arn(QUEUE)
                .inputTransformer(t -> t.inputPathsMap(Map.of("bad.key", "$.detail")).inputTemplate("{\"v\":<bad.key>}")))));
    }

    private static PutEventsRequestEntry entry(String source, String detailType, String detail) {
        return PutEventsRequestEntry.builder().source(source).detailType(detailType).detail(detail).build();
    }

    @Test
    void eachEntryIsTakenOrRefusedByItself() {
        PutEventsResponse answer = client.putEvents(request -> request.entries(
            entry("contract.test", "t", "{}"),
            entry("contract.test", "t", "{"),
            entry("contract.test", "t", "[]"),
            entry("contract.test", "t", "\"text\""),
            entry("contract.test", "t", "{} {}"),
            entry("aws.iam", "t", "{}"),
            entry(null, "t", "{}"),
            entry("contract.test", null, "{}"),
            entry("contract.test", "t", null),
            entry("contract.test", "t", "{}").toBuilder().eventBusName("nowhere").build()));
        assertThat(answer.failedEntryCount()).isEqualTo(8);
        assertThat(answer.entries()).extracting(PutEventsResultEntry::errorCode, PutEventsResultEntry::errorMessage).containsExactly(
            tuple(null, null),
            tuple("MalformedDetail", "Detail is malformed."),
            tuple("MalformedDetail", "Detail is malformed."),
            tuple("MalformedDetail", "Detail is malformed."),
            tuple("MalformedDetail", "Detail is malformed."),
            tuple("NotAuthorizedForSourceException", "Not authorized for the source."),
            tuple("InvalidArgument", "Parameter Source is not valid. Reason: Source is a required argument."),
            tuple("InvalidArgument", "Parameter DetailType is not valid. Reason: DetailType is a required argument."),
            tuple("InvalidArgument", "Parameter Detail is not valid. Reason: Detail is a required argument."),
            tuple(null, null));
        assertThat(answer.entries().get(0).eventId()).matches("[0-9a-f-]{36}");
        assertThat(answer.entries().get(9).eventId()).isNotNull();
        assertThat(answer.entries().get(1).eventId()).isNull();
    }

    @Test
    void oneRequestHoldsTenEntriesAtMost() {
        assertError(EventBridgeException.class, "ValidationException",
            "at 'entries' failed to satisfy constraint: Member must have length less than or equal to 10",
            () -> client.putEvents(request -> request.entries(Collections.nCopies(11, entry("contract.test", "t", "{}")))));
    }

    @Test
    void oneRequestHolds256KilobytesAtMost() {
        int rest = 256 * 1024 - "st{\"v\":\"\"}".length();
        assertThat(client.putEvents(request -> request.entries(entry("s", "t", "{\"v\":\"" + "x".repeat(rest) + "\"}"))).failedEntryCount()).isZero();
        assertError(EventBridgeException.class, "ValidationException", "Total size of the entries in the request is over the limit.",
            () -> client.putEvents(request -> request.entries(entry("s", "t", "{\"v\":\"" + "x".repeat(rest + 1) + "\"}"))));
    }

    @Test
    void hostileDetailsAreTakenOrRefusedAsAnyOther() {
        assertThat(code("{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}")).isEqualTo("MalformedDetail");
        assertThat(code("{\"a\":".repeat(1000) + "1" + "}".repeat(1000))).isEqualTo("MalformedDetail");
        assertThat(code("{\"a\":".repeat(900) + "1" + "}".repeat(900))).isNull();
        for (String number : List.of("1e999999999", "1e-999999999", "-0", "9".repeat(900))) {
            assertThat(code("{\"n\":" + number + "}")).isNull();
        }
        for (String text : List.of("\\ud800", "\\u0000", "<aws.events.event.json>", "$1\\\\", "\u2028")) {
            assertThat(code("{\"t\":\"" + text + "\"}")).isNull();
        }
        assertThat(code("{\"n\":NaN}")).isEqualTo("MalformedDetail");
        assertThat(code("{\"n\":01}")).isEqualTo("MalformedDetail");
    }

    private String code(String detail) {
        return client.putEvents(request -> request.entries(entry("contract.test", "t", detail))).entries().get(0).errorCode();
    }
}
