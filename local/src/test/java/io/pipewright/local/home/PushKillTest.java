package io.pipewright.local.home;

import static io.pipewright.local.home.TestHome.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pipewright.local.database.Database;
import io.pipewright.local.git.WorkingCopy;
import io.pipewright.local.watch.RecordedCalls;
import io.pipewright.statemachine.definition.Limits;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.codepipeline.CodePipelineClient;
import software.amazon.awssdk.services.codepipeline.model.ActionCategory;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.OutputArtifact;

/** A home is killed as soon as a push is answered; the next one starts what the push should have, once. */
class PushKillTest {
    @TempDir
    Path directory;

    @Test
    void anAnsweredPushStartsItsPipelineWhateverHappens() throws Exception {
        Path data = directory.resolve("home");
        Path output = directory.resolve("output");
        Process victim = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                PushKillTest.class.getName(), data.toString())
                .redirectOutput(output.toFile()).redirectError(directory.resolve("errors").toFile()).start();
        await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(20)).until(() -> Files.size(output) > 0);
        WorkingCopy git = WorkingCopy.init(
                directory.resolve("work"), URI.create(Files.readString(output).strip()), "shop");
        String commit = git.commit("a", "1", "one");
        git.run("push", "-q", "origin", "main");
        victim.destroyForcibly();
        assertThat(victim.waitFor()).isEqualTo(128 + 9);

        try (LocalHome home = open(data); CodePipelineClient client = TestHome.client(home)) {
            Pipeline pipeline = new Pipeline(client, "shop", ExecutionMode.SUPERSEDED);
            eventually(() -> {
                assertThat(pipeline.runs()).hasSize(1);
                assertThat(pipeline.runs().get(0).sourceRevisions()).isNotEmpty();
            });
            assertThat(pipeline.runs().get(0).sourceRevisions().get(0).revisionId()).isEqualTo(commit);
            String second = git.commit("a", "2", "two");
            git.run("push", "-q", WorkingCopy.url(home.endpoint(), "shop"), "main");
            eventually(() -> assertThat(pipeline.runs()).hasSize(2));
            eventually(() -> assertThat(pipeline.runs().get(0).sourceRevisions()).hasSize(1).allSatisfy(
                    revision -> assertThat(revision.revisionId()).isEqualTo(second)));
        }
    }

    private static LocalHome open(Path data) {
        LocalHome home = LocalHome.open(new LocalHome.Options(data, 0, Limits.AWS, Database.Durability.NORMAL)
                .watchedBy(RecordedCalls.watch()));
        home.start();
        return home;
    }

    /** The victim: a home with a pipeline that listens. */
    public static void main(String[] arguments) throws InterruptedException {
        LocalHome home = open(Path.of(arguments[0]));
        home.engine().clients().s3().get().createBucket(request -> request.bucket(TestHome.ARTIFACTS));
        ActionDeclaration fetch = Sample.action("Fetch", ActionCategory.SOURCE, "CodeCommit",
                        Map.of("RepositoryName", "shop", "BranchName", "main")).toBuilder()
                .outputArtifacts(OutputArtifact.builder().name("App").build()).build();
        TestHome.client(home).createPipeline(request -> request.pipeline(Sample.pipeline(
                "shop", Sample.stage("Source", fetch), Sample.stage("Wait", Sample.approval("Ask")))));
        System.out.println(home.endpoint());
        Thread.currentThread().join();
    }
}
