package io.pipewright.functions.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.CreatePipelineRequest;
import software.amazon.awssdk.services.codepipeline.model.GetPipelineRequest;
import software.amazon.awssdk.services.codepipeline.model.GetPipelineStateResponse;
import software.amazon.awssdk.services.codepipeline.model.GitPullRequestEventType;
import software.amazon.awssdk.services.codepipeline.model.GitPullRequestFilter;
import software.amazon.awssdk.services.codepipeline.model.ListWebhooksRequest;
import software.amazon.awssdk.services.codepipeline.model.PipelineMetadata;
import software.amazon.awssdk.services.codepipeline.model.PollForJobsRequest;
import software.amazon.awssdk.services.codepipeline.model.StartPipelineExecutionRequest;
import software.amazon.awssdk.services.codepipeline.model.StopPipelineExecutionRequest;

class CodecTest {
    private static final int MODEL_CLASSES = 199;

    @Test
    void theSamplesCoverTheWholeModel() {
        assertThat(Samples.types()).hasSizeGreaterThanOrEqualTo(MODEL_CLASSES);
    }

    @ParameterizedTest
    @MethodSource("io.pipewright.functions.wire.Samples#types")
    void whatIsReadIsWrittenAgainUnchanged(Samples.Type type) {
        Random random = new Random(type.name().hashCode());
        for (double presence : new double[] {0, 0.3, 0.6, 0.9, 1, 1}) {
            ObjectNode json = Samples.object(type.builder().get(), random, presence);
            SdkPojo value = read(type.builder(), json);
            assertThat(Codec.write(value)).isEqualTo(json);
            assertThat(Codec.write(value).toString()).isEqualTo(json.toString());
            assertThat(read(type.builder(), Codec.write(value)).equalsBySdkFields(value)).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("io.pipewright.functions.wire.Samples#types")
    void noValueOfAWrongTypeIsTakenAndNoneCrashes(Samples.Type type) {
        ObjectNode json = Samples.object(type.builder().get(), new Random(7), 1);
        for (Place place : places(json)) {
            for (String replacement : List.of(
                    "\"x\"", "7", "-1.5", "true", "false", "[]", "{}", "[[]]", "[{}]", "1e400", "99999999999999999999")) {
                JsonNode wrong = Codec.parse("{\"v\":" + replacement + "}").get("v");
                place.set().accept(wrong);
                if (sameType(place.original(), wrong)) {
                    catchThrowableOfType(ApiError.class, () -> read(type.builder(), json));
                } else {
                    assertThatThrownBy(() -> read(type.builder(), json))
                            .as("%s in %s", wrong, json)
                            .isInstanceOfSatisfying(ApiError.class, error -> {
                                assertThat(error.code()).isEqualTo("SerializationException");
                                assertThat(error.httpStatus()).isEqualTo(400);
                                assertThat(error.getMessage()).isNotBlank();
                            });
                }
            }
            place.set().accept(JsonNodeFactory.instance.nullNode());
            Codec.write(read(type.builder(), json));
            place.set().accept(place.original());
        }
    }

    @Test
    void emptyAndAbsentCollectionsAreToldApart() {
        ActionDeclaration read = Codec.read(ActionDeclaration::builder, Codec.parse("{\"inputArtifacts\":[],\"configuration\":{}}"));
        assertThat(read.hasInputArtifacts()).isTrue();
        assertThat(read.hasConfiguration()).isTrue();
        assertThat(read.hasOutputArtifacts()).isFalse();
        assertThat(Codec.write(read)).hasToString("{\"configuration\":{},\"inputArtifacts\":[]}");
    }

    @Test
    void unknownMembersAndNullsAreIgnored() {
        CreatePipelineRequest read = Codec.read(CreatePipelineRequest::builder, Codec.parse("""
                {"pipeline": {"name": "p", "version": null, "surprise": {"deep": [1]}, "stages": [{"name": "s", "actions": [
                  {"name": "a", "actionTypeId": {"__type": "ActionTypeId", "category": "Source", "owner": "AWS",
                   "provider": "S3", "version": "1"}}]}]}, "tags": null}"""));
        assertThat(read.hasTags()).isFalse();
        assertThat(Codec.write(read.pipeline())).hasToString("{\"name\":\"p\",\"stages\":[{\"name\":\"s\",\"actions\":[{\"name\":\"a\","
                + "\"actionTypeId\":{\"category\":\"Source\",\"owner\":\"AWS\",\"provider\":\"S3\",\"version\":\"1\"}}]}]}");
    }

    @ParameterizedTest
    @CsvSource({
        "1790631640243, 1790631640.243",
        "1790631278200, 1790631278.2",
        "1790631278000, 1790631278",
        "1790631278001, 1790631278.001",
        "0, 0",
        "-1500, -1.5"
    })
    void timesAreSecondsWithTrailingZerosCut(long millis, String written) {
        PipelineMetadata metadata = PipelineMetadata.builder().created(Instant.ofEpochMilli(millis)).build();
        assertThat(Codec.write(metadata)).hasToString("{\"created\":" + written + "}");
        assertThat(Codec.read(PipelineMetadata::builder, Codec.parse("{\"created\":" + written + "}"))).isEqualTo(metadata);
    }

    @Test
    void timesAreCutAtTheMillisecond() {
        PipelineMetadata metadata = PipelineMetadata.builder().created(Instant.parse("2026-10-01T00:00:00.123456789Z")).build();
        assertThat(Codec.write(metadata)).hasToString("{\"created\":1790812800.123}");
        assertThat(Codec.read(PipelineMetadata::builder, Codec.parse("{\"created\":1.790862132459999E9}")).created())
                .isEqualTo(Instant.ofEpochMilli(1790862132459L));
    }

    @Test
    void enumsUnknownToTheSdkSurvive() {
        GitPullRequestFilter read = Codec.read(GitPullRequestFilter::builder, Codec.parse("{\"events\":[\"OPEN\",\"REOPENED\"]}"));
        assertThat(read.events()).containsExactly(GitPullRequestEventType.OPEN, GitPullRequestEventType.UNKNOWN_TO_SDK_VERSION);
        assertThat(Codec.write(read)).hasToString("{\"events\":[\"OPEN\",\"REOPENED\"]}");
    }

    @Test
    void capitalNamesOfTheModelAreKept() {
        assertThat(Codec.read(ListWebhooksRequest::builder, Codec.parse("{\"MaxResults\":7,\"NextToken\":\"t\"}")))
                .isEqualTo(ListWebhooksRequest.builder().maxResults(7).nextToken("t").build());
    }

    @Test
    void anIdempotencyTokenIsNeverMadeUp() {
        StartPipelineExecutionRequest read = Codec.read(StartPipelineExecutionRequest::builder, Codec.parse("{\"name\":\"p\"}"));
        assertThat(read.clientRequestToken()).isNull();
        assertThat(Codec.write(read)).hasToString("{\"name\":\"p\"}");
    }

    @Test
    void mapsKeepTheirOrder() {
        String json = "{\"stageStates\":[],\"created\":1}";
        assertThat(Codec.write(Codec.read(GetPipelineStateResponse::builder, Codec.parse(json)))).hasToString(json);
        ActionDeclaration action = Codec.read(ActionDeclaration::builder, Codec.parse(
                "{\"configuration\":{\"z\":\"1\",\"a\":\"2\",\"m\":\"3\"}}"));
        assertThat(action.configuration().keySet()).containsExactly("z", "a", "m");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "\"1\"   | STRING_VALUE can not be converted to an Integer",
        "true    | TRUE_VALUE can not be converted to an Integer",
        "false   | FALSE_VALUE can not be converted to an Integer",
        "[1]     | Start of list found where not expected",
        "{}      | Start of structure or map found where not expected."
    })
    void integersAreRefusedInAwsWords(String json, String message) {
        assertRefused(() -> Codec.read(GetPipelineRequest::builder, Codec.parse("{\"version\":" + json + "}")), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "1       | NUMBER_VALUE can not be converted to a String",
        "1.5     | DECIMAL_VALUE can not be converted to a String",
        "true    | TRUE_VALUE can not be converted to a String",
        "[\"x\"] | Start of list found where not expected",
        "{}      | Start of structure or map found where not expected."
    })
    void stringsAreRefusedInAwsWords(String json, String message) {
        assertRefused(() -> Codec.read(GetPipelineRequest::builder, Codec.parse("{\"name\":" + json + "}")), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"pipeline\": \"x\"}                                             | Expected null",
        "{\"pipeline\": []}                                                | Start of list found where not expected",
        "{\"pipeline\": {\"stages\": \"x\"}}                               | Expected list or null",
        "{\"pipeline\": {\"stages\": {}}}                                  | Start of structure or map found where not expected.",
        "{\"pipeline\": {\"stages\": [1]}}                                 | Expected null",
        "{\"pipeline\": {\"artifactStores\": 1}}                           | Expected map or null",
        "{\"pipeline\": {\"artifactStores\": []}}                          | Start of list found where not expected",
        "{\"pipeline\": {\"stages\": [{\"actions\": [{\"commands\": [1]}]}]}} | NUMBER_VALUE can not be converted to a String"
    })
    void partsAreRefusedInAwsWords(String json, String message) {
        assertRefused(() -> Codec.read(CreatePipelineRequest::builder, Codec.parse(json)), message);
    }

    @Test
    void timesAndTruthsAreRefused() {
        assertRefused(() -> Codec.read(PipelineMetadata::builder, Codec.parse("{\"created\":\"2026-10-01T00:00:00Z\"}")),
                "STRING_VALUE can not be converted to milliseconds since epoch");
        assertRefused(() -> Codec.read(PipelineMetadata::builder, Codec.parse("{\"created\":1e300}")),
                "DECIMAL_VALUE can not be converted to milliseconds since epoch");
        assertRefused(() -> Codec.read(StopPipelineExecutionRequest::builder, Codec.parse("{\"abandon\":\"true\"}")),
                "STRING_VALUE can not be converted to a Boolean");
        assertRefused(() -> Codec.read(StopPipelineExecutionRequest::builder, Codec.parse("{\"abandon\":0}")),
                "NUMBER_VALUE can not be converted to a Boolean");
    }

    @ParameterizedTest
    @CsvSource({"5.9, 5", "-5.9, -5", "99999999999, 2147483647",
        "-1e99, -2147483648", "1e-999999999, 0", "1e999999999, 2147483647", "1e99999999999999, 2147483647"})
    void integersAreCutToThirtyTwoBits(String json, int read) {
        PollForJobsRequest request = Codec.read(PollForJobsRequest::builder, Codec.parse("{\"maxBatchSize\":" + json + "}"));
        assertThat(request.maxBatchSize()).isEqualTo(read);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "null", "\"x\"", "7",
        "{\"a\":1,}", "{\"a\":1}}", "{\"a\":1} {}", "{'a':1}", "\u0000", "{\"a\":NaN}"})
    void aBodyThatIsNoObjectIsRefusedWithoutMessage(String body) {
        assertThatThrownBy(() -> Codec.parse(body)).isInstanceOfSatisfying(ApiError.class,
                error -> assertThat(error.body()).hasToString("{\"__type\":\"SerializationException\"}"));
    }

