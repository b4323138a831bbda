package io.pipewright.events.out;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionResult;
import software.amazon.awssdk.services.codepipeline.model.ActionTypeId;
import software.amazon.awssdk.services.codepipeline.model.ArtifactDetail;

class StateChangeTest {
    private static final String ARN = "arn:aws:codepipeline:eu-west-1:210987654321:shop-release";
    private static final String ID = "b7a1c2d3-1111-4e5f-8a9b-c0d1e2f30415";
    private static final Instant START = Instant.parse("2031-03-04T09:15:41.207Z");
    private static final Instant RETRY = Instant.parse("2031-03-04T09:17:59.871Z");
    private static final Instant NOW = Instant.parse("2031-03-04T09:20:55.5Z");

    @Test
    void aRunStarts() {
        PipelineStateChange change = PipelineStateChange.of(run(1), PipelineStateChange.State.STARTED, START, START)
                .triggeredBy(new Trigger.Named("StartPipelineExecution", "arn:aws:sts::210987654321:assumed-role/release-engineer/mira"));
        assertDetail(change, """
                {"pipeline": "shop-release", "execution-id": "b7a1c2d3-1111-4e5f-8a9b-c0d1e2f30415",
                 "start-time": "2031-03-04T09:15:41.207Z",
                 "execution-trigger": {"trigger-type": "StartPipelineExecution",
                   "trigger-detail": "arn:aws:sts::210987654321:assumed-role/release-engineer/mira"},
                 "state": "STARTED", "version": 7.0, "pipeline-execution-attempt": 1.0}""");
    }

    @Test
    void aRunFailsWithoutTriggerAndReason() {
        assertDetail(PipelineStateChange.of(run(1), PipelineStateChange.State.FAILED, NOW, START)
                        .triggeredBy(new Trigger.Named("StartPipelineExecution", "arn")).stoppedBecause("never asked"), """
                {"pipeline": "shop-release", "execution-id": "b7a1c2d3-1111-4e5f-8a9b-c0d1e2f30415",
                 "start-time": "2031-03-04T09:15:41.207Z", "state": "FAILED", "version": 7.0, "pipeline-execution-attempt": 1.0}""");
    }

    @ParameterizedTest
    @EnumSource(value = PipelineStateChange.State.class, names = {"RESUMED", "FAILED", "SUCCEEDED"})
    void everyEventAfterARetryTellsOfIt(PipelineStateChange.State state) {
        assertDetail(PipelineStateChange.of(run(2), state, NOW, START).retriedAt(RETRY), """
                {"pipeline": "shop-release", "execution-id": "b7a1c2d3-1111-4e5f-8a9b-c0d1e2f30415",
                 "start-time": "2031-03-04T09:15:41.207Z", "state": "%s", "last-retry-attempt-time": "2031-03-04T09:17:59.871Z",
                 "version": 7.0, "pipeline-execution-attempt": 2.0}""".formatted(state));
    }

    @ParameterizedTest
    @EnumSource(value = PipelineStateChange.State.class, names = {"STOPPING", "STOPPED"})
    void aStopTellsItsReason(PipelineStateChange.State state) {
        assertDetail(PipelineStateChange.of(run(1), state, NOW, START).stoppedBecause("wrong branch"), """
                {"pipeline": "shop-release", "execution-id": "b7a1c2d3-1111-4e5f-8a9b-c0d1e2f30415",
                 "start-time": "2031-03-04T09:15:41.207Z", "state": "%s", "stop-execution-comments": "wrong branch",
                 "version": 7.0, "pipeline-execution-attempt": 1.0}""".formatted(state));
    }

    @Test
    void aGitTriggerTellsOfThePush() {
        Trigger push = new Trigger.Push("Mira Example", "mira@example.org", "mira-ex", "2031-03-04T09:15:12Z", "example-shop/backend",
                "GitHub", "arn:aws:codeconnections:eu-west-1:210987654321:connection/9d2f", "4f1e2d3c", "raise timeout",
                new Trigger.Reference("main", false));
        assertThat(push.json()).isEqualTo(json("""
                {"author-display-name": "Mira Example", "author-email": "mira@example.org", "author-id": "mira-ex",
                 "author-date": "2031-03-04T09:15:12Z", "full-repository-name": "example-shop/backend", "provider-type": "GitHub",
                 "connection-arn": "arn:aws:codeconnections:eu-west-1:210987654321:connection/9d2f", "commit-id": "4f1e2d3c",
                 "commit-message": "raise timeout", "branch-name": "main"}"""));
        assertThat(new Trigger.Push(null, null, null, null, null, null, null, "4f1e2d3c", null, new Trigger.Reference("v1", true)).json())
                .isEqualTo(json("{\"commit-id\": \"4f1e2d3c\", \"tag-name\": \"v1\"}"));
        assertThat(new Trigger.Named("PollForSourceChanges", null).json()).isEqualTo(json("{\"trigger-type\": \"PollForSourceChanges\"}"));
    }

