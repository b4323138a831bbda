package io.pipewright.local.home;

import static io.pipewright.local.home.Sample.approvals;
import static io.pipewright.local.home.Sample.pipeline;
import static io.pipewright.local.home.TestHome.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pipewright.functions.trigger.TriggerHandler;
import io.pipewright.functions.wire.ApiError;
import io.pipewright.statemachine.definition.Limit;
import io.pipewright.statemachine.definition.Limits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecution;
import software.amazon.awssdk.services.codepipeline.model.PipelineVariableDeclaration;
import software.amazon.awssdk.services.codepipeline.model.TriggerType;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.Target;

/** Rules of the user's own that start pipelines through the trigger function. */
class RuleStartTest {
    @RegisterExtension
    static final TestHome HOME = new TestHome(Limits.AWS.with(Limit.CONCURRENT_EXECUTIONS, 3));

    private static final String RULE = "arn:aws:events:us-east-1:000000000000:rule/nightly";

    private static Pipeline create(String name) {
        PipelineDeclaration declaration = pipeline(name, approvals("Gate")).toBuilder()
                .variables(PipelineVariableDeclaration.builder().name("CAUSE").defaultValue("none").build()).build();
        return HOME.create(declaration);
    }

    private static void trigger(String input) throws IOException {
        new TriggerHandler(HOME.home().engine()).handleRequest(new ByteArrayInputStream(
                input.getBytes(StandardCharsets.UTF_8)), OutputStream.nullOutputStream(), null);
    }

    @Test
    void aRuleWithAnInputTransformerStartsThePipelineOncePerEvent() {
        Pipeline pipeline = create("transformed");
        String version = HOME.upload(TestHome.APP, "second");
        var bus = HOME.home().bus();
        bus.putRule(rule -> rule.name("released").eventPattern("{\"source\":[\"shop.releases\"]}"));
        bus.putTargets(request -> request.rule("released").targets(Target.builder().id("start")
                .arn(HOME.home().engine().settings().functionArn(Functions.TRIGGER))
                .inputTransformer(transformer -> transformer
                        .inputPathsMap(Map.of("id", "$.id", "version", "$.detail.version"))
                        .inputTemplate("{\"name\": \"transformed\", \"ruleArn\": <aws.events.rule-arn>, \"clientRequestToken\": <id>,"
                                + "\"variables\": [{\"name\": \"CAUSE\", \"value\": \"release\"}], \"sourceRevisions\": [{\"actionName\": "
                                + "\"Fetch\", \"revisionType\": \"S3_OBJECT_VERSION_ID\", \"revisionValue\": <version>}]}"))
                .build()));

        bus.putEvents(request -> request.entries(PutEventsRequestEntry.builder().source("shop.releases")
                .detailType("Release").detail("{\"version\": \"" + version + "\"}").build()));

        eventually(() -> assertThat(pipeline.runs()).hasSize(2));
        String run = pipeline.runs().get(0).pipelineExecutionId();
        eventually(() -> assertThat(pipeline.run(run).artifactRevisions()).extracting("revisionId").containsExactly(version));
        PipelineExecution execution = pipeline.run(run);
        assertThat(execution.trigger().triggerType()).isEqualTo(TriggerType.CLOUD_WATCH_EVENT);
        assertThat(execution.trigger().triggerDetail()).isEqualTo("arn:aws:events:us-east-1:000000000000:rule/released");
        assertThat(execution.variables()).extracting("resolvedValue").containsExactly("release");
    }

    @Test
    void aRepeatedDeliveryStartsNothingNew() throws IOException {
        Pipeline pipeline = create("repeated");
        String input = "{\"name\": \"repeated\", \"clientRequestToken\": \"" + UUID.randomUUID() + "\", \"ruleArn\": \"" + RULE + "\"}";
        trigger(input);
        trigger(input);
        assertThat(pipeline.runs()).hasSize(2);
        assertThat(pipeline.runs().get(0).trigger().triggerDetail()).isEqualTo(RULE);
        trigger("{\"name\": \"repeated\"}");
        assertThat(pipeline.runs()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"name\": \"nobody\"}", "{\"name\": \"no name\"}", "{\"name\": 7}",
        "{\"name\": \"wrong\", \"clientRequestToken\": \"<id>\"}",
        "{\"name\": \"wrong\", \"variables\": [{\"name\": \"CAUSE\", \"value\": \"\"}]}",
        "{\"name\": \"wrong\", \"sourceRevisions\": [{\"actionName\": \"Ask\", \"revisionType\": \"COMMIT_ID\", \"revisionValue\": \"c\"}]}",
        "{\"name\": \"wrong\", \"detail-type\": \"Object Created\", \"source\": \"aws.s3\", \"detail\": {}}", "{}", "[]"})
    void whatIsNoStartChangesNothing(String input) throws IOException {
        if (HOME.codePipeline().listPipelines().pipelines().stream().noneMatch(one -> one.name().equals("wrong"))) {
            create("wrong");
        }
        List<?> before = HOME.codePipeline().listPipelineExecutions(request -> request.pipelineName("wrong"))
                .pipelineExecutionSummaries();
        try {
            trigger(input);
        } catch (io.pipewright.events.in.MalformedEventException notOurs) {
            assertThat(input).matches("\\{\\}|\\[\\]|.*detail-type.*");
        }
        assertThat(HOME.codePipeline().listPipelineExecutions(request -> request.pipelineName("wrong"))
                .pipelineExecutionSummaries()).hasSameSizeAs(before);
    }

    @Test
    void aFullPipelineLetsTheEventComeAgain() throws IOException {
        HOME.create(pipeline("full", ExecutionMode.QUEUED, approvals("Gate")));
        trigger("{\"name\": \"full\"}");
        trigger("{\"name\": \"full\"}");
        assertThatThrownBy(() -> trigger("{\"name\": \"full\"}")).isInstanceOf(ApiError.class)
                .extracting("code").isEqualTo("ConcurrentPipelineExecutionsLimitExceededException");
    }
}