    @Test
    void aListForABodyIsRefusedWithAws() {
        assertRefused(() -> Codec.parse("[]"), "Start of list found where not expected");
    }

    @Test
    void aBodyThatIsMadeToExhaustUsIsRefused() {
        for (String body : List.of("[".repeat(200_000), "{\"a\":".repeat(200_000), "{\"a\":" + "9".repeat(200_000) + "}",
                "{\"" + "k".repeat(100_000) + "\":1}")) {
            assertThatThrownBy(() -> Codec.parse(body)).isInstanceOf(ApiError.class);
        }
    }

    private static void assertRefused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ApiError.class, error -> {
            assertThat(error.body().path("__type").textValue()).isEqualTo("SerializationException");
            assertThat(error.body().path("message").textValue()).isEqualTo(message);
        });
    }

    /** {@link Codec#read} for a type that is known only while running. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    private static SdkPojo read(Supplier<SdkPojo> builder, JsonNode json) {
        return (SdkPojo) Codec.read((Supplier) builder, json);
    }

    private static boolean sameType(JsonNode original, JsonNode replacement) {
        return original.getNodeType() == replacement.getNodeType();
    }

    private record Place(JsonNode original, Consumer<JsonNode> set) {
    }

    private static List<Place> places(JsonNode json) {
        List<Place> places = new ArrayList<>();
        if (json instanceof ObjectNode object) {
            object.fieldNames().forEachRemaining(name -> places.add(new Place(object.get(name), value -> object.set(name, value))));
        } else if (json instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                int index = i;
                places.add(new Place(array.get(i), value -> array.set(index, value)));
            }
        }
        json.forEach(child -> places.addAll(places(child)));
        return places;
    }
}
