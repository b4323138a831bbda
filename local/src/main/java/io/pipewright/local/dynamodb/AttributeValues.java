package io.pipewright.local.dynamodb;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue.Type;

/** What DynamoDB says of values: which are valid, when two are equal, which comes first, how large one is. */
final class AttributeValues {
    private static final int MAX_DEPTH = 32;
    /** A list or map costs three bytes, and each of its members one more. */
    private static final int CONTAINER_SIZE = 3;

    private AttributeValues() {
    }

    /** DynamoDB's name of the value's type: {@code S}, {@code NS}, {@code BOOL}, … */
    static String typeName(AttributeValue value) {
        return value.type() == Type.NUL ? "NULL" : value.type().name();
    }

    /** The item as it is stored: every value checked, every number in its shortest text. */
    static Map<String, AttributeValue> normalise(Map<String, AttributeValue> item) {
        return normalise(item, 1);
    }

    /** The value as it is stored and compared. */
    static AttributeValue normalise(AttributeValue value) {
        return normalise(value, 1);
    }

    private static Map<String, AttributeValue> normalise(Map<String, AttributeValue> values, int depth) {
        Map<String, AttributeValue> normal = new LinkedHashMap<>(values.size() * 2);
        values.forEach((name, value) -> normal.put(name, normalise(value, depth)));
        return normal;
    }

    private static AttributeValue normalise(AttributeValue value, int depth) {
        if (depth > MAX_DEPTH) {
            throw Errors.validation("Nesting Levels have exceeded supported limits");
        }
        switch (typeOf(value)) {
            case N:
                String normal = Numbers.normalise(value.n());
                return normal.equals(value.n()) ? value : AttributeValue.fromN(normal);
            case NUL:
                if (!value.nul()) {
                    throw Errors.invalidParameter("Null attribute value types must have the value of true");
                }
                return value;
            case SS:
                requireMembers(value.ss(), "An string set  may not be empty");
                requireDistinct(value.ss(), " contains duplicates.");
                return value;
            case NS:
                return numberSet(value);
            case BS:
                requireMembers(value.bs(), "Binary sets should not be empty");
                requireDistinct(value.bs(), "of type BS contains duplicates.");
                return value;
            case L:
                return AttributeValue.fromL(value.l().stream().map(member -> normalise(member, depth + 1)).toList());
            case M:
                return AttributeValue.fromM(normalise(value.m(), depth + 1));
            default:
                return value;
        }
    }

    private static Type typeOf(AttributeValue value) {
        // The SDK's class has no type for two members, and the unknown one for none.
        if (value.type() == null) {
            throw Errors.validation("Supplied AttributeValue has more than one datatypes set, "
                    + "must contain exactly one of the supported datatypes");
        }
        if (value.type() == Type.UNKNOWN_TO_SDK_VERSION) {
            throw Errors.validation(
                    "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
        }
        return value.type();
    }

    private static AttributeValue numberSet(AttributeValue set) {
        requireMembers(set.ns(), "An number set  may not be empty");
        List<String> numbers = set.ns().stream().map(Numbers::normalise).toList();
        if (hasDuplicates(numbers)) {
            throw Errors.validation("Input collection contains duplicates");
        }
        return AttributeValue.fromNs(numbers);
    }

    private static void requireMembers(Collection<?> members, String complaint) {
        if (members.isEmpty()) {
            throw Errors.invalidParameter(complaint);
        }
    }

    private static void requireDistinct(Collection<?> members, String complaint) {
        if (hasDuplicates(members)) {
            throw Errors.invalidParameter("Input collection " + members + complaint);
        }
    }

    private static boolean hasDuplicates(Collection<?> members) {
        return new HashSet<>(members).size() < members.size();
    }

    /** Equality of normalised values: sets have no order, numbers one text each. */
    static boolean equal(AttributeValue left, AttributeValue right) {
        if (left.type() != right.type()) {
            return false;
        }
        return switch (left.type()) {
            case SS -> Set.copyOf(left.ss()).equals(Set.copyOf(right.ss()));
            case NS -> Set.copyOf(left.ns()).equals(Set.copyOf(right.ns()));
            case BS -> Set.copyOf(left.bs()).equals(Set.copyOf(right.bs()));
            case L -> equal(left.l(), right.l());
            case M -> equal(left.m(), right.m());
            default -> left.equals(right);
        };
    }

    private static boolean equal(List<AttributeValue> left, List<AttributeValue> right) {
        if (left.size() != right.size()) {
            return false;
        }
        for (int i = 0; i < left.size(); i++) {
            if (!equal(left.get(i), right.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean equal(Map<String, AttributeValue> left, Map<String, AttributeValue> right) {
        return left.keySet().equals(right.keySet())
                && left.entrySet().stream().allMatch(entry -> equal(entry.getValue(), right.get(entry.getKey())));
    }

    /** Whether {@code <} and its like are defined for the value's type. */
    static boolean isOrdered(AttributeValue value) {
        return value.type() == Type.S || value.type() == Type.N || value.type() == Type.B;
    }

    /** Order of two values of the same ordered type: numbers by value, text by UTF-8 bytes, bytes as unsigned. */
    static int compare(AttributeValue left, AttributeValue right) {
        if (left.type() == Type.N) {
            return new BigDecimal(left.n()).compareTo(new BigDecimal(right.n()));
        }
        return Arrays.compareUnsigned(bytes(left), bytes(right));
    }

    /** The bytes of a text or a binary. */
    static byte[] bytes(AttributeValue value) {
        return value.type() == Type.S ? value.s().getBytes(StandardCharsets.UTF_8) : value.b().asByteArrayUnsafe();
    }

    /** The size that counts against the item, page and request limits, in bytes, names included. */
    static int size(Map<String, AttributeValue> item) {
        int size = 0;
        for (Map.Entry<String, AttributeValue> entry : item.entrySet()) {
            size += size(entry.getKey()) + size(entry.getValue());
        }
        return size;
    }

    private static int size(AttributeValue value) {
        return switch (value.type()) {
            case S -> size(value.s());
            case N -> numberSize(value.n());
            case B -> size(value.b());
            case SS -> total(value.ss(), AttributeValues::size);
            case NS -> total(value.ns(), AttributeValues::numberSize);
            case BS -> total(value.bs(), AttributeValues::size);
            case L -> CONTAINER_SIZE + value.l().size() + total(value.l(), AttributeValues::size);
            case M -> CONTAINER_SIZE + value.m().size() + size(value.m());
            case BOOL, NUL, UNKNOWN_TO_SDK_VERSION -> 1;
        };
    }

    private static <T> int total(Collection<T> members, Function<T, Integer> size) {
        return members.stream().collect(Collectors.summingInt(size::apply));
    }

    private static int size(SdkBytes bytes) {
        return bytes.asByteArrayUnsafe().length;
    }

    /** The length of the text in UTF-8. */
    private static int size(String text) {
        int size = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                // A surrogate pair is two chars and four bytes; any other char above 0x7FF is three bytes.
                size += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
            }
        }
        return size;
    }

    /** Two significant digits take a byte, and one byte more for the exponent, another for a negative sign. */
    private static int numberSize(String number) {
        BigDecimal value = new BigDecimal(number).stripTrailingZeros();
        return 1 + (value.precision() + 1) / 2 + (value.signum() < 0 ? 1 : 0);
    }
}
