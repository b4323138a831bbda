package io.pipewright.local.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/** Conditions on one item that has something of every type, under names that say which. */
class ConditionContractTest extends DynamoDbContract {
    private static final Map<String, AttributeValue> VALUES = Map.ofEntries(
            Map.entry(":ten", n("10")), Map.entry(":tenPointZero", n("10.0")), Map.entry(":nine", n("9")),
            Map.entry(":hundred", n("100")), Map.entry(":two", n("2")), Map.entry(":four", n("4")),
            Map.entry(":hello", s("hello")), Map.entry(":hell", s("hell")), Map.entry(":ello", s("ello")),
            Map.entry(":none", s("")), Map.entry(":x", s("x")), Map.entry(":q", s("q")),
            Map.entry(":ff", b(255)), Map.entry(":bytes", b(1, 255)), Map.entry(":one", b(1)),
            Map.entry(":yes", AttributeValue.fromBool(true)), Map.entry(":null", AttributeValue.fromNul(true)),
            Map.entry(":yx", AttributeValue.fromSs(List.of("y", "x"))),
            Map.entry(":list", AttributeValue.fromL(List.of(s("x"), n("10.00")))),
            Map.entry(":map", AttributeValue.fromM(Map.of("in", n("7")))),
            Map.entry(":S", s("S")), Map.entry(":N", s("N")), Map.entry(":NULL", s("NULL")),
            Map.entry(":BOOL", s("BOOL")), Map.entry(":seven", n("7")));

