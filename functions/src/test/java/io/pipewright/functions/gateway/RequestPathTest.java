package io.pipewright.functions.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.pipewright.functions.wire.ApiError;
import io.pipewright.functions.wire.ServiceModel;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestPathTest {
    private static final ObjectMapper JSON = new ObjectMapper().enable(JsonParser.Feature.ALLOW_SINGLE_QUOTES);

    /** Every operation with a request that names all it can, and its path. */
    private static final String TABLE = """
            AcknowledgeJob                   | {'jobId': 'j', 'nonce': '1'} | /AcknowledgeJob
            AcknowledgeThirdPartyJob         | {'jobId': 'j', 'nonce': '1', 'clientToken': 't'} | /AcknowledgeThirdPartyJob
            CreateCustomActionType           | {'category': 'Test', 'provider': 'Jenkins', 'version': '1'} | /CreateCustomActionType
            CreatePipeline                   | {'pipeline': {'name': 'shop', 'stages': [{'name': 'Build'}]}} | /CreatePipeline/shop
            DeleteCustomActionType           | {'category': 'Test', 'provider': 'Jenkins', 'version': '1'} | /DeleteCustomActionType
            DeletePipeline                   | {'name': 'shop'} | /DeletePipeline/shop
            DeleteWebhook                    | {'name': 'hook'} | /DeleteWebhook
            DeregisterWebhookWithThirdParty  | {'webhookName': 'hook'} | /DeregisterWebhookWithThirdParty
            DisableStageTransition           | {'pipelineName': 'shop', 'stageName': 'Build'} | /DisableStageTransition/shop/Build
            EnableStageTransition            | {'pipelineName': 'shop', 'stageName': 'Build'} | /EnableStageTransition/shop/Build
            GetActionType                    | {'category': 'Test', 'owner': 'Custom'} | /GetActionType
            GetJobDetails                    | {'jobId': 'j'} | /GetJobDetails
            GetPipeline                      | {'name': 'shop', 'version': 2} | /GetPipeline/shop
            GetPipelineExecution             | {'pipelineName': 'shop', 'pipelineExecutionId': 'e'} | /GetPipelineExecution/shop
            GetPipelineState                 | {'name': 'shop'} | /GetPipelineState/shop
            GetThirdPartyJobDetails          | {'jobId': 'j', 'clientToken': 't'} | /GetThirdPartyJobDetails
            ListActionExecutions             | {'pipelineName': 'shop', 'filter': {}} | /ListActionExecutions/shop
            ListActionTypes                  | {'actionOwnerFilter': 'AWS'} | /ListActionTypes
            ListDeployActionExecutionTargets | {'pipelineName': 'shop', 'actionExecutionId': 'a'} | /ListDeployActionExecutionTargets/shop
            ListPipelineExecutions           | {'pipelineName': 'shop'} | /ListPipelineExecutions/shop
            ListPipelines                    | {'maxResults': 5} | /ListPipelines
            ListRuleExecutions               | {'pipelineName': 'shop'} | /ListRuleExecutions/shop
            ListRuleTypes                    | {} | /ListRuleTypes
            ListTagsForResource              | {'resourceArn': 'arn:aws:codepipeline:eu-west-1:210987654321:shop'} | /ListTagsForResource/shop
            ListWebhooks                     | {} | /ListWebhooks
            OverrideStageCondition           | {'pipelineName': 'shop', 'stageName': 'Build'} | /OverrideStageCondition/shop/Build
            PollForJobs                      | {'actionTypeId': {'category': 'Build', 'owner': 'Custom', 'provider': 'Jenkins'}} | /PollForJobs/Custom/Jenkins
            PollForThirdPartyJobs            | {'actionTypeId': {'owner': 'ThirdParty', 'provider': 'Acme'}} | /PollForThirdPartyJobs/ThirdParty/Acme
            PutActionRevision                | {'pipelineName': 'shop', 'stageName': 'Source', 'actionName': 'Fetch'} | /PutActionRevision/shop/Source/Fetch
            PutApprovalResult                | {'pipelineName': 'shop', 'stageName': 'Gate', 'actionName': 'Ask'} | /PutApprovalResult/shop/Gate/Ask
            PutJobFailureResult              | {'jobId': 'j'} | /PutJobFailureResult
            PutJobSuccessResult              | {'jobId': 'j'} | /PutJobSuccessResult
            PutThirdPartyJobFailureResult    | {'jobId': 'j'} | /PutThirdPartyJobFailureResult
            PutThirdPartyJobSuccessResult    | {'jobId': 'j'} | /PutThirdPartyJobSuccessResult
            PutWebhook                       | {'webhook': {'name': 'hook', 'targetPipeline': 'shop', 'targetAction': 'Fetch'}} | /PutWebhook/shop
            RegisterWebhookWithThirdParty    | {'webhookName': 'hook'} | /RegisterWebhookWithThirdParty
            RetryStageExecution              | {'pipelineName': 'shop', 'stageName': 'Build'} | /RetryStageExecution/shop/Build
            RollbackStage                    | {'pipelineName': 'shop', 'stageName': 'Build'} | /RollbackStage/shop/Build
            StartPipelineExecution           | {'name': 'shop'} | /StartPipelineExecution/shop
            StopPipelineExecution            | {'pipelineName': 'shop', 'pipelineExecutionId': 'e'} | /StopPipelineExecution/shop
            TagResource                      | {'resourceArn': 'arn:aws:codepipeline:eu-west-1:210987654321:shop'} | /TagResource/shop
            UntagResource                    | {'resourceArn': 'arn:aws:codepipeline:eu-west-1:210987654321:shop'} | /UntagResource/shop
            UpdateActionType                 | {'actionType': {'id': {'provider': 'Jenkins'}}} | /UpdateActionType
            UpdatePipeline                   | {'pipeline': {'name': 'shop'}} | /UpdatePipeline/shop
            """;

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = TABLE)
    void theRequestNamesItsPath(String operation, String request, String path) {
        assertThat(RequestPath.of(operation, json(request))).isEqualTo(path);
        assertThat(RequestPath.agrees(path, operation, json(request))).isTrue();
    }

    @Test
    void noOperationIsWithoutAPath() {
        Set<String> inTable = Arrays.stream(TABLE.split("\n")).map(line -> line.split("\\|")[0].strip())
                .collect(Collectors.toSet());
        assertThat(inTable).isEqualTo(ServiceModel.codePipeline().operations().keySet());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            {'pipelineName': 'shop'} | /PutApprovalResult/shop
            {'pipelineName': 'shop', 'stageName': null, 'actionName': 'Ask'} | /PutApprovalResult/shop
            {'pipelineName': 'shop', 'stageName': '', 'actionName': 'Ask'} | /PutApprovalResult/shop
            {'pipelineName': 7, 'stageName': 'Gate', 'actionName': 'Ask'} | /PutApprovalResult
            {} | /PutApprovalResult
            [] | /PutApprovalResult
            """)
    void thePathEndsWhereTheRequestDoes(String request, String path) {
        assertThat(RequestPath.of("PutApprovalResult", json(request))).isEqualTo(path);
    }

    @Test
    void aBodyThatIsNoJsonNamesNothing() {
        assertThat(RequestPath.of("GetPipeline", MissingNode.getInstance())).isEqualTo("/GetPipeline");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a.b-c_d@e9 | a.b-c_d@e9
            a b+c      | a%20b%2Bc
            a/b        | a%2Fb
            a*~%       | a%2A~%25
            Prüfung    | Pr%C3%BCfung
            """)
    void everythingButWhatNamesConsistOfIsEncoded(String name, String segment) {
        assertThat(RequestPath.of("GetPipeline", JSON.createObjectNode().put("name", name)))
                .isEqualTo("/GetPipeline/" + segment);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/GetPipeline/me@shop", "/GetPipeline/me%40shop", "/GetPipelin%65/me@shop"})
    void theEncodingOfAPathDoesNotMatter(String path) {
        assertThat(RequestPath.agrees(path, "GetPipeline", json("{'name': 'me@shop'}"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/GetPipeline", "/GetPipeline/", "/GetPipeline/other", "/GetPipeline/Shop", "/GetPipeline/shop/",
        "/GetPipeline/shop/Build", "/GetPipelineState/shop", "//GetPipeline/shop", "GetPipeline/shop", "/GetPipeline//shop",
        "/prod/GetPipeline/shop", "/GetPipeline/shop%2F", "/GetPipeline/%73hop%", "/GetPipeline/x/../shop", "/", ""})
    void anyOtherPathDisagrees(String path) {
        assertThat(RequestPath.agrees(path, "GetPipeline", json("{'name': 'shop'}"))).isFalse();
    }

    @Test
    void aSlashInANameIsNoSeparator() {
        assertThat(RequestPath.agrees("/EnableStageTransition/shop/Build", "EnableStageTransition",
                json("{'pipelineName': 'shop/Build'}"))).isFalse();
    }

    @Test
    void ofAMemberThatComesTwiceTheOneThatHoldsIsNamed() {
        assertThat(RequestPath.of("GetPipeline", json("{'name': 'shop', 'name': 'other'}"))).isEqualTo("/GetPipeline/other");
    }

    @ParameterizedTest
    @ValueSource(strings = {"arn:aws:codepipeline:eu-west-1:210987654321:webhook:hook", "shop",
        "arn:aws:codepipeline:eu-west-1:210987654321:actiontype:Custom/Build/Jenkins/1", "arn:aws:codepipeline:eu-west-1:1:"})
    void anArnOfSomethingElseNamesNoPipeline(String arn) {
        assertThat(RequestPath.of("TagResource", JSON.createObjectNode().put("resourceArn", arn))).isEqualTo("/TagResource");
    }

    @ParameterizedTest
    @ValueSource(strings = {"CodePipeline_20150709.Nothing", "CodePipeline_20150709.", "GetPipeline", "CodeBuild_20161006.GetPipeline"})
    void aTargetWithoutOperationIsUnknown(String target) {
        assertThatThrownBy(() -> RequestPath.operation(target)).isInstanceOf(ApiError.class)
                .extracting("code").isEqualTo("UnknownOperationException");
    }
}