    @Test
    void aStageCountsItsAttemptFromZeroUntilTheFirstRetry() {
        assertDetail(new StageStateChange(run(1), "Beta", StageStateChange.State.STARTED, START, START, null), """
                {"pipeline": "shop-release", "execution-id": "b7a1c2d3-1111-4e5f-8a9b-c0d1e2f30415",
                 "start-time": "2031-03-04T09:15:41.207Z", "stage": "Beta", "state": "STARTED",
                 "version": 7.0, "pipeline-execution-attempt": 0.0}""");
    }

    @Test
    void aRetriedStageTellsWhen() {
        assertDetail(new StageStateChange(run(2), "Beta", StageStateChange.State.FAILED, NOW, START, RETRY), """
                {"pipeline": "shop-release", "execution-id": "b7a1c2d3-1111-4e5f-8a9b-c0d1e2f30415",
                 "start-time": "2031-03-04T09:15:41.207Z", "stage": "Beta", "state": "FAILED",
                 "stage-last-retry-attempt-time": "2031-03-04T09:17:59.871Z", "version": 7.0, "pipeline-execution-attempt": 2.0}""");
    }

    @Test
    void aStageThatWasNotRetriedItselfShowsTheRunsAttemptOnly() {
        assertDetail(new StageStateChange(run(2), "Beta", StageStateChange.State.STARTED, START, START, null), """
                {"pipeline": "shop-release", "execution-id": "b7a1c2d3-1111-4e5f-8a9b-c0d1e2f30415",
                 "start-time": "2031-03-04T09:15:41.207Z", "stage": "Beta", "state": "STARTED",
                 "version": 7.0, "pipeline-execution-attempt": 2.0}""");
    }

    @Test
    void aSourceActionStartsWithoutArtifacts() {
        assertDetail(ActionStateChange.started(run(1), action("Source", "S3"), START, List.of()), action("""
                "action": "Fetch", "state": "STARTED", "type": {"owner": "AWS", "provider": "S3", "category": "Source", "version": "1"},""", 1));
    }

    @Test
    void aSourceActionSucceedsWithItsRevisionAndOutput() {
        ActionExecutionResult result = ActionExecutionResult.builder()
                .externalExecutionId("Zx81").externalExecutionSummary("Amazon S3 version id: Zx81").build();
        assertDetail(ActionStateChange.ended(run(1), action("Source", "S3"), ActionStateChange.State.SUCCEEDED, NOW, START, result,
                List.of(artifact("Code", "shop-release/Code/Sf8wRtG.zip"))), action("""
                "action": "Fetch", "state": "SUCCEEDED", "type": {"owner": "AWS", "provider": "S3", "category": "Source", "version": "1"},
                "execution-result": {"external-execution-summary": "Amazon S3 version id: Zx81", "external-execution-id": "Zx81"},
                "output-artifacts": [{"name": "Code", "s3location": {"bucket": "shop-art", "key": "shop-release/Code/Sf8wRtG.zip"}}],""", 1));
    }

    @Test
    void anActionStartsWithItsInputs() {
        assertDetail(ActionStateChange.started(run(3), action("Deploy", "S3"), START, List.of(artifact("Code", "k"))), action("""
                "action": "Fetch", "state": "STARTED", "type": {"owner": "AWS", "provider": "S3", "category": "Deploy", "version": "1"},
                "input-artifacts": [{"name": "Code", "s3location": {"bucket": "shop-art", "key": "k"}}],""", 3));
    }

    @Test
    void aBuildFailsWithItsCode() {
        ActionExecutionResult result = ActionExecutionResult.builder()
                .externalExecutionId("shop:6a5b").externalExecutionUrl("https://example.org/build")
                .externalExecutionSummary("Build terminated with state: FAILED").errorDetails(error -> error.code("JobFailed").message("long"))
                .build();
        assertDetail(ActionStateChange.ended(run(1), action("Build", "CodeBuild"), ActionStateChange.State.FAILED, NOW, START, result,
                List.of(artifact("Half", "k"))), action("""
                "action": "Fetch", "state": "FAILED", "type": {"owner": "AWS", "provider": "CodeBuild", "category": "Build", "version": "1"},
                "execution-result": {"external-execution-url": "https://example.org/build",
                  "external-execution-summary": "Build terminated with state: FAILED", "external-execution-id": "shop:6a5b",
                  "error-code": "JobFailed"},""", 1));
    }

