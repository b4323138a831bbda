package io.pipewright.local.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

class ItemContractTest extends DynamoDbContract {

    @Test
    void anItemOfEveryTypeComesBackAsItWasPut() {
        Map<String, AttributeValue> item = item("a", "1",
                "text", s("grüße 🚀"), "empty", s(""), "number", n("-12.5"), "binary", b(0, 255, 7), "noBytes", b(),
                "yes", AttributeValue.fromBool(true), "no", AttributeValue.fromBool(false),
                "nothing", AttributeValue.fromNul(true),
                "texts", AttributeValue.fromSs(List.of("x", "y")), "numbers", AttributeValue.fromNs(List.of("7")),
                "binaries", AttributeValue.fromBs(List.of(SdkBytes.fromUtf8String("z"))),
                "list", AttributeValue.fromL(List.of(s("in"), AttributeValue.fromL(List.of()))),
                "map", AttributeValue.fromM(Map.of("deep", AttributeValue.fromM(Map.of("er", n("1"))))));
        put(item);
        assertThat(get("a", "1")).isEqualTo(item);
    }

    @Test
    void aMissingItemIsNotInTheResponse() {
        assertThat(client.getItem(request -> request.tableName(table).key(key("a", "1"))).hasItem()).isFalse();
    }

    @Test
    void aPutReplacesTheWholeItem() {
        put(item("a", "1", "old", s("x")));
        put(item("a", "1", "new", s("y")));
        assertThat(get("a", "1")).isEqualTo(item("a", "1", "new", s("y")));
    }

    @Test
    void aTableWithoutSortKeyHoldsOneItemPerPartition() {
        String plain = createTable("k", ScalarAttributeType.N);
        client.putItem(request -> request.tableName(plain).item(Map.of("k", n("1"), "v", s("first"))));
        client.putItem(request -> request.tableName(plain).item(Map.of("k", n("1.0"), "v", s("second"))));
        assertThat(client.getItem(request -> request.tableName(plain).key(Map.of("k", n("1e0")))).item())
                .isEqualTo(Map.of("k", n("1"), "v", s("second")));
        client.deleteTable(request -> request.tableName(plain));
    }

    @Test
    void numbersAreReturnedInTheirShortestForm() {
        put(item("a", "1", "n", n("0012.500"), "e", n("1.5E3"), "z", n("-0.0"), "s", n("1E-3")));
        assertThat(get("a", "1")).isEqualTo(item("a", "1", "n", n("12.5"), "e", n("1500"), "z", n("0"),
                "s", n("0.001")));
    }

    @Test
    void numbersOfThirtyEightDigitsAreExact() {
        String digits = "1234567890123456789012345678901234567.8";
        put(item("a", "1", "n", n(digits)));
        assertThat(get("a", "1").get("n")).isEqualTo(n(digits));
    }

    @Test
    void numbersBeyondTheRangeAreRefused() {
        assertInvalid("Number overflow. Attempting to store a number with magnitude larger than supported range",
                () -> put(item("a", "1", "n", n("1e126"))));
        assertInvalid("Number underflow. Attempting to store a number with magnitude smaller than supported range",
                () -> put(item("a", "1", "n", n("1e-131"))));
        assertInvalid("Attempting to store more than 38 significant digits in a Number",
                () -> put(item("a", "1", "n", n("123456789012345678901234567890123456789"))));
        assertInvalid("The parameter cannot be converted to a numeric value: one",
                () -> put(item("a", "1", "n", n("one"))));
    }

    @Test
    void putAndDeleteReturnTheItemAsItWas() {
        Map<String, AttributeValue> first = item("a", "1", "v", s("first"));
        assertThat(client.putItem(request -> request.tableName(table).item(first).returnValues(ReturnValue.ALL_OLD))
                .hasAttributes()).isFalse();
        Map<String, AttributeValue> second = item("a", "1", "v", s("second"));
        assertThat(client.putItem(request -> request.tableName(table).item(second).returnValues(ReturnValue.ALL_OLD))
                .attributes()).isEqualTo(first);
        assertThat(client.deleteItem(request -> request.tableName(table).key(key("a", "1"))
                .returnValues(ReturnValue.ALL_OLD)).attributes()).isEqualTo(second);
        assertThat(get("a", "1")).isEmpty();
    }

    @Test
    void onlyTheOldItemCanBeReturned() {
        assertInvalid("ReturnValues can only be ALL_OLD or NONE", () -> client.putItem(request -> request
                .tableName(table).item(item("a", "1")).returnValues(ReturnValue.UPDATED_NEW)));
    }

    @Test
    void deletingAMissingItemIsNoError() {
        assertThat(client.deleteItem(request -> request.tableName(table).key(key("a", "1"))
                .returnValues(ReturnValue.ALL_OLD)).hasAttributes()).isFalse();
    }

