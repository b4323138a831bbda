package io.pipewright.local.home;

import static io.pipewright.local.home.TestHome.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.pipewright.local.database.Database;
import io.pipewright.local.s3.LocalS3;
import io.pipewright.local.s3.S3Store;
import io.pipewright.statemachine.definition.Limits;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.codepipeline.CodePipelineClient;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.SourceRevision;
import software.amazon.awssdk.services.s3.S3Client;

/** A home died after it had answered uploads and before it told of them: the next one starts what each should have. */
class HeldBackEventsTest {
    @TempDir
    Path data;

    @Test
    void eachAnsweredUploadStartsItsExecutionInTheNextHomeInItsTurn() {
        List<String> versions = new ArrayList<>();
        try (LocalHome home = open(); CodePipelineClient client = TestHome.client(home)) {
            S3Client s3 = home.engine().clients().s3().get();
            s3.createBucket(request -> request.bucket(TestHome.ARTIFACTS));
            s3.createBucket(request -> request.bucket(TestHome.SOURCES));
            s3.putBucketVersioning(request -> request.bucket(TestHome.SOURCES)
                    .versioningConfiguration(versioning -> versioning.status("Enabled")));
            versions.add(upload(s3, "0"));
            client.createPipeline(request -> request.pipeline(Sample.pipeline("held", ExecutionMode.PARALLEL,
                    Sample.stage("Source", Sample.fetch("Fetch", Map.of("S3Bucket", TestHome.SOURCES, "S3ObjectKey", "held.zip"))),
                    Sample.stage("Wait", Sample.approval("Ask")))));
            eventually(() -> assertThat(revisions(client)).isEqualTo(versions));
        }
        try (Database database = Database.open(data.resolve("home.db"), Database.Durability.NORMAL);
                S3Store dying = new S3Store(database, data.resolve("s3"), Clock.systemUTC(), event -> { })) {
            versions.add(upload(new LocalS3(dying), "1"));
            versions.add(upload(new LocalS3(dying), "2"));
        }
        try (LocalHome home = open(); CodePipelineClient client = TestHome.client(home)) {
            Collections.reverse(versions);
            eventually(() -> assertThat(revisions(client)).isEqualTo(versions));
        }
    }

    private LocalHome open() {
        LocalHome home = LocalHome.open(new LocalHome.Options(data, 0, Limits.AWS, Database.Durability.NORMAL));
        home.start();
        return home;
    }

    private static String upload(S3Client s3, String text) {
        return s3.putObject(request -> request.bucket(TestHome.SOURCES).key("held.zip"),
                RequestBody.fromBytes(TestHome.zip(text))).versionId();
    }

    private static List<String> revisions(CodePipelineClient client) {
        return new Pipeline(client, "held", ExecutionMode.PARALLEL).runs().stream()
                .flatMap(run -> run.sourceRevisions().stream()).map(SourceRevision::revisionId).toList();
    }
}
