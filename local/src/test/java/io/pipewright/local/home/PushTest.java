package io.pipewright.local.home;

import static io.pipewright.local.home.TestHome.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.pipewright.local.git.WorkingCopy;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.codebuild.model.ArtifactsType;
import software.amazon.awssdk.services.codebuild.model.ComputeType;
import software.amazon.awssdk.services.codebuild.model.EnvironmentType;
import software.amazon.awssdk.services.codebuild.model.SourceType;
import software.amazon.awssdk.services.codepipeline.model.ActionCategory;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ActionExecution;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionDetail;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.ActionState;
import software.amazon.awssdk.services.codepipeline.model.ArtifactRevision;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.InputArtifact;
import software.amazon.awssdk.services.codepipeline.model.OutputArtifact;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionSummary;
import software.amazon.awssdk.services.codepipeline.model.S3Location;
import software.amazon.awssdk.services.codepipeline.model.SourceRevisionType;
import software.amazon.awssdk.services.codepipeline.model.TriggerType;

/** {@code git push} starts the pipelines that listen to the branch. */
class PushTest {
    @RegisterExtension
    static final TestHome HOME = new TestHome();

    @TempDir
    Path directory;

    private WorkingCopy workingCopy(String repository) {
        return WorkingCopy.init(directory.resolve(repository), HOME.home().endpoint(), repository);
    }

    private static ActionDeclaration fetch(String repository, String branch, String... more) {
        Map<String, String> configuration = new TreeMap<>(Map.of("RepositoryName", repository, "BranchName", branch));
        for (int i = 0; i < more.length; i += 2) {
            configuration.put(more[i], more[i + 1]);
        }
        return Sample.action("Fetch", ActionCategory.SOURCE, "CodeCommit", configuration).toBuilder()
                .namespace("Git").outputArtifacts(OutputArtifact.builder().name("App").build()).build();
    }

    private static Pipeline pipeline(String name, ActionDeclaration fetch) {
        return HOME.create(Sample.pipeline(name, ExecutionMode.QUEUED,
                Sample.stage("Source", fetch), Sample.stage("Deploy", Sample.deploy("Site"))));
    }

    private static List<String> revisions(Pipeline pipeline) {
        return pipeline.runs().stream().map(run -> run.sourceRevisions().isEmpty()
                ? "not yet" : run.sourceRevisions().get(0).revisionId()).toList();
    }

    private static void awaitRevisions(Pipeline pipeline, String... newestFirst) {
        eventually(() -> assertThat(revisions(pipeline)).containsExactly(newestFirst));
    }

    @Test
    void aPushMakesTheRepositoryAndStartsWhoListensToTheBranch() throws IOException {
        Pipeline listener = pipeline("push-main", fetch("shop", "main"));
        Pipeline other = pipeline("push-other", fetch("shop", "release/1"));
        Pipeline elsewhere = pipeline("push-elsewhere", fetch("shop2", "main"));
        Pipeline unpolled = pipeline("push-unpolled", fetch("shop", "main", "PollForSourceChanges", "false"));
        WorkingCopy git = workingCopy("shop");
        String commit = git.commit("index.html", "<p>hello", "Say hello\n\nAt last.");

        git.run("push", "-q", "origin", "main");

        awaitRevisions(listener, commit);
        PipelineExecutionSummary run = listener.runs().get(0);
        listener.awaitSucceeded(run.pipelineExecutionId());
        assertThat(run.trigger().triggerType()).isEqualTo(TriggerType.POLL_FOR_SOURCE_CHANGES);
        assertThat(run.trigger().triggerDetail()).isEqualTo("Fetch");
        assertThat(run.sourceRevisions().get(0).revisionSummary()).isEqualTo("Say hello\n\nAt last.");
        assertThat(other.runs()).isEmpty();
        assertThat(elsewhere.runs()).isEmpty();
        assertThat(unpolled.runs()).hasSize(1).allSatisfy(first ->
                assertThat(first.trigger().triggerType()).isEqualTo(TriggerType.CREATE_PIPELINE));
        assertThat(HOME.s3().getObjectAsBytes(request -> request.bucket(TestHome.SITE).key("index.html")).asUtf8String())
                .isEqualTo("<p>hello");

        String released = git.commit("index.html", "<p>release", "Release");
        git.run("push", "-q", "origin", "HEAD:refs/heads/release/1");

        awaitRevisions(other, released);
        assertThat(listener.runs()).hasSize(1);
    }