    @BeforeEach
    void putTheItem() {
        put(item("a", "1", "txt", s("hello"), "num", n("10"), "bin", b(1, 255),
                "flag", AttributeValue.fromBool(true), "nothing", AttributeValue.fromNul(true),
                "strs", AttributeValue.fromSs(List.of("x", "y")),
                "nums", AttributeValue.fromNs(List.of("1", "10")),
                "bins", AttributeValue.fromBs(List.of(SdkBytes.fromByteArray(new byte[] {1}))),
                "lst", AttributeValue.fromL(List.of(s("x"), n("10"))),
                "mp", AttributeValue.fromM(Map.of("in", n("7"))), "na.me", s("x"), "status", s("x")));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "attribute_exists(txt)", "attribute_not_exists(gone)", "NOT attribute_exists(gone)",
        "attribute_exists(mp.#in)", "attribute_not_exists(mp.gone)", "attribute_exists(lst[1])",
        "attribute_not_exists(lst[2])", "attribute_not_exists(txt.gone)",
        "num = :ten", "num = :tenPointZero", "num <> :hello", "gone <> :ten", "NOT gone = :ten", "NOT num = :nine",
        "num > :nine", "num >= :ten", "num < :hundred", "num <= :ten", ":ten = num", ":nine < num",
        "txt = :hello", "txt > :hell", "bin = :bytes", "bin < :ff", "bin > :one",
        "flag = :yes", "nothing = :null", "strs = :yx", "lst = :list", "mp = :map", "mp.#in = :seven",
        "lst[0] = :x", "#dotted = :x", "#status = :x",
        "num BETWEEN :nine AND :hundred", "num BETWEEN :ten AND :tenPointZero", "NOT num BETWEEN :two AND :nine",
        "txt IN (:x, :hello)", "num IN (:tenPointZero)", "NOT txt IN (:x)",
        "begins_with(txt, :hell)", "begins_with(txt, :none)", "begins_with(bin, :one)",
        "contains(txt, :ello)", "contains(bin, :ff)", "contains(strs, :x)", "contains(nums, :tenPointZero)",
        "contains(bins, :one)", "contains(lst, :tenPointZero)", "NOT contains(strs, :q)",
        "attribute_type(txt, :S)", "attribute_type(num, :N)", "attribute_type(nothing, :NULL)",
        "attribute_type(flag, :BOOL)", "NOT attribute_type(gone, :S)",
        "size(txt) > :four", "size(bin) = :two", "size(strs) = :two", "size(lst) = :two", "size(mp) < :two",
        "num = :ten OR num = :nine AND num = :two", "(num = :ten OR num = :nine) AND txt = :hello",
        "NOT (num = :ten AND num = :nine)", "NOT num = :nine AND txt = :hello",
        "num=:ten and(txt=:hello)or num=:nine", "not num = :nine", "num between :nine and :hundred",
        "txt in (:hello)", "((num = :ten) AND (txt = :hello)) OR num = :nine", "txt <> num"})
    void holds(String condition) {
        assertThat(isFulfilled(condition)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "attribute_exists(gone)", "attribute_not_exists(txt)", "attribute_exists(gone.deep)",
        "num = :nine", "num = :hello", "num <> :ten", "num <> :tenPointZero", "gone = :ten", "gone < :ten",
        "gone > :ten", "txt > :ten", "num < :nine", "flag <> :yes", "strs = :x", "txt < :hell",
        "gone BETWEEN :nine AND :hundred", "txt BETWEEN :nine AND :hundred", "gone IN (:x)", "txt IN (:x, :q)",
        "begins_with(txt, :ello)", "begins_with(gone, :hell)", "begins_with(num, :hell)",
        "contains(txt, :ten)", "contains(strs, :q)", "contains(gone, :x)", "contains(nums, :x)", "contains(mp, :x)",
        "attribute_type(txt, :N)", "size(gone) > :two", "size(num) = :two", "gone = missed",
        "num = :nine OR num = :ten AND num = :two", "NOT (num = :ten OR num = :nine)"})
    void doesNotHold(String condition) {
        assertThat(isFulfilled(condition)).isFalse();
    }

    @Test
    void aMissingItemHasNoAttributes() {
        client.putItem(request -> request.tableName(table).item(item("b", "1"))
                .conditionExpression("attribute_not_exists(id) AND v <> :x")
                .expressionAttributeValues(Map.of(":x", s("x"))));
        assertThat(get("b", "1")).isNotEmpty();
    }

    @Test
    void namesAndValuesHaveToBeDefinedAndUsed() {
        assertInvalid("Invalid ConditionExpression: An expression attribute value used in expression is not defined; "
                + "attribute value: :v", () -> check("num = :v", Map.of(), Map.of(":w", n("1"))));
        assertInvalid("Invalid ConditionExpression: An expression attribute name used in the document path is not "
                + "defined; attribute name: #n", () -> check("attribute_exists(#n)", Map.of(), Map.of()));
        assertInvalid("Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}",
                () -> check("num = :v", Map.of(), Map.of(":v", n("1"), ":w", n("1"))));
        assertInvalid("Value provided in ExpressionAttributeNames unused in expressions: keys: {#n}",
                () -> check("num = :v", Map.of("#n", "x"), Map.of(":v", n("1"))));
        assertInvalid("ExpressionAttributeNames can only be specified when using expressions",
                () -> check(null, Map.of("#n", "x"), Map.of()));
        assertInvalid("ExpressionAttributeValues can only be specified when using expressions: "
                + "ConditionExpression is null", () -> check(null, Map.of(), Map.of(":v", n("1"))));
        assertInvalid("ExpressionAttributeValues contains invalid key: Syntax error; key: \"v\"",
                () -> check("num = :v", Map.of(), Map.of("v", n("1"))));
    }

    @Test
    void aReservedWordNeedsAPlaceholder() {
        assertInvalid("Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: status",
                () -> check("attribute_exists(status)", Map.of(), Map.of()));
    }

    @Test
    void anExpressionThatCannotBeReadIsRefused() {
        assertInvalid("Invalid ConditionExpression: The expression can not be empty;",
                () -> check("", Map.of(), Map.of()));
        assertInvalid("Invalid ConditionExpression: Syntax error; token: \"<EOF>\", near: \"=\"",
                () -> check("num =", Map.of(), Map.of()));
        assertInvalid("Invalid ConditionExpression: Invalid function name; function: exists",
                () -> check("exists(num)", Map.of(), Map.of()));
        assertInvalid("Invalid ConditionExpression: The expression has redundant parentheses;",
                () -> check("((num = :v))", Map.of(), Map.of(":v", n("1"))));
    }

    @Test
    void operandsThatCannotFitAreRefused() {
        assertInvalid("Invalid ConditionExpression: Incorrect number of operands for operator or function; operator or "
                        + "function: attribute_exists, number of operands: 2",
                () -> check("attribute_exists(num, txt)", Map.of(), Map.of()));
        assertInvalid("Invalid ConditionExpression: Incorrect operand type for operator or function; operator or "
                        + "function: begins_with, operand type: N",
                () -> check("begins_with(txt, :v)", Map.of(), Map.of(":v", n("1"))));
        assertInvalid("Invalid ConditionExpression: Incorrect operand type for operator or function; operator or "
                        + "function: <, operand type: BOOL",
                () -> check("num < :v", Map.of(), Map.of(":v", AttributeValue.fromBool(true))));
        assertInvalid("Invalid ConditionExpression: The BETWEEN operator requires upper bound to be greater than or "
                        + "equal to lower bound; lower bound operand: AttributeValue: {N:2}, upper bound operand: "
                        + "AttributeValue: {N:1}",
                () -> check("num BETWEEN :v AND :w", Map.of(), Map.of(":v", n("2"), ":w", n("1"))));
        assertInvalid("Invalid ConditionExpression: Operator or function requires a document path; operator or "
                        + "function: attribute_exists",
                () -> check("attribute_exists(:v)", Map.of(), Map.of(":v", n("2"))));
        assertInvalid("Invalid ConditionExpression: The first operand must be distinct from the remaining operands for "
                        + "this operator or function; operator: =, first operand: [num]",
                () -> check("num = num", Map.of(), Map.of()));
    }

    private boolean isFulfilled(String condition) {
        Map<String, String> names = new HashMap<>(Map.of("#in", "in", "#dotted", "na.me", "#status", "status"));
        names.keySet().removeIf(name -> !condition.contains(name));
        Map<String, AttributeValue> values = new HashMap<>(VALUES);
        values.keySet().removeIf(value -> !condition.matches(".*" + value + "\\b.*"));
        try {
            check(condition, names, values);
            return true;
        } catch (ConditionalCheckFailedException e) {
            return false;
        }
    }

    /** Deletes the item under the condition. */
    private void check(String condition, Map<String, String> names, Map<String, AttributeValue> values) {
        client.deleteItem(request -> request.tableName(table).key(key("a", "1")).conditionExpression(condition)
                .expressionAttributeNames(names.isEmpty() ? null : names)
                .expressionAttributeValues(values.isEmpty() ? null : values));
    }
}
