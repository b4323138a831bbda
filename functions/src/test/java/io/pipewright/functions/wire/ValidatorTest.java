package io.pipewright.functions.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ValidatorTest {
    private static final String RUN = "0a7f4a10-5a52-4a70-b2a3-2f6b0d6a77aa";
    private static final String UUID_PATTERN = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

    private static final String PIPELINE = """
            {"pipeline": {
              "name": "shop-web", "roleArn": "arn:aws:iam::210987654321:role/pipe-runner", "pipelineType": "V2",
              "artifactStore": {"type": "S3", "location": "shop-artifacts-euc1"},
              "variables": [{"name": "TARGET", "defaultValue": "blue", "description": "colour"}],
              "stages": [
                {"name": "Source", "actions": [{"name": "Fetch",
                  "actionTypeId": {"category": "Source", "owner": "AWS", "provider": "S3", "version": "1"},
                  "configuration": {"S3Bucket": "b", "S3ObjectKey": "k"}, "outputArtifacts": [{"name": "Code"}]}]},
                {"name": "Ship", "actions": [{"name": "Put", "runOrder": 1,
                  "actionTypeId": {"category": "Deploy", "owner": "AWS", "provider": "S3", "version": "1"},
                  "configuration": {"BucketName": "b", "Extract": "true"}, "inputArtifacts": [{"name": "Code"}]}]}
              ]}}""";

    @Test
    void aGoodPipelinePasses() {
        assertThatCode(() -> Validator.validate("CreatePipeline", Codec.parse(PIPELINE))).doesNotThrowAnyException();
    }

    /** What recordings of the service show, changed in one place of a good pipeline. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "/pipeline/variables/0/name | '' | 2 validation errors detected: Value at 'pipeline.variables.1.member.name' failed to satisfy "
                + "constraint: Member must have length greater than or equal to 1; Value at 'pipeline.variables.1.member.name' failed to "
                + "satisfy constraint: Member must satisfy regular expression pattern: [A-Za-z0-9@\\-_]+",
        "/pipeline/variables/0/name | 'a.b' | 1 validation error detected: Value at 'pipeline.variables.1.member.name' failed to satisfy "
                + "constraint: Member must satisfy regular expression pattern: [A-Za-z0-9@\\-_]+",
        "/pipeline/variables/0/defaultValue | '' | 1 validation error detected: Value at 'pipeline.variables.1.member.defaultValue' failed "
                + "to satisfy constraint: Member must have length greater than or equal to 1",
        "/pipeline/stages/1/actions/0/configuration/Extract | '' | 1 validation error detected: Value at "
                + "'pipeline.stages.2.member.actions.1.member.configuration' failed to satisfy constraint: Map value must satisfy "
                + "constraint: [Member must have length less than or equal to 50000, Member must have length greater than or equal to 1]",
        "/pipeline/stages/0/actions/0/actionTypeId/owner | 'Me' | 1 validation error detected: Value at "
                + "'pipeline.stages.1.member.actions.1.member.actionTypeId.owner' failed to satisfy constraint: Member must satisfy enum "
                + "value set: [AWS, Custom, ThirdParty]",
        "/pipeline/roleArn | 'role' | 1 validation error detected: Value at 'pipeline.roleArn' failed to satisfy constraint: Member must "
                + "satisfy regular expression pattern: arn:aws(-[\\w]+)*:iam::[0-9]{12}:role/.*"
    })
    void aBrokenMemberIsNamedAsRecorded(String pointer, String value, String message) {
        ObjectNode json = Codec.parse(PIPELINE);
        int slash = pointer.lastIndexOf('/');
        ((ObjectNode) json.at(pointer.substring(0, slash))).put(pointer.substring(slash + 1), value);
        assertRefused("CreatePipeline", json, message);
    }

    @Test
    void aTooLongVariableIsNamedAsRecorded() {
        ObjectNode json = Codec.parse(PIPELINE);
        ((ObjectNode) json.at("/pipeline/variables/0")).put("name", "x".repeat(129)).put("defaultValue", "x".repeat(1001));
        assertRefused("CreatePipeline", json, "2 validation errors detected: Value at 'pipeline.variables.1.member.name' failed to satisfy "
                + "constraint: Member must have length less than or equal to 128; Value at "
                + "'pipeline.variables.1.member.defaultValue' failed to satisfy constraint: "
                + "Member must have length less than or equal to 1000");
    }

    @Test
    void aNestedFilterNeedsBothOfItsMembers() {
        assertRefused("ListActionExecutions", Codec.parse("{\"pipelineName\":\"p\",\"filter\":{\"latestInPipelineExecution\":{}}}"),
                "2 validation errors detected: Value at 'filter.latestInPipelineExecution.pipelineExecutionId' failed to satisfy "
                        + "constraint: Member must not be null; Value at 'filter.latestInPipelineExecution.startTimeRange' failed to "
                        + "satisfy constraint: Member must not be null");
        assertRefused("ListActionExecutions", Codec.parse("{\"pipelineName\":\"p\",\"filter\":{\"latestInPipelineExecution\":{"
                        + "\"pipelineExecutionId\":\"" + RUN + "\",\"startTimeRange\":null}}}"),
                "1 validation error detected: Value at 'filter.latestInPipelineExecution.startTimeRange' failed to satisfy constraint: "
                        + "Member must not be null");
        assertRefused("ListActionExecutions", Codec.parse("{\"pipelineName\":\"p\",\"filter\":{\"latestInPipelineExecution\":{"
                        + "\"pipelineExecutionId\":\"" + RUN + "\",\"startTimeRange\":\"Newest\"}}}"),
                "1 validation error detected: Value at 'filter.latestInPipelineExecution.startTimeRange' failed to satisfy constraint: "
                        + "Member must satisfy enum value set: [All, Latest]");
    }

    @Test
    void theRollbackTargetMustLookLikeARun() {
        assertRefused("RollbackStage", Codec.parse("{\"pipelineName\":\"p\",\"stageName\":\"s\",\"targetPipelineExecutionId\":\"x\"}"),
                "1 validation error detected: Value at 'targetPipelineExecutionId' failed to satisfy constraint: Member must satisfy "
                        + "regular expression pattern: " + UUID_PATTERN);
    }

    @ParameterizedTest
    @CsvFileSource(resources = "constraints.txt", delimiter = '|', quoteCharacter = '`')
    void constraintsOfOtherOperations(String operation, String json, String path, String rule) {
        assertRefused(operation, Codec.parse(json),
                "1 validation error detected: Value at '" + path + "' failed to satisfy constraint: " + rule);
    }

    @Test
    void aPatternMayHoldAlternatives() {
        assertRefused("GetActionType", Codec.parse("""
                        {"category": "Test", "owner": "Custom", "provider": "p", "version": "1"}"""),
                "1 validation error detected: Value at 'owner' failed to satisfy constraint: Member must satisfy regular expression "
                        + "pattern: AWS|ThirdParty");
    }

    @Test
    void thePathThroughAMapNamesTheKey() {
        ObjectNode json = Codec.parse(PIPELINE);
        ((ObjectNode) json.path("pipeline")).putObject("artifactStores").putObject("eu-west-1").put("type", "S3");
        assertRefused("UpdatePipeline", json, "1 validation error detected: Value at 'pipeline.artifactStores.eu-west-1.member.location' "
                + "failed to satisfy constraint: Member must not be null");
    }

    @Test
    void theServiceIsKnownToTakeMoreThanItsModelSays() {
        assertThatCode(() -> Validator.validate("StartPipelineExecution", Codec.parse("{\"name\":\"p\",\"variables\":[]}")))
                .doesNotThrowAnyException();
        ObjectNode json = Codec.parse(PIPELINE);
        ObjectNode configuration = (ObjectNode) json.at("/pipeline/stages/0/actions/0/configuration");
        configuration.put("S3ObjectKey", "x".repeat(50_000));
        assertThatCode(() -> Validator.validate("CreatePipeline", json)).doesNotThrowAnyException();
        configuration.put("S3ObjectKey", "x".repeat(50_001));
        assertThatThrownBy(() -> Validator.validate("CreatePipeline", json)).isInstanceOf(ApiError.class);
    }

    @Test
    void lengthsCountCharactersNotUnits() {
        ObjectNode json = Codec.parse("{\"pipelineName\":\"p\",\"pipelineExecutionId\":\"" + RUN + "\"}");
        json.put("reason", "\uD83D\uDE80".repeat(200));
        assertThatCode(() -> Validator.validate("StopPipelineExecution", json)).doesNotThrowAnyException();
        json.put("reason", "\uD83D\uDE80".repeat(201));
        assertRefused("StopPipelineExecution", json, "1 validation error detected: Value at 'reason' failed to satisfy constraint: "
                + "Member must have length less than or equal to 200");
    }

    @Test
    void atMostTenViolationsAreNamed() {
        ObjectNode json = Codec.parse(PIPELINE);
        for (int i = 0; i < 100; i++) {
            ((ArrayNode) json.at("/pipeline/stages")).addObject();
        }
        assertThatThrownBy(() -> Validator.validate("CreatePipeline", json)).isInstanceOf(ApiError.class)
                .hasMessageStartingWith("10 validation errors detected: Value at 'pipeline.stages.3.member.name'");
    }

    @Test
    void textsMadeToExhaustThePatternsAreRefused() {
        for (String arn : List.of("arn:aws" + "-a".repeat(500_000), "arn:aws:codepipeline:" + ":".repeat(1_000_000))) {
            ObjectNode json = Codec.parse("{}").put("resourceArn", arn);
            assertRefused("ListTagsForResource", json, "1 validation error detected: Value at 'resourceArn' failed to satisfy constraint: "
                    + "Member must satisfy regular expression pattern: arn:aws(-[\\w]+)*:codepipeline:.+:[0-9]{12}:.+");
        }
    }

    @Test
    void anUnknownOperationIsSaidSo() {
        assertThatThrownBy(() -> Validator.validate("DropPipeline", Codec.parse("{}"))).isInstanceOfSatisfying(ApiError.class, error -> {
            assertThat(error.code()).isEqualTo("UnknownOperationException");
            assertThat(error.httpStatus()).isEqualTo(404);
        });
    }

    @ParameterizedTest
    @MethodSource("operations")
    void noInputMakesTheValidatorCrash(String operation) {
        Random random = new Random(operation.hashCode());
        Samples.Type input = Samples.types().stream()
                .filter(type -> type.name().equals(operation + "Request"))
                .findFirst().orElseThrow();
        for (int i = 0; i < 50; i++) {
            ObjectNode json = Samples.object(input.builder().get(), random, 0.8);
            refusedOrNot(operation, json);
            json.fieldNames().forEachRemaining(name -> {
                for (String wrong : List.of(
                        "1", "\"x\"", "[]", "[1]", "[[]]", "[null]", "{}", "{\"a\":null}", "{\"a\":[]}", "null", "1e400")) {
                    JsonNode original = json.get(name);
                    json.set(name, Codec.parse("{\"v\":" + wrong + "}").get("v"));
                    refusedOrNot(operation, json);
                    json.set(name, original);
                }
            });
        }
    }

    @Test
    void theModelKnowsWhichAnswersHaveNoBody() {
        assertThat(operations()).hasSize(44);
        assertThat(ServiceModel.codePipeline().operations().values().stream().filter(operation -> operation.output().isEmpty())
                .map(ServiceModel.Operation::name)).containsExactlyInAnyOrder(
                "DeleteCustomActionType", "DeletePipeline", "DisableStageTransition", "EnableStageTransition", "OverrideStageCondition",
                "PutJobFailureResult", "PutJobSuccessResult", "PutThirdPartyJobFailureResult", "PutThirdPartyJobSuccessResult",
                "UpdateActionType");
        assertThat(ServiceModel.codePipeline().operation("RetryStageExecution").errors()).contains("StageNotRetryableException");
    }

    static List<String> operations() {
        return List.copyOf(ServiceModel.codePipeline().operations().keySet());
    }

    private static void refusedOrNot(String operation, JsonNode json) {
        try {
            Validator.validate(operation, json);
        } catch (ApiError refused) {
            assertThat(refused.code()).isEqualTo("ValidationException");
        }
    }

    private static void assertRefused(String operation, JsonNode json, String message) {
        assertThatThrownBy(() -> Validator.validate(operation, json)).isInstanceOfSatisfying(ApiError.class, error -> {
            assertThat(error.code()).isEqualTo("ValidationException");
            assertThat(error.httpStatus()).isEqualTo(400);
            assertThat(error.getMessage()).isEqualTo(message);
        });
    }
}