    @Test
    void aConditionThatDoesNotHoldChangesNothing() {
        put(item("a", "1", "v", n("1")));
        assertThatExceptionOfType(ConditionalCheckFailedException.class)
                .isThrownBy(() -> client.putItem(request -> request.tableName(table).item(item("a", "1"))
                        .conditionExpression("attribute_not_exists(id)")))
                .satisfies(e -> {
                    assertThat(e.awsErrorDetails().errorCode()).isEqualTo("ConditionalCheckFailedException");
                    assertThat(e.awsErrorDetails().errorMessage()).isEqualTo("The conditional request failed");
                    assertThat(e.statusCode()).isEqualTo(400);
                    assertThat(e.hasItem()).isFalse();
                });
        assertThatExceptionOfType(ConditionalCheckFailedException.class)
                .isThrownBy(() -> client.deleteItem(request -> request.tableName(table).key(key("a", "1"))
                        .conditionExpression("v = :v").expressionAttributeValues(Map.of(":v", n("2")))));
        assertThat(get("a", "1")).isEqualTo(item("a", "1", "v", n("1")));
    }

    @Test
    void aFailedConditionShowsTheItemWhenAsked() {
        put(item("a", "1", "v", n("1")));
        assertThatExceptionOfType(ConditionalCheckFailedException.class)
                .isThrownBy(() -> client.putItem(request -> request.tableName(table).item(item("a", "1"))
                        .conditionExpression("attribute_not_exists(id)")
                        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)))
                .satisfies(e -> assertThat(e.item()).isEqualTo(item("a", "1", "v", n("1"))));
        assertThatExceptionOfType(ConditionalCheckFailedException.class)
                .isThrownBy(() -> client.deleteItem(request -> request.tableName(table).key(key("b", "1"))
                        .conditionExpression("attribute_exists(id)")
                        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)))
                .satisfies(e -> assertThat(e.hasItem()).isFalse());
    }

    @Test
    void aProjectionReturnsTheNamedAttributes() {
        put(item("a", "1", "v", n("1"), "status", s("on"), "rest", s("x")));
        assertThat(client.getItem(request -> request.tableName(table).key(key("a", "1"))
                .projectionExpression("v, #s, absent").expressionAttributeNames(Map.of("#s", "status"))).item())
                .isEqualTo(Map.of("v", n("1"), "status", s("on")));
    }

    @Test
    void anItemNeedsItsKeys() {
        assertInvalid("One or more parameter values were invalid: Missing the key sort in the item",
                () -> put(Map.of("id", s("a"))));
        assertInvalid("One or more parameter values were invalid: Type mismatch for key sort expected: S actual: N",
                () -> put(Map.of("id", s("a"), "sort", n("1"))));
        assertInvalid("One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
                + "contain an empty string value. Key: id", () -> put(item("", "1")));
    }

    @Test
    void aKeyIsTheKeyAttributesAndNothingElse() {
        List<Map<String, AttributeValue>> wrong = List.of(Map.of("id", s("a")),
                Map.of("id", s("a"), "sort", n("1")), item("a", "1", "more", s("x")));
        for (Map<String, AttributeValue> key : wrong) {
            assertInvalid("The provided key element does not match the schema",
                    () -> client.getItem(request -> request.tableName(table).key(key)));
        }
        assertInvalid("One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
                + "contain an empty string value. Key: sort", () -> get("a", ""));
    }

    @Test
    void keysHaveALimit() {
        put(item("a".repeat(2048), "b".repeat(1024)));
        assertInvalid("One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit "
                + "of2048 bytes", () -> put(item("a".repeat(2049), "b")));
        assertInvalid("One or more parameter values were invalid: Aggregated size of all range keys has exceeded the "
                + "size limit of 1024 bytes", () -> put(item("a", "b".repeat(1025))));
    }

    @Test
    void anItemHasAtMost400Kilobytes() {
        int rest = 400 * 1024 - "id".length() - "a".length() - "sort".length() - "1".length() - "v".length();
        put(item("a", "1", "v", s("x".repeat(rest))));
        assertInvalid("Item size has exceeded the maximum allowed size",
                () -> put(item("a", "1", "v", s("x".repeat(rest + 1)))));
    }

    @Test
    void aValueHasExactlyOneType() {
        assertInvalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
                () -> put(item("a", "1", "v", AttributeValue.builder().build())));
        assertInvalid("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
                        + "supported datatypes",
                () -> put(item("a", "1", "v", AttributeValue.builder().s("x").n("1").build())));
    }

    @Test
    void aSetIsNotEmptyAndHasNoDuplicates() {
        assertInvalid("One or more parameter values were invalid: An string set  may not be empty",
                () -> put(item("a", "1", "v", AttributeValue.fromSs(List.of()))));
        assertInvalid("One or more parameter values were invalid: Input collection [x, x] contains duplicates.",
                () -> put(item("a", "1", "v", AttributeValue.fromSs(List.of("x", "x")))));
        assertInvalid("Input collection contains duplicates",
                () -> put(item("a", "1", "v", AttributeValue.fromNs(List.of("1", "1.0")))));
    }

    @Test
    void aMissingTableIsNotFound() {
        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> client.getItem(request -> request.tableName("no-such-table").key(key("a", "1"))))
                .satisfies(e -> {
                    assertThat(e.awsErrorDetails().errorCode()).isEqualTo("ResourceNotFoundException");
                    assertThat(e.awsErrorDetails().errorMessage()).isEqualTo("Requested resource not found");
                    assertThat(e.statusCode()).isEqualTo(400);
                });
    }
}
