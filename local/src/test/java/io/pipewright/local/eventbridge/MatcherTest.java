package io.pipewright.local.eventbridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.eventbridge.model.RuleState;
import software.amazon.awssdk.services.eventbridge.model.Target;

/** "Event patterns" and "Comparison operators", EventBridge user guide. */
class MatcherTest {

    private static boolean matches(String pattern, String detail) {
        assertThat(Matcher.refusal(pattern)).isEmpty();
        Target target = Target.builder().id("t").arn("arn:x").build();
        Rule rule = new Rule("r", pattern, RuleState.ENABLED, null, null, List.of(target));
        Event event = Event.of("id", "aws.s3", "Object Created", "123456789012", "us-east-1", Instant.EPOCH, Instant.EPOCH,
            List.of("arn:aws:s3:::shop", "arn:aws:s3:::other"), detail);
        return !new Matcher(List.of(rule)).match(event).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
        {"source":["aws.s3"]}
        {"source":["aws.ecr","aws.s3"],"detail-type":["Object Created"]}
        {"resources":["arn:aws:s3:::shop"]}
        {"source":[{"prefix":"aws."}]}
        {"account":["123456789012"],"region":["us-east-1"]}
        {"detail":{"missing":[{"exists":false}]}}
        """)
    void theEnvelopeIsMatched(String pattern) {
        assertThat(matches(pattern, "{}")).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
        {"bucket":{"name":["shop"]},"object":{"key":["source.zip"]}} | {"bucket":{"name":"shop"},"object":{"key":"source.zip"}} | true
        {"bucket":{"name":["shop"]},"object":{"key":["source.zip"]}} | {"bucket":{"name":"shop"},"object":{"key":"other.zip"}} | false
        {"object":{"key":[{"suffix":".zip"}]}} | {"object":{"key":"a/b.zip"}} | true
        {"object":{"key":[{"wildcard":"a/*/c"}]}} | {"object":{"key":"a/b/c"}} | true
        {"object":{"key":[{"wildcard":"a/*/c"}]}} | {"object":{"key":"a/b/d"}} | false
        {"state":[{"anything-but":["FAILED"]}]} | {"state":"SUCCEEDED"} | true
        {"state":[{"anything-but":["FAILED"]}]} | {"state":"FAILED"} | false
        {"state":[{"anything-but":{"prefix":"STOP"}}]} | {"state":"STOPPING"} | false
        {"state":[{"equals-ignore-case":"failed"}]} | {"state":"FAILED"} | true
        {"size":[{"numeric":[">",0,"<=",5]}]} | {"size":5} | true
        {"size":[{"numeric":[">",0,"<=",5]}]} | {"size":5.1} | false
        {"version":[7]} | {"version":7.0} | true
        {"version":[7]} | {"version":"7"} | false
        {"paid":[true]} | {"paid":true} | true
        {"note":[null]} | {"note":null} | true
        {"note":[null]} | {} | false
        {"note":[{"exists":true}]} | {"note":""} | true
        {"note":[{"exists":true}]} | {} | false
        {"tags":["a"]} | {"tags":["b","a"]} | true
        {"tags":["a"]} | {"tags":[]} | false
        {"ip":[{"cidr":"10.0.0.0/24"}]} | {"ip":"10.0.0.9"} | true
        {"items":{"id":["1"],"size":[2]}} | {"items":[{"id":"1","size":1},{"id":"2","size":2}]} | false
        {"items":{"id":["1"],"size":[2]}} | {"items":[{"id":"1","size":2}]} | true
        {"$or":[{"a":[1]},{"b":[2]}]} | {"b":2} | true
        {"$or":[{"a":[1]},{"b":[2]}]} | {"a":2,"b":1} | false
        {"a":{"b":["x"]}} | {"a":"x"} | false
        """)
    void theDetailIsMatched(String pattern, String detail, boolean matched) {
        assertThat(matches("{\"detail\":" + pattern + "}", detail)).isEqualTo(matched);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "text", "[]", "\"x\"", "{", "{}", "{\"source\":\"aws.s3\"}", "{\"source\":[]}", "{\"source\":[{\"unknown\":1}]}",
        "{\"detail\":{}}", "{\"detail\":{\"n\":[{\"numeric\":[\"!\",1]}]}}", "{\"source\":[\"a\"]", "{\"a\":[{\"cidr\":\"nowhere\"}]}"})
    void whatIsNoPatternIsRefused(String pattern) {
        assertThat(Matcher.refusal(pattern)).isPresent();
    }

    @Test
    void patternsThatCostTooMuchAreRefused() {
        assertThat(Matcher.refusal(keys("*.bif", "*.tiff", "*.tif", "*.svs"))).isEmpty();
        assertThat(Matcher.refusal(keys("*/in/*.bif", "*/in/*.tiff"))).isEmpty();
        assertThat(Matcher.refusal(keys("*/in/*.bif", "*/in/*.tiff", "*/in/*.tif", "*/in/*.svs"))).get().asString().startsWith("Rule is too complex");
        assertThat(Matcher.refusal(keys("*a*a*a*a*a*a*a*a*a*a*a*a"))).get().asString().startsWith("Rule is too complex");
        String group = "\"$or\":[{\"a\":[1]},{\"b\":[1]},{\"c\":[1]},{\"d\":[1]},{\"e\":[1]},{\"f\":[1]},{\"g\":[1]},{\"h\":[1]},{\"i\":[1]},{\"j\":[1]}]";
        assertThat(Matcher.refusal("{" + group + ",\"x\":{" + group + ",\"x\":{" + group + "}}}")).isEmpty();
        assertThat(Matcher.refusal("{" + group + ",\"x\":{" + group + ",\"x\":{" + group + ",\"x\":{" + group + "}}}}")).isPresent();
        assertThat(Matcher.refusal(("{" + group + ",\"x\":").repeat(12) + "[1]" + "}".repeat(12))).isPresent();
    }

    private static String keys(String... wildcards) {
        return "{\"detail\":{\"key\":[" + String.join(",", Stream.of(wildcards).map(text -> "{\"wildcard\":\"" + text + "\"}").toList()) + "]}}";
    }

    @Test
    void onlyEnabledRulesWithTargetsMatch() {
        Target target = Target.builder().id("t").arn("arn:x").build();
        String pattern = "{\"source\":[\"aws.s3\"]}";
        Matcher matcher = new Matcher(List.of(
            new Rule("on", pattern, RuleState.ENABLED, null, null, List.of(target, target.toBuilder().id("u").build())),
            new Rule("off", pattern, RuleState.DISABLED, null, null, List.of(target)),
            new Rule("idle", pattern, RuleState.ENABLED, null, null, List.of())));
        Event event = Event.of("id", "aws.s3", "t", "1", "r", Instant.EPOCH, Instant.EPOCH, List.of(), "{}");
        assertThat(matcher.match(event)).extracting(subscription -> subscription.ruleName() + "/" + subscription.target().id())
            .containsExactly("on/t", "on/u");
    }
}