    @Test
    void theCommitIsShownWithItsVariablesAndPages() throws IOException {
        Pipeline pipeline = pipeline("push-shown", fetch("shown", "main"));
        WorkingCopy git = workingCopy("shown");
        String commit = git.commit("index.html", "x", "Change x");
        git.run("push", "-q", "origin", "main");
        awaitRevisions(pipeline, commit);
        String run = pipeline.runs().get(0).pipelineExecutionId();
        pipeline.awaitSucceeded(run);

        String page = "https://console.aws.amazon.com/codecommit/home?region=us-east-1#/repository/shown/commit/" + commit;
        ActionExecutionDetail detail = pipeline.newest(run, "Fetch").orElseThrow();
        assertThat(detail.output().outputVariables()).containsOnlyKeys(
                "AuthorDate", "BranchName", "CommitId", "CommitMessage", "CommitterDate", "RepositoryName")
                .containsEntry("AuthorDate", "2031-03-04T09:18:05Z").containsEntry("BranchName", "main")
                .containsEntry("CommitId", commit).containsEntry("CommitMessage", "Change x")
                .containsEntry("RepositoryName", "shown");
        assertThat(detail.output().executionResult().externalExecutionId()).isEqualTo(commit);
        assertThat(detail.output().executionResult().externalExecutionSummary()).isEqualTo("Change x");
        assertThat(detail.output().executionResult().externalExecutionUrl()).isEqualTo(page);
        ArtifactRevision revision = pipeline.run(run).artifactRevisions().get(0);
        assertThat(revision.revisionId()).isEqualTo(commit);
        assertThat(revision.revisionUrl()).isEqualTo(page);
        ActionState state = pipeline.action("Source", "Fetch");
        assertThat(state.currentRevision().revisionId()).isEqualTo(commit);
        assertThat(state.revisionUrl()).isEqualTo(page);
        assertThat(state.entityUrl()).isEqualTo(
                "https://console.aws.amazon.com/codecommit/home?region=us-east-1#/repository/shown/browse/main/--/");
    }

    @Test
    void tagsDeletionsAndRepeatedPushesStartNothing() throws IOException {
        Pipeline pipeline = pipeline("push-quiet", fetch("quiet", "main"));
        WorkingCopy git = workingCopy("quiet");
        String first = git.commit("a", "1", "one");
        git.run("push", "-q", "origin", "main");
        awaitRevisions(pipeline, first);

        git.run("tag", "main");
        git.run("tag", "-a", "v1", "-m", "version");
        git.run("push", "-q", "origin", "refs/tags/main", "refs/tags/v1");
        git.run("push", "-q", "origin", "refs/heads/main:refs/heads/main");
        git.run("push", "-q", "origin", "refs/heads/main:refs/heads/spare");
        git.run("push", "-q", "origin", ":refs/heads/main");
        git.run("push", "-q", "origin", "refs/heads/main");
        git.run("commit", "-q", "--amend", "-m", "another");
        String second = git.head();
        git.run("push", "-q", "--force", "origin", "refs/heads/main");

        awaitRevisions(pipeline, second, first);
    }

