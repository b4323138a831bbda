package io.pipewright.local.eventbridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.eventbridge.model.Target;

/** What the service delivers for each kind of input, as recorded in September 2026. */
class InputTest {
    private static final Event EVENT = Event.of("6f1c", "shop", "Sold", "123456789012", "us-east-1", Instant.parse("2026-01-02T03:04:05.6Z"),
        Instant.parse("2026-11-20T10:00:00.408Z"), List.of("arn:a"), """
            {"text":"tea","amount":7.0,"paid":true,"note":null,"buyer":{"name":"Mira","age":40},"tags":["a",1,{"x":2}],
             "items":[{"id":"i1"},{"id":"i2"},{}],"two-words":"hyphen","a_b":"underscore","a/b":"slash","said":"she said \\"hi\\"","lines":"1\\n\\\\2"}""");

    private static Optional<String> of(Target.Builder target) {
        return TargetInputs.read(target.id("t").arn("arn:x").build(), 1).of(EVENT, "gate", "arn:rule/gate");
    }

    @Test
    void withoutInputTheEventIsDelivered() {
        assertThat(of(Target.builder())).contains(EVENT.json());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
        { "fixed": true }
        [1,"two"]
        "constant"
        null
        17
        """)
    void aConstantIsDeliveredAsItIs(String input) {
        assertThat(of(Target.builder().input(input))).contains(input);
    }

    @Test
    void anEmptyConstantDeliversNothing() {
        assertThat(of(Target.builder().input(""))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
        $.detail.buyer | {"name":"Mira","age":40}
        $.detail.tags | ["a",1,{"x":2}]
        $.detail.text | "tea"
        $.detail.amount | 7.0
        $.detail.paid | true
        $.detail.note | {}
        $.detail.missing | {}
        $.detail.text.missing | {}
        $.detail.tags[1] | 1
        $.detail.tags[9] | {}
        $.detail.items[1].id | "i2"
        $.detail.items[*].id | ["i1","i2"]
        $.detail.two-words | "hyphen"
        $.detail.a_b | "underscore"
        $.detail.a/b | "slash"
        $.detail-type | "Sold"
        $.resources[0] | "arn:a"
        ~~ | {}
        """)
    void aPathDeliversAPart(String path, String delivered) {
        assertThat(of(Target.builder().inputPath(path))).contains(delivered);
    }

    @Test
    void theRootPathDeliversTheEvent() {
        assertThat(of(Target.builder().inputPath("$")).map(Json::read)).contains(Json.read(EVENT.json()));
    }

