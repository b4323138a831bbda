package io.pipewright.local.home;

import static io.pipewright.local.home.Sample.approval;
import static io.pipewright.local.home.Sample.deploy;
import static io.pipewright.local.home.Sample.fetch;
import static io.pipewright.local.home.Sample.pipeline;
import static io.pipewright.local.home.Sample.stage;
import static io.pipewright.local.home.TestHome.eventually;
import static io.pipewright.local.home.Wire.json;
import static io.pipewright.local.home.Wire.object;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionDetail;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.S3Location;
import software.amazon.awssdk.services.codepipeline.model.StageDeclaration;
import software.amazon.awssdk.services.codepipeline.model.StageRetryMode;

/** What actions hand on: variables in namespaces, artifacts, revisions. */
class VariablesTest {
    @RegisterExtension
    static final TestHome HOME = new TestHome();

    /** The source in the namespace {@code Taken}. */
    private static StageDeclaration source() {
        return stage("Source", fetch(TestHome.APP).toBuilder().namespace("Taken").build());
    }

    private static ActionDeclaration asking(String customData) {
        return approval("Ask").toBuilder().configuration(Map.of("CustomData", customData)).build();
    }

    @Test
    void laterActionsSeeWhatEarlierOnesPutOut() {
        Pipeline pipeline = HOME.create(pipeline("handed-on", source(),
                stage("Ship", asking("#{Taken.BucketName}/#{Taken.ObjectKey} in #{codepipeline.PipelineExecutionId}"),
                        Sample.at(2, deploy("Put", Map.of("ObjectKey", "#{Taken.VersionId}"))))));
        String run = pipeline.firstRun();
        pipeline.approve(run, "Ship");
        pipeline.awaitSucceeded(run);

        String version = pipeline.summary(run).sourceRevisions().get(0).revisionId();
        ActionExecutionDetail asked = pipeline.newest(run, "Ask").orElseThrow();
        assertThat(asked.input().resolvedConfiguration()).containsEntry("CustomData", "sources/app.zip in " + run);
        assertThat(asked.input().configuration()).containsEntry("CustomData",
                "#{Taken.BucketName}/#{Taken.ObjectKey} in #{codepipeline.PipelineExecutionId}");
        assertThat(pipeline.newest(run, "Put").orElseThrow().output().executionResult().externalExecutionId())
                .isEqualTo("site/" + version);
        assertThat(HOME.s3().getObjectAsBytes(get -> get.bucket("site").key(version + "/index.html")).asUtf8String())
                .isEqualTo("first");
        assertThat(pipeline.newest(run, "Fetch").orElseThrow().input().namespace()).isEqualTo("Taken");
    }

    @Test
    void theStateShowsResolvedLinks() {
        Pipeline pipeline = HOME.create(pipeline("linked", source(), stage("Gate", approval("Ask").toBuilder()
                .configuration(Map.of("ExternalEntityLink", "https://example.com/#{Taken.VersionId}")).build())));
        pipeline.awaitToken(pipeline.firstRun(), "Gate", "Ask");

        String version = pipeline.action("Source", "Fetch").currentRevision().revisionId();
        assertThat(pipeline.action("Gate", "Ask").entityUrl()).isEqualTo("https://example.com/" + version);
    }

    @Test
    void aKeyThatNobodySetFailsTheActionAndSaysWhich() {
        Pipeline pipeline = HOME.create(pipeline("unset", source(), stage("Gate", asking("#{Taken.Colour}"))));
        String run = pipeline.firstRun();
        pipeline.awaitFailed(run);

        var state = pipeline.action("Gate", "Ask").latestExecution();
        assertThat(state.statusAsString()).isEqualTo("Failed");
        assertThat(state.errorDetails().code()).isEqualTo("ConfigurationError");
        assertThat(state.errorDetails().message()).contains("Taken.Colour");
        assertThat(pipeline.newest(run, "Ask").orElseThrow().output().executionResult().externalExecutionSummary())
                .isEqualTo(state.errorDetails().message());
    }

    @Test
    void everyExecutionHasItsOwnVariables() {
        Pipeline pipeline = HOME.create(pipeline("own", ExecutionMode.PARALLEL, source(),
                stage("Gate", asking("#{Taken.VersionId}"))));
        String first = pipeline.firstRun();
        pipeline.awaitToken(first, "Gate", "Ask");
        String newer = HOME.upload(TestHome.APP, "first");
        String second = pipeline.start();
        pipeline.awaitToken(second, "Gate", "Ask");

        assertThat(customData(pipeline, second)).isEqualTo(newer);
        assertThat(customData(pipeline, first)).isNotEqualTo(newer);
    }

    private static String customData(Pipeline pipeline, String run) {
        return pipeline.newest(run, "Ask").orElseThrow().input().resolvedConfiguration().get("CustomData");
    }