    @Test
    void eachOfConcurrentPushesStartsItsOwnPipelineOnce() throws Exception {
        List<Pipeline> pipelines = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            pipelines.add(pipeline("push-many-" + i, fetch("many", "branch-" + i)));
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<String>> pushed = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            String branch = "branch-" + i;
            WorkingCopy git = WorkingCopy.init(directory.resolve(branch), HOME.home().endpoint(), "many");
            String commit = git.commit(branch, branch, branch);
            pushed.add(threads.submit(() -> {
                git.run("push", "-q", "origin", "main:refs/heads/" + branch);
                return commit;
            }));
        }
        for (int i = 0; i < 4; i++) {
            awaitRevisions(pipelines.get(i), pushed.get(i).get());
        }
        threads.shutdown();
        String branches = new WorkingCopy(directory).run("ls-remote", WorkingCopy.url(HOME.home().endpoint(), "many"), "refs/heads/*");
        assertThat(branches.lines()).hasSize(4);
    }

    @Test
    void aStartMayNameAnOlderCommit() throws IOException {
        Pipeline pipeline = pipeline("push-older", fetch("older", "main", "PollForSourceChanges", "false"));
        pipeline.awaitFailed(pipeline.firstRun());
        WorkingCopy git = workingCopy("older");
        String first = git.commit("index.html", "1", "one");
        git.commit("index.html", "2", "two");
        git.run("push", "-q", "origin", "main");

        String run = pipeline.start(request -> request.sourceRevisions(revision -> revision.actionName("Fetch")
                .revisionType(SourceRevisionType.COMMIT_ID).revisionValue(first)));
        pipeline.awaitSucceeded(run);
        assertThat(pipeline.run(run).artifactRevisions().get(0).revisionId()).isEqualTo(first);

        String missing = "0123456789".repeat(4);
        String lost = pipeline.start(request -> request.sourceRevisions(revision -> revision.actionName("Fetch")
                .revisionType(SourceRevisionType.COMMIT_ID).revisionValue(missing)));
        pipeline.awaitFailed(lost);
        assertThat(pipeline.action("Source", "Fetch").latestExecution().errorDetails().message()).contains(missing);
    }

    @Test
    void whatIsMissingIsSaid() {
        Pipeline polled = pipeline("push-missing", fetch("missing", "main"));
        eventually(() -> {
            ActionExecution look = polled.action("Source", "Fetch").latestExecution();
            assertThat(look).isNotNull();
            assertThat(look.status()).isEqualTo(ActionExecutionStatus.FAILED);
            assertThat(look.errorDetails().code()).isEqualTo("ConfigurationError");
            assertThat(look.errorDetails().message()).contains("repository missing was not found");
        });
        assertThat(polled.runs()).isEmpty();
        Pipeline hostile = pipeline("push-hostile", fetch("../missing", "main", "PollForSourceChanges", "false"));
        hostile.awaitFailed(hostile.firstRun());
        assertThat(hostile.newest(hostile.firstRun(), "Fetch").orElseThrow().output().executionResult().errorDetails().code())
                .isEqualTo("ConfigurationError");
    }

    @Test
    void theArtifactHoldsWhatGitWouldArchive() throws IOException {
        WorkingCopy git = workingCopy("files");
        git.commit("plain.txt", "plain\r\n", "one");
        git.commit("deep/er/ümläut.txt", "x".repeat(100_000), "two");
        git.commit("run.sh", "#!/bin/sh\n", "three");
        git.commit("empty", "", "four");
        git.run("update-index", "--chmod=+x", "run.sh");
        Files.createSymbolicLink(git.directory().resolve("link"), Path.of("deep/er"));
        git.run("add", "link");
        git.run("commit", "-q", "-m", "modes");
        git.run("push", "-q", "origin", "main");
        Pipeline pipeline = pipeline("push-files", fetch("files", "main"));
        awaitRevisions(pipeline, git.head());
        String run = pipeline.runs().get(0).pipelineExecutionId();
        pipeline.awaitSucceeded(run);
        S3Location artifact = pipeline.newest(run, "Fetch").orElseThrow().output().outputArtifacts().get(0).s3location();
        Path ours = directory.resolve("ours.zip");
        HOME.s3().getObject(request -> request.bucket(artifact.bucket()).key(artifact.key()), ours);
        Path theirs = directory.resolve("theirs.zip");
        git.run("archive", "--format=zip", "-o", theirs.toString(), "HEAD");

        assertThat(listed(ours)).isEqualTo(listed(theirs)).hasSize(5);
        assertThat(contents(Files.readAllBytes(ours))).isEqualTo(contents(Files.readAllBytes(theirs)));
    }

    @Test
    void aFullCloneHasItsHistoryInTheBuild() {
        HOME.home().codeBuild().createProject(request -> request.name("history").serviceRole(Sample.ROLE)
                .source(source -> source.type(SourceType.NO_SOURCE).buildspec("version: 0.2\nenv:\n  exported-variables: [COUNT, "
                        + "COMMIT]\nphases:\n  build:\n    commands:\n      - COUNT=$(git rev-list --count HEAD)\n"
                        + "      - COMMIT=$CODEBUILD_RESOLVED_SOURCE_VERSION\n      - cat index.html\n"))
                .artifacts(artifacts -> artifacts.type(ArtifactsType.NO_ARTIFACTS))
                .environment(environment -> environment.type(EnvironmentType.LINUX_CONTAINER).image("any")
                        .computeType(ComputeType.BUILD_GENERAL1_SMALL)));
        WorkingCopy git = workingCopy("cloned");
        git.commit("index.html", "1", "one");
        String commit = git.commit("index.html", "2", "two");
        ActionDeclaration build = Sample.action("Build", ActionCategory.BUILD, "CodeBuild", Map.of("ProjectName", "history"))
                .toBuilder().inputArtifacts(InputArtifact.builder().name("App").build()).build();
        Pipeline pipeline = HOME.create(Sample.pipeline("push-clone", Sample.stage("Source",
                fetch("cloned", "main", "OutputArtifactFormat", "CODEBUILD_CLONE_REF")), Sample.stage("Build", build)));
        git.run("push", "-q", "origin", "main");
        awaitRevisions(pipeline, commit);
        String run = pipeline.runs().get(0).pipelineExecutionId();
        pipeline.awaitAction(run, "Build", ActionExecutionStatus.SUCCEEDED);
        assertThat(pipeline.newest(run, "Build").orElseThrow().output().outputVariables())
                .containsEntry("COUNT", "2").containsEntry("COMMIT", commit);
    }

    /** Kinds, owners' modes, sizes and names as Info-ZIP lists the directory. */
    private List<String> listed(Path zip) throws IOException {
        Process unzip = new ProcessBuilder("unzip", "-Z", "-s", zip.toString()).redirectErrorStream(true).start();
        String text = new String(unzip.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        return text.lines().filter(line -> line.matches("[-l].*") && !line.startsWith("d"))
                .map(line -> line.split(" +")).map(parts -> parts[0].substring(0, 4) + " " + parts[3] + " " + parts[8]).sorted().toList();
    }

    private static Map<String, Integer> contents(byte[] zip) throws IOException {
        Map<String, Integer> contents = new TreeMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (!entry.isDirectory()) {
                    contents.put(entry.getName(), Arrays.hashCode(in.readAllBytes()));
                }
            }
        }
        return contents;
    }
}
