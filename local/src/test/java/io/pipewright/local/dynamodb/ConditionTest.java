package io.pipewright.local.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Laws that hold for every item and operands of every type, present or not. */
class ConditionTest {

    @Provide
    static Arbitrary<AttributeValue> values() {
        Arbitrary<AttributeValue> scalars = Arbitraries.oneOf(
                Arbitraries.of("", "a", "b", "ab").map(AttributeValue::fromS),
                Arbitraries.of("0", "1", "1.0", "-1", "10", "1E1").map(AttributeValue::fromN),
                Arbitraries.of("", "a", "\u0080").map(text -> AttributeValue.fromB(SdkBytes.fromUtf8String(text))),
                Arbitraries.of(true, false).map(AttributeValue::fromBool),
                Arbitraries.just(AttributeValue.fromNul(true)),
                Arbitraries.of(List.of("a", "b"), List.of("b", "a"), List.of("a")).map(AttributeValue::fromSs),
                Arbitraries.of(List.of("1", "2"), List.of("2.0", "1")).map(AttributeValue::fromNs));
        return Arbitraries.lazyOf(() -> scalars, () -> scalars,
                () -> scalars.list().ofMaxSize(2).map(AttributeValue::fromL),
                () -> scalars.map(value -> AttributeValue.fromM(Map.of("a", value))));
    }

    @Provide
    static Arbitrary<Map<String, AttributeValue>> items() {
        return Arbitraries.maps(Arbitraries.of("x", "y"), values()).ofMaxSize(2);
    }

    @Provide
    static Arbitrary<String> conditions() {
        Arbitrary<String> operands = Arbitraries.of("x", "y", ":v", ":w", "size(x)");
        Arbitrary<String> comparisons = Combinators.combine(operands, Arbitraries.of("=", "<>", "<", "<=", ">", ">="),
                operands).as((left, operator, right) -> left + operator + right);
        Arbitrary<String> others = Arbitraries.of("attribute_exists(x)", "attribute_not_exists(y)", "contains(x, :v)",
                "begins_with(x, :v)", "x IN (:v, :w)", "x BETWEEN :v AND :w", "x BETWEEN y AND :w");
        return Arbitraries.oneOf(comparisons, others);
    }

    private static boolean holds(String condition, Map<String, AttributeValue> item, AttributeValue v,
                                 AttributeValue w) {
        Map<String, AttributeValue> values = new HashMap<>(Map.of(":v", v, ":w", w));
        values.keySet().removeIf(name -> !condition.contains(name));
        Scope scope = Scope.of(Map.of(), values, true);
        return scope.use(ExpressionParser.condition(Expression.Kind.CONDITION, condition))
                .holds(AttributeValues.normalise(item), scope);
    }

    @Property(tries = 300)
    void operatorsFollowTheLawsOfLogic(@ForAll("conditions") String a, @ForAll("conditions") String b,
                                       @ForAll("items") Map<String, AttributeValue> item,
                                       @ForAll("values") AttributeValue v, @ForAll("values") AttributeValue w) {
        boolean left = holds(a, item, v, w);
        boolean right = holds(b, item, v, w);
        assertThat(holds("NOT " + a, item, v, w)).isEqualTo(!left);
        assertThat(holds(a + " AND " + b, item, v, w)).isEqualTo(left && right);
        assertThat(holds(a + " OR " + b, item, v, w)).isEqualTo(left || right);
        assertThat(holds(a + " or not(" + a + ") and " + b, item, v, w)).isEqualTo(left || right);
        assertThat(holds("NOT (" + a + " OR " + b + ")", item, v, w)).isEqualTo(!left && !right);
    }

    @Property(tries = 300)
    void comparisonsAgree(@ForAll("items") Map<String, AttributeValue> item, @ForAll("values") AttributeValue v,
                          @ForAll("values") AttributeValue w) {
        boolean less = holds("x < :v", item, v, w);
        boolean equal = holds("x = :v", item, v, w);
        boolean greater = holds("x > :v", item, v, w);
        boolean ordered = holds("x <= :v OR x >= :v", item, v, w);
        assertThat(holds("x <> :v", item, v, w)).isEqualTo(!equal);
        assertThat(holds(":v > x", item, v, w)).isEqualTo(less);
        assertThat(holds(":v = x", item, v, w)).isEqualTo(equal);
        assertThat(holds("x BETWEEN :v AND :w", item, v, w)).isEqualTo(holds("x >= :v AND x <= :w", item, v, w));
        assertThat(holds("x IN (:v, :w)", item, v, w)).isEqualTo(holds("x = :v OR x = :w", item, v, w));
        assertThat(List.of(less, ordered && equal, greater).stream().filter(each -> each).count())
                .isEqualTo(ordered ? 1 : 0);
    }

    @Property(tries = 300)
    void anItemIsStoredWhole(@ForAll("items") Map<String, AttributeValue> item) {
        Map<String, AttributeValue> normal = AttributeValues.normalise(item);
        assertThat(ItemCodec.decode(ItemCodec.encode(normal))).isEqualTo(normal);
    }
}
