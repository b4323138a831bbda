package io.pipewright.infra;

import static io.pipewright.infra.Deployment.list;
import static io.pipewright.infra.Deployment.object;
import static io.pipewright.infra.Deployment.properties;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.functions.findings.Findings;
import io.pipewright.functions.findings.PipelineInput;
import io.pipewright.statemachine.definition.Limits;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Pipelines that are deployed with the stack. */
class PipelinesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Deployment FULL = Deployment.full();

    private static Map<String, Object> resource(String pipeline) {
        return FULL.resources(Pipelines.TYPE).entrySet().stream()
                .filter(resource -> resource.getKey().startsWith("Pipelines" + pipeline))
                .map(Map.Entry::getValue).findFirst().orElseThrow();
    }

    /** What CloudFormation makes of the property. */
    private static JsonNode definition(String pipeline) throws IOException {
        Object property = properties(resource(pipeline)).get("Definition");
        return JSON.readTree(property instanceof String text ? text : list(object(property).get("Fn::Join")).get(1) instanceof List<?> parts
                ? parts.stream().map(part -> part instanceof String literal ? literal : value(object(part)))
                        .collect(Collectors.joining()) : "");
    }

    private static String value(Map<String, Object> reference) {
        String name = reference.containsKey("Ref") ? reference.get("Ref").toString() : "";
        return switch (name) {
            case "AWS::AccountId" -> "111122223333";
            case "AWS::Region" -> "eu-west-1";
            case "AWS::Partition" -> "aws";
            default -> name.startsWith("StorageArtifacts") ? "the-artifacts"
                    : name.startsWith("ApproversTopic") ? "arn:aws:sns:eu-west-1:111122223333:team-a-approvals" : "unknown";
        };
    }

    @Test
    void everyDefinitionIsAResourceOfOurFunction() {
        assertThat(FULL.resources(Pipelines.TYPE)).hasSize(2);
        assertThat(properties(resource("shop"))).containsOnlyKeys("ServiceToken", "ServiceTimeout", "Definition");
        assertThat(object(properties(resource("shop")).get("ServiceToken")).get("Ref").toString())
                .startsWith("FunctionsresourceLive");
        assertThat(properties(resource("shop")).get("ServiceTimeout").toString()).isEqualTo("900");
    }

    @Test
    void placeholdersAreFilledAndNothingElseIs() throws IOException {
        JsonNode shop = definition("shop");
        assertThat(shop.at("/pipeline/artifactStore/location").asText()).isEqualTo("the-artifacts");
        assertThat(shop.at("/pipeline/roleArn").asText()).isEqualTo("arn:aws:iam::111122223333:role/team-a-pipelines-eu-west-1");
        assertThat(shop.at("/pipeline/stages/0/actions/0/configuration/S3Bucket").asText()).isEqualTo("shop-sources-111122223333");
        assertThat(shop.at("/pipeline/stages/1/actions/0/configuration/EnvironmentVariables").asText())
                .contains("#{Fetched.VersionId}", "\"${HOME}\"");
        assertThat(shop.at("/pipeline/stages/2/actions/0/configuration/NotificationArn").asText()).endsWith(":team-a-approvals");
        assertThat(shop.at("/tags/0/value").asText()).isEqualTo("shop");
        assertThat(definition("docs").at("/pipeline/artifactStores/eu-west-1/location").asText()).isEqualTo("docs-artifacts");
        assertThat(definition("docs").has("metadata")).isFalse();
    }

    @Test
    void whatIsDeployedIsRight() throws IOException {
        for (String pipeline : List.of("shop", "docs")) {
            assertThat(Findings.of(PipelineInput.of((ObjectNode) definition(pipeline)),
                    Limits.AWS, "eu-west-1")).isEmpty();
        }
    }

    @Test
    void pipelinesAreMadeLastAndDeletedFirst() {
        Set<Object> first = Set.copyOf(list(resource("shop").get("DependsOn")));
        assertThat(first).containsAll(FULL.resources("AWS::Lambda::Alias").keySet())
                .containsAll(FULL.resources("AWS::Events::Rule").keySet());
        assertThat(first).anyMatch(id -> id.toString().startsWith("MachinesRoleDefaultPolicy"));
    }

    @Test
    void whatDefinitionsNameIsAllowedToTheirActions() {
        assertThat(resources("source", "s3:GetObject")).contains("shop-sources-");
        assertThat(resources("source", "codecommit:GitPull")).contains(":docs");
        assertThat(resources("build", "codebuild:StartBuild")).contains("project/shop-build", "project/shop-check");
        assertThat(resources("invoke", "lambda:InvokeFunction")).contains("function:announce");
        assertThat(resources("approval", "sns:Publish")).contains(":shop-owners");
        assertThat(resources("deploy", "s3:PutObject")).contains("shop-site/*").doesNotContain("kept-");
    }

    @Test
    void actionsWithARoleOfTheirOwnGetNothing() {
        assertThat(resources("deploy", "s3:PutObject")).doesNotContain("docs-site");
        assertThat(resources("source", "s3:PutObject")).doesNotContain("docs-artifacts");
    }

    private static String resources(String function, String action) {
        return FULL.statements(function).stream().filter(one -> list(one.get("Action")).contains(action))
                .map(one -> String.valueOf(one.get("Resource"))).collect(Collectors.joining(" "));
    }

    @Test
    void aFolderThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> Deployment.stack(Map.of("pipelines", "no-such-folder")))
                .hasMessage("The context pipelines is \"no-such-folder\"; it must be a folder with definitions of pipelines.");
    }
}
