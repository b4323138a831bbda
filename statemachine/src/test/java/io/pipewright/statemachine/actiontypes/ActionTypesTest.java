package io.pipewright.statemachine.actiontypes;

import static io.pipewright.statemachine.definition.Declared.action;
import static io.pipewright.statemachine.definition.Declared.approval;
import static io.pipewright.statemachine.definition.Declared.commands;
import static io.pipewright.statemachine.definition.Declared.type;
import static io.pipewright.statemachine.definition.Declared.with;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.codepipeline.model.ActionType;
import software.amazon.awssdk.services.codepipeline.model.ActionTypeSettings;

class ActionTypesTest {

    private static final ActionTypeEntry S3_SOURCE = find("Source/AWS/S3/1");

    @Test
    void theListIsTheRecordedOneInItsOrder() {
        assertThat(ActionTypes.all()).filteredOn(ActionTypeEntry::listed)
                .hasSize(28)
                .extracting(type -> type.id().categoryAsString() + "/" + type.id().provider())
                .startsWith("Source/S3", "Invoke/Lambda", "Deploy/Lambda", "Test/CodeBuild")
                .endsWith("Deploy/S3", "Build/CodeBuild", "Compute/Commands");
    }

    @Test
    void documentedTypesThatTheListLeavesOutAreFoundToo() {
        assertThat(ActionTypes.all()).filteredOn(type -> !type.listed())
                .extracting(type -> type.id().provider())
                .containsExactly("Commands", "GitHub", "AlexaSkillsKit", "Snyk");
    }

    @Test
    void everyPartOfTheIdCounts() {
        assertThat(ActionTypes.find(type("Deploy/AWS/S3/1"))).isPresent();
        assertThat(ActionTypes.find(type("Build/AWS/S3/1"))).isEmpty();
        assertThat(ActionTypes.find(type("Deploy/ThirdParty/S3/1"))).isEmpty();
        assertThat(ActionTypes.find(type("Deploy/AWS/S3/2"))).isEmpty();
    }

    @Test
    void propertiesAreInTheRecordedOrder() {
        assertThat(S3_SOURCE.properties()).extracting(ActionProperty::name).containsExactly(
                "S3Bucket", "S3ObjectKey", "PollForSourceChanges", "AllowOverrideForS3ObjectKey");
        assertThat(S3_SOURCE.properties()).extracting(ActionProperty::required).containsExactly(true, true, false, false);
        assertThat(S3_SOURCE.inputs()).isEqualTo(new ArtifactBounds(0, 0));
        assertThat(S3_SOURCE.outputs()).isEqualTo(new ArtifactBounds(1, 1));
    }

    @Test
    void typesDescribeThemselvesAsTheServiceLists() {
        ActionType described = find("Deploy/AWS/AppConfig/1").describe("eu-west-1");

        assertThat(described.settings().executionUrlTemplate()).isEqualTo("https://console.aws.amazon.com/systems-manager/"
                + "appconfig/{ExternalExecutionId}/details?region=eu-west-1");
        assertThat(described.actionConfigurationProperties()).filteredOn(property -> property.name().equals("DeploymentStrategy"))
                .singleElement()
                .satisfies(strategy -> {
                    assertThat(strategy.required()).isTrue();
                    assertThat(strategy.key()).isFalse();
                });
        assertThat(find("Compute/AWS/Commands/1").describe("eu-west-1").settings())
                .isEqualTo(ActionTypeSettings.builder().build());
    }

    @Test
    void theListLeavesTheLambdaDeployTemplateOpen() {
        assertThat(find("Deploy/AWS/Lambda/1").describe("eu-west-1").settings().entityUrlTemplate())
                .isEqualTo("{Console}/lambda/home?region={Region}#/functions/{Config:FunctionName}");
    }

    @Test
    void urlsAreFilledFromConfigurationAndRegion() {
        assertThat(S3_SOURCE.entityUrl(Map.of(), "eu-west-1")).hasValue("https://console.aws.amazon.com/s3/home?region=eu-west-1#");
        assertThat(find("Deploy/AWS/Lambda/1").entityUrl(Map.of("FunctionName", "$1"), "eu-west-1"))
                .hasValue("https://console.aws.amazon.com/lambda/home?region=eu-west-1#/functions/$1");
        assertThat(find("Build/AWS/CodeBuild/1").executionUrl(Map.of(), "shop:1", "eu-west-1"))
                .hasValue("https://console.aws.amazon.com/codebuild/home?region=eu-west-1#/builds/shop:1/view/new");
        assertThat(find("Source/AWS/CodeCommit/1").revisionUrl(Map.of("RepositoryName", "shop"), "abc", "eu-west-1"))
                .hasValue("https://console.aws.amazon.com/codecommit/home?region=eu-west-1#/repository/shop/commit/abc");
    }