    @Test
    void aRejectedApprovalIsAFailedJobInItsEvent() {
        ActionExecutionResult result = ActionExecutionResult.builder()
                .externalExecutionId("c0ffee00").externalExecutionSummary("not today").build();
        assertDetail(ActionStateChange.ended(run(1), action("Approval", "Manual"), ActionStateChange.State.FAILED, NOW, START, result,
                List.of()), action("""
                "action": "Fetch", "state": "FAILED", "type": {"owner": "AWS", "provider": "Manual", "category": "Approval", "version": "1"},
                "execution-result": {"external-execution-summary": "not today", "external-execution-id": "c0ffee00",
                  "error-code": "JobFailed"},""", 1));
    }

    @ParameterizedTest
    @EnumSource(value = ActionStateChange.State.class, names = {"ABANDONED", "CANCELED"})
    void anActionThatWasLeftHasNoResult(ActionStateChange.State state) {
        ActionExecutionResult result = ActionExecutionResult.builder().externalExecutionId("f").build();
        assertDetail(ActionStateChange.ended(run(1), action("Invoke", "Lambda"), state, NOW, START, result, List.of(artifact("A", "k"))),
                action("""
                "action": "Fetch", "state": "%s", "type": {"owner": "AWS", "provider": "Lambda", "category": "Invoke", "version": "1"},"""
                        .formatted(state), 1));
    }

    @Test
    void theEntryIsWhatPutEventsTakes() {
        EventEntry entry = new StageStateChange(run(1), "Beta", StageStateChange.State.SUCCEEDED, NOW, START, null).entry();
        assertThat(entry.source()).isEqualTo("pipewright.codepipeline");
        assertThat(entry.detailType()).isEqualTo("CodePipeline Stage Execution State Change");
        assertThat(entry.resources()).containsExactly(ARN);
        assertThat(entry.time()).isEqualTo(NOW);
        assertThat(entry.detail()).contains("\"version\":7.0,\"pipeline-execution-attempt\":0.0");
        assertThat(PipelineStateChange.of(run(1), PipelineStateChange.State.STARTED, START, START).detailType())
                .isEqualTo("CodePipeline Pipeline Execution State Change");
        assertThat(ActionStateChange.started(run(1), action("Source", "S3"), START, List.of()).detailType())
                .isEqualTo("CodePipeline Action Execution State Change");
    }

    @Test
    void timesAlwaysHaveThreeDecimals() {
        Instant whole = Instant.parse("2031-03-04T09:15:41Z");
        assertThat(PipelineStateChange.of(run(1), PipelineStateChange.State.STARTED, whole, whole).detail().path("start-time").textValue())
                .isEqualTo("2031-03-04T09:15:41.000Z");
    }

    @Test
    void attemptsCountFromOne() {
        assertThatThrownBy(() -> run(0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Run run(int attempt) {
        return new Run(ARN, "shop-release", ID, 7, attempt);
    }

    private static ActionStateChange.Action action(String category, String provider) {
        return new ActionStateChange.Action("Build", "Fetch", "c0ffee00-1234-4cde-8f01-23456789abcd", "eu-west-1",
                ActionTypeId.builder().owner("AWS").category(category).provider(provider).version("1").build());
    }

    private static ArtifactDetail artifact(String name, String key) {
        return ArtifactDetail.builder().name(name).s3location(location -> location.bucket("shop-art").key(key)).build();
    }

    private static String action(String members, int attempt) {
        return """
                {"pipeline": "shop-release", "execution-id": "b7a1c2d3-1111-4e5f-8a9b-c0d1e2f30415",
                 "start-time": "2031-03-04T09:15:41.207Z", "stage": "Build", %s
                 "action-execution-id": "c0ffee00-1234-4cde-8f01-23456789abcd", "region": "eu-west-1", "version": 7.0,
                 "pipeline-execution-attempt": %d.0}""".formatted(members, attempt);
    }

    private static void assertDetail(StateChange change, String expected) {
        assertThat(json(change.entry().detail())).isEqualTo(json(expected));
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