    @Test
    void aRetriedSourceHandsOnItsNewVariables() {
        Pipeline pipeline = HOME.create(pipeline("renewed",
                stage("Source", fetch("renewed.zip").toBuilder().namespace("Taken").build()),
                stage("Gate", asking("#{Taken.VersionId}"))));
        String run = pipeline.firstRun();
        pipeline.awaitFailed(run);
        String version = HOME.upload("renewed.zip", "now");
        pipeline.retry(run, "Source", StageRetryMode.ALL_ACTIONS);
        pipeline.awaitToken(run, "Gate", "Ask");

        assertThat(customData(pipeline, run)).isEqualTo(version);
    }

    @Test
    void aNamespaceMayBeCalledVariablesWhereNoneAreDeclared() {
        Pipeline pipeline = HOME.create(pipeline("called-variables",
                stage("Source", fetch(TestHome.APP).toBuilder().namespace("variables").build()),
                stage("Gate", asking("#{variables.ObjectKey}"))));
        pipeline.awaitToken(pipeline.firstRun(), "Gate", "Ask");

        assertThat(customData(pipeline, pipeline.firstRun())).isEqualTo("app.zip");
    }

    @Test
    void anArtifactThatIsGoneFailsTheActionThatNeedsIt() {
        Pipeline pipeline = HOME.create(pipeline("gone", source(), stage("Gate", approval("Ask")),
                stage("Ship", deploy("Put"))));
        String run = pipeline.firstRun();
        pipeline.awaitToken(run, "Gate", "Ask");
        S3Location artifact = pipeline.newest(run, "Fetch").orElseThrow().output().outputArtifacts().get(0).s3location();
        HOME.s3().deleteObject(delete -> delete.bucket(artifact.bucket()).key(artifact.key()));

        pipeline.approve(run, "Gate");

        pipeline.awaitFailed(run);
        assertThat(pipeline.action("Ship", "Put").latestExecution().errorDetails().message()).isNotBlank();
    }

    @Test
    void aRevisionsSummaryComesFromTheObjectIfItHasOne() {
        HOME.s3().putObject(put -> put.bucket(TestHome.SOURCES).key("told.zip")
                .metadata(Map.of("codepipeline-artifact-revision-summary", "Fix the login page")),
                RequestBody.fromBytes(TestHome.zip("told")));
        Pipeline pipeline = HOME.create(pipeline("told", stage("Source", fetch("told.zip")), stage("Ship", deploy("Put"))));
        pipeline.awaitSucceeded(pipeline.firstRun());

        assertThat(pipeline.summary(pipeline.firstRun()).sourceRevisions().get(0).revisionSummary())
                .isEqualTo("Fix the login page");
        assertThat(pipeline.action("Source", "Fetch").latestExecution().summary()).isEqualTo("Fix the login page");
    }

    @Test
    void theSourcesBytesArriveUnchangedUnderANewKeyEachTime() {
        byte[] bytes = TestHome.zip("exactly this");
        HOME.s3().putObject(put -> put.bucket(TestHome.SOURCES).key("bytes.zip"), RequestBody.fromBytes(bytes));
        Pipeline pipeline = HOME.create(pipeline("bytes", stage("Source", fetch("bytes.zip")), stage("Ship", deploy("Put"))));
        pipeline.awaitSucceeded(pipeline.firstRun());
        String second = pipeline.start();
        pipeline.awaitSucceeded(second);

        S3Location one = artifact(pipeline, pipeline.firstRun());
        S3Location two = artifact(pipeline, second);
        assertThat(one.key()).isNotEqualTo(two.key());
        assertThat(HOME.s3().getObjectAsBytes(get -> get.bucket(two.bucket()).key(two.key())).asByteArray()).isEqualTo(bytes);
    }

    private static S3Location artifact(Pipeline pipeline, String run) {
        return pipeline.newest(run, "Fetch").orElseThrow().output().outputArtifacts().get(0).s3location();
    }

    @Test
    void aBucketWithoutVersionsIsNoSource() {
        HOME.s3().createBucket(create -> create.bucket("source-plain"));
        HOME.s3().putObject(put -> put.bucket("source-plain").key("app.zip"), RequestBody.fromBytes(TestHome.zip("x")));
        Pipeline pipeline = HOME.create(pipeline("versionless", stage("Source", fetch("Fetch", Map.of(
                "S3Bucket", "source-plain", "S3ObjectKey", "app.zip", "PollForSourceChanges", "false"))), stage("Ship", deploy("Put"))));
        pipeline.awaitFailed(pipeline.firstRun());

        eventually(() -> assertThat(pipeline.action("Source", "Fetch").latestExecution().errorDetails().message())
                .contains("The bucket source-plain has no versions"));
        assertThat(HOME.wire().ok("ListPipelineExecutions", object().put("pipelineName", "versionless"))
                .at("/pipelineExecutionSummaries/0/sourceRevisions")).isEqualTo(json("[]"));
    }
}
