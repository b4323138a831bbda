package io.pipewright.local.dynamodb;

import static io.pipewright.local.dynamodb.DynamoDbContract.s;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

class KeyEncodingTest {

    @Provide
    static Arbitrary<BigDecimal> numbers() {
        BigInteger largest = BigInteger.TEN.pow(38).subtract(BigInteger.ONE);
        Arbitrary<BigInteger> digits = Arbitraries.bigIntegers().between(largest.negate(), largest);
        Arbitrary<BigInteger> few =
                Arbitraries.bigIntegers().between(BigInteger.valueOf(-150), BigInteger.valueOf(150));
        Arbitrary<Integer> scales = Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.integers().between(-3, 3)),
                Tuple.of(1, Arbitraries.integers().between(-125, 130)));
        return Combinators.combine(Arbitraries.oneOf(digits, few), scales).as(BigDecimal::new)
                .filter(KeyEncodingTest::isStorable);
    }

    private static boolean isStorable(BigDecimal number) {
        BigDecimal stripped = number.stripTrailingZeros();
        return stripped.signum() == 0 || stripped.precision() <= 38
                && Numbers.power(stripped) >= Numbers.MIN_POWER && Numbers.power(stripped) <= Numbers.MAX_POWER;
    }

    @Provide
    static Arbitrary<AttributeValue> texts() {
        return Arbitraries.strings().withChars("ab\u0000\u007F\u0080é\u07FF\u0800\uFFFD")
                .ofMinLength(1).ofMaxLength(4)
                .flatMap(text -> Arbitraries.of("", "😀", "\uD800\uDC00").map(more -> s(text + more)));
    }

    @Provide
    static Arbitrary<AttributeValue> binaries() {
        return Arbitraries.bytes().between((byte) -128, (byte) 127).array(byte[].class).ofMinSize(1).ofMaxSize(4)
                .map(bytes -> AttributeValue.fromB(SdkBytes.fromByteArray(bytes)));
    }

    @Property
    void numbersKeepTheirOrder(@ForAll("numbers") BigDecimal left, @ForAll("numbers") BigDecimal right) {
        int order = Arrays.compareUnsigned(encode(left), encode(right));
        assertThat(Integer.signum(order)).isEqualTo(left.compareTo(right));
    }

    @Property
    void neighbouringNumbersKeepTheirOrder(@ForAll("numbers") BigDecimal number) {
        BigDecimal stripped = number.stripTrailingZeros();
        BigDecimal lastDigit = new BigDecimal(BigInteger.ONE, stripped.scale());
        for (BigDecimal neighbour : List.of(stripped.add(lastDigit), stripped.subtract(lastDigit), stripped.negate())) {
            if (isStorable(neighbour)) {
                numbersKeepTheirOrder(stripped, neighbour);
            }
        }
    }

    private static byte[] encode(BigDecimal number) {
        return KeyEncoding.encode(AttributeValue.fromN(Numbers.normalise(number.toString())));
    }

    /** The index and the conditions answer alike: two independent readings of DynamoDB's order. */
    @Property
    void aRangeHoldsWhatItsConditionSays(@ForAll("pairs") List<AttributeValue> pair,
                                         @ForAll("comparisons") String text) {
        AttributeValue key = pair.get(0);
        AttributeValue bound = pair.get(1);
        Table table = new Table(1, "t", new KeyAttribute("h", ScalarAttributeType.S, KeyAttribute.Role.HASH),
                Optional.of(new KeyAttribute("r", ScalarAttributeType.fromValue(key.type().name()),
                        KeyAttribute.Role.RANGE)),
                Instant.EPOCH, Optional.empty(), Optional.empty());
        Map<String, AttributeValue> values = Map.of(":h", s("x"), ":r", bound);
        Scope scope = Scope.of(Map.of(), values, true);
        Condition onRange = ExpressionParser.condition(Expression.Kind.CONDITION, text).content();
        Condition onBoth = ExpressionParser.condition(Expression.Kind.KEY_CONDITION, "h = :h AND " + text).content();
        assertThat(KeyCondition.of(table, onBoth, scope).range().contains(KeyEncoding.encode(key)))
                .isEqualTo(onRange.holds(Map.of("r", key), scope));
    }

    @Provide
    static Arbitrary<List<AttributeValue>> pairs() {
        Arbitrary<AttributeValue> numbers = numbers()
                .map(number -> AttributeValue.fromN(Numbers.normalise(number.toString())));
        return Arbitraries.of(List.of(numbers, texts(), binaries())).flatMap(values ->
                Arbitraries.oneOf(values.list().ofSize(2), values.map(value -> List.of(value, value))));
    }

    @Provide
    static Arbitrary<String> comparisons() {
        return Arbitraries.of("r = :r", "r < :r", "r <= :r", "r > :r", "r >= :r", "r BETWEEN :r AND :r");
    }

    @Property
    void aPrefixHoldsWhatBeginsWithIt(@ForAll("binaries") AttributeValue key,
                                      @ForAll("binaries") AttributeValue prefix) {
        byte[] bytes = key.b().asByteArray();
        byte[] start = prefix.b().asByteArray();
        boolean begins = bytes.length >= start.length && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
        assertThat(KeyRange.withPrefix(start).contains(bytes)).isEqualTo(begins);
    }
}