    private static Optional<String> transformed(String template, String... variables) {
        Map<String, String> paths = new TreeMap<>();
        for (String variable : variables) {
            String[] parts = variable.split("=");
            paths.put(parts[0], parts[1]);
        }
        return of(Target.builder().inputTransformer(transformer -> transformer.inputTemplate(template).inputPathsMap(paths)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
        {"v":<v>} | $.detail.text | {"v":"tea"}
        {"v":<v>} | $.detail.amount | {"v":7.0}
        {"v":<v>} | $.detail.paid | {"v":true}
        {"v":<v>} | $.detail.note | {"v":null}
        {"v":<v>} | $.detail.buyer | {"v":{"name":"Mira","age":40}}
        {"v":<v>} | $.detail.tags | {"v":["a",1,{"x":2}]}
        {"v":<v>} | $.detail.missing | {"v":""}
        {"v":[<v>]} | $.detail.missing | {"v":[""]}
        {"v":<v>} | $.detail.items[*].id | {"v":["i1","i2"]}
        {"v":<v>} | $.detail.said | {"v":"she said \\"hi\\""}
        {"v":"it is <v>."} | $.detail.text | {"v":"it is tea."}
        {"v":"it is <v>."} | $.detail.amount | {"v":"it is 7.0."}
        {"v":"it is <v>."} | $.detail.missing | {"v":"it is ."}
        {"v":"<v>!"} | $.detail.said | {"v":"she said \\"hi\\"!"}
        {"v":"<v>"} | $.detail.lines | {"v":"1\\n\\\\2"}
        {"q":"\\"<v>\\"","v":<v>} | $.detail.text | {"q":"\\"tea\\"","v":"tea"}
        "text=<v>" | $.detail.text | "text=tea"
        "object=<v>" | $.detail.buyer | "object={name:Mira,age:40}"
        "array=<v>" | $.detail.tags | "array=[a,1,{x:2}]"
        "before <v> after" | $.detail.missing | "before  after"
        "say \\"<v>\\"" | $.detail.text | "say \\"tea\\""
        ["fixed",<v>] | $.detail.amount | ["fixed",7.0]
        [<v>] | $.detail.note | [null]
        <v> | $.detail.amount | 7.0
        null | $.detail.text | null
        """)
    void aTemplateIsFilledIn(String template, String path, String delivered) {
        assertThat(transformed(template, "v=" + path)).contains(delivered);
        assertThat(Json.syntaxError(delivered)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
        {"v":"<v>"} | $.detail.buyer | {"v":"{"name":"Mira","age":40}"}
        "<v>" | $.detail.said | "she said "hi""
        <v> | $.detail.text | tea
        <v> | $.detail.buyer | {name:Mira,age:40}
        [<v>] | $.detail.text | [tea]
        [1,<v>,2] | $.detail.missing | [1,,2]
        [{"v":<v>}] | $.detail.missing | [{"v":}]
        """)
    void aTemplateMayTurnOutNotToBeJson(String template, String path, String made) {
        assertThat(transformed(template, "v=" + path)).contains(made);
        assertThat(Json.syntaxError(made)).isPresent();
    }

    @Test
    void linesOfATemplateAreTextsOfTheirOwn() {
        assertThat(transformed("\"first <v>\"\n\"second <v>\"", "v=$.detail.text")).contains("\"first tea\"\n\"second tea\"");
    }

    @Test
    void anEmptyTextDeliversNothing() {
        assertThat(transformed("<v>", "v=$.detail.missing")).isEmpty();
    }

    @Test
    void withoutVariablesUnknownPlaceholdersStay() {
        assertThat(transformed("\"before <undefined> after\"")).contains("\"before <undefined> after\"");
        assertThat(transformed("\"<aws.events.unknown>\"")).contains("\"<aws.events.unknown>\"");
    }

    @Test
    void theServicesOwnVariablesAreKnown() {
        assertThat(transformed("{\"rule\":<aws.events.rule-name>,\"arn\":<aws.events.rule-arn>,\"in\":<aws.events.event.ingestion-time>}"))
            .contains("{\"rule\":\"gate\",\"arn\":\"arn:rule/gate\",\"in\":\"2026-11-20T10:00:00.408Z\"}");
        assertThat(transformed("\"<aws.events.rule-name> by <aws.events.rule-arn> at <aws.events.event.ingestion-time>\""))
            .contains("\"gate by arn:rule/gate at 2026-11-20T10:00:00.408Z\"");
        assertThat(transformed("{\"e\":<aws.events.event>}")).contains("{\"e\":{\"id\":\"6f1c\",\"account\":\"123456789012\",\"detailType\":\"Sold\","
            + "\"time\":1767323045000,\"source\":\"shop\",\"region\":\"us-east-1\",\"resources\":[\"arn:a\"],\"version\":\"0\"}}");
        assertThat(transformed("{\"e\":<aws.events.event.json>}").map(Json::read).map(json -> json.get("e"))).contains(Json.read(EVENT.json()));
    }

    @Test
    void whatComesFromTheEventIsNotFilledInAgain() {
        Event hostile = Event.of("6f1c", "shop", "<aws.events.rule-name>", "1", "r", Instant.EPOCH, Instant.EPOCH, List.of(), "{\"v\":\"<v>$1\\\\\"}");
        Target target = Target.builder().id("t").arn("arn:x").inputTransformer(transformer -> transformer
            .inputTemplate("{\"v\":<v>,\"t\":\"<t>\"}").inputPathsMap(Map.of("v", "$.detail.v", "t", "$.detail-type"))).build();
        assertThat(TargetInputs.read(target, 1).of(hostile, "gate", "arn")).contains("{\"v\":\"<v>$1\\\\\",\"t\":\"<aws.events.rule-name>\"}");
    }
}