    @Test
    void aTypeWithoutAPageOrAKeyThatIsNotConfiguredHasNoUrl() {
        ActionTypeEntry approval = find("Approval/AWS/Manual/1");

        assertThat(approval.entityUrl(Map.of(), "eu-west-1")).isEmpty();
        assertThat(approval.entityUrl(Map.of("ExternalEntityLink", "https://example.org"), "eu-west-1"))
                .hasValue("https://example.org");
        assertThat(find("Compute/AWS/Commands/1").entityUrl(Map.of(), "eu-west-1")).isEmpty();
        assertThat(S3_SOURCE.executionUrl(Map.of(), "id", "eu-west-1")).isEmpty();
    }

    @Test
    @SuppressWarnings("unchecked")
    void customTypesComeFromOutsideAndOnlyThose() {
        ActionTypeEntry jenkins = ActionTypeEntry.custom(ActionType.builder()
                .id(type("Build/Custom/Jenkins/1"))
                .settings(settings -> settings.entityUrlTemplate("https://ci.example.org/job/{Config:ProjectName}"))
                .actionConfigurationProperties(property -> property.name("ProjectName").required(true).key(true).queryable(true))
                .inputArtifactDetails(details -> details.minimumCount(0).maximumCount(5))
                .outputArtifactDetails(details -> details.minimumCount(0).maximumCount(1))
                .build());
        ActionTypeLookup lookup = ActionTypes.with(id -> Optional.of(jenkins));

        assertThat(lookup.find(type("Build/Custom/Jenkins/1"))).hasValue(jenkins);
        assertThat(lookup.find(type("Deploy/AWS/S3/1"))).isEqualTo(ActionTypes.find(type("Deploy/AWS/S3/1")));
        assertThat(lookup.find(type("Deploy/AWS/Nothing/1"))).isEmpty();
        assertThat(jenkins.timeLimit()).isEqualTo(Duration.ofHours(24));
        assertThat(jenkins.properties()).containsExactly(new ActionProperty("ProjectName", true, true, false, true));
        assertThat(jenkins.entityUrl(Map.of("ProjectName", "shop"), "eu-west-1")).hasValue("https://ci.example.org/job/shop");
    }

    @ParameterizedTest
    @CsvSource({
        "Approval/AWS/Manual/1, PT168H", "Deploy/AWS/CloudFormation/1, PT72H", "Deploy/AWS/CodeDeploy/1, PT120H",
        "Deploy/AWS/CodeDeployToECS/1, PT120H", "Build/AWS/CodeBuild/1, PT36H", "Test/AWS/CodeBuild/1, PT8H",
        "Invoke/AWS/Lambda/1, PT24H", "Deploy/AWS/S3/1, PT90M", "Compute/AWS/Commands/1, PT55M",
        "Invoke/AWS/StepFunctions/1, PT168H", "Build/Custom/Jenkins/1, PT24H", "Deploy/AWS/ECS/1, PT1H",
        "Source/AWS/S3/1, PT1H", "Deploy/AWS/Unknown/9, PT1H"
    })
    void timeLimitsAreTheQuotas(String type, Duration limit) {
        assertThat(ActionTypes.timeLimit(action("Any", type, Map.of(), List.of(), List.of()))).isEqualTo(limit);
    }

    @Test
    void onlyApprovalsSetTheirOwnTimeLimit() {
        assertThat(ActionTypes.timeLimit(with(approval("Approve"), it -> it.timeoutInMinutes(5)))).isEqualTo(Duration.ofMinutes(5));
        assertThat(ActionTypes.timeLimit(with(commands("Script"), it -> it.timeoutInMinutes(5)))).isEqualTo(Duration.ofMinutes(55));
    }

    private static ActionTypeEntry find(String type) {
        return ActionTypes.find(type(type)).orElseThrow();
    }
}
