package io.pipewright.functions.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pipewright.functions.action.ActionFailure;
import io.pipewright.functions.action.Progress;
import io.pipewright.functions.action.SampleWork;
import io.pipewright.functions.git.GitRefusal;
import io.pipewright.functions.git.GitRepositories;
import io.pipewright.functions.git.GitSnapshot;
import io.pipewright.functions.settings.Clients;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipInputStream;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.internal.storage.dfs.DfsRepositoryDescription;
import org.eclipse.jgit.internal.storage.dfs.InMemoryRepository;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.codepipeline.model.ActionCategory;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

class CodeCommitSourceTest {
    private final OneRepository repositories = new OneRepository();
    private final Bucket bucket = new Bucket();
    private final CodeCommitSource source = new CodeCommitSource(SampleWork.engine(
            new Clients(null, null, null, () -> bucket, () -> null, () -> null, () -> null, () -> repositories),
            SampleWork.NOW));

    private static SampleWork work(String... more) {
        Map<String, String> configuration = new HashMap<>(Map.of("RepositoryName", "shop", "BranchName", "main"));
        for (int i = 0; i < more.length; i += 2) {
            configuration.put(more[i], more[i + 1]);
        }
        return SampleWork.of(ActionCategory.SOURCE, "CodeCommit", configuration).inputs(new String[0]).outputs("App");
    }

    private Progress.Succeeded run(String... configuration) throws ActionFailure {
        return (Progress.Succeeded) source.start(work(configuration).work());
    }

    private ActionFailure failure(String... configuration) {
        return catchThrowableOfType(ActionFailure.class, () -> run(configuration));
    }

    @Test
    void theHeadOfTheBranchIsTakenAndDescribed() throws Exception {
        String commit = repositories.commit("Say hello\n\nAt last.\n");

        Progress.Succeeded done = run();

        assertThat(done.revision()).contains(commit);
        assertThat(done.result().externalId()).contains(commit);
        assertThat(done.result().summary()).contains("Say hello\n\nAt last.");
        assertThat(done.result().url()).contains(
                "https://console.aws.amazon.com/codecommit/home?region=eu-west-1#/repository/shop/commit/" + commit);
        assertThat(done.variables()).isEqualTo(Map.of(
                "AuthorDate", "2031-03-04T09:18:05Z", "BranchName", "main", "CommitId", commit,
                "CommitMessage", "Say hello\n\nAt last.", "CommitterDate", "2031-03-05T10:00:00Z", "RepositoryName", "shop"));
    }

    @Test
    void theArtifactIsAnEncryptedZipOfTheFiles() throws Exception {
        repositories.commit("one");

        run();

        assertThat(bucket.request.bucket()).isEqualTo("artifacts");
        assertThat(bucket.request.key()).isEqualTo("shop/App/out");
        assertThat(bucket.request.serverSideEncryption()).isEqualTo(ServerSideEncryption.AWS_KMS);
        assertThat(bucket.request.ssekmsKeyId()).isNull();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bucket.content))) {
            assertThat(zip.getNextEntry().getName()).isEqualTo("readme");
            assertThat(zip.readAllBytes()).asString().isEqualTo("hello");
            assertThat(zip.getNextEntry()).isNull();
        }
    }

    @Test
    void theStoresKeyEncryptsTheArtifact() throws Exception {
        repositories.commit("one");
        source.start(work().encryptedWith("arn:key").work());
        assertThat(bucket.request.ssekmsKeyId()).isEqualTo("arn:key");
    }

    @Test
    void aFullCloneIsAReference() throws Exception {
        String commit = repositories.commit("one");

        run("OutputArtifactFormat", "CODEBUILD_CLONE_REF");

        assertThat(new String(bucket.content, StandardCharsets.UTF_8)).isEqualTo("{\"AccountId\":\"210987654321\","
                + "\"FullRepositoryName\":\"shop\",\"CloneUrl\":\"https://git.example/shop\",\"CommitId\":\"" + commit
                + "\",\"BranchName\":\"main\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"code_zip", "ZIP", " "})
    void anotherFormatIsRefused(String format) throws IOException {
        repositories.commit("one");
        assertThat(failure("OutputArtifactFormat", format).code()).isEqualTo("ConfigurationError");
    }

    @Test
    void whatIsMissingIsAFaultOfTheConfiguration() throws IOException {
        repositories.commit("one");
        assertThat(failure("BranchName", "absent")).hasMessage("The action failed because no branch named absent was found in "
                + "the selected AWS CodeCommit repository shop. Make sure you are using the correct branch name, and then try "
                + "again.").extracting(ActionFailure::code).isEqualTo("ConfigurationError");
        assertThat(failure("RepositoryName", "absent")).hasMessageContaining("repository absent was not found")
                .extracting(ActionFailure::code).isEqualTo("ConfigurationError");
    }

    @Test
    void whoMayNotReadIsToldWhatToCheck() {
        assertThat(failure("RepositoryName", "secret")).hasMessage("Could not access the CodeCommit repository `secret`. Make "
                + "sure that the pipeline IAM role has sufficient permissions to access the repository.")
                .extracting(ActionFailure::code).isEqualTo("PermissionError");
    }

    @Test
    void aClosedArtifactBucketIsAMissingPermission() throws IOException {
        repositories.commit("one");
        bucket.status = 403;
        assertThat(failure()).hasMessageContaining("is getting S3 access denied for the S3 bucket \"artifacts\"")
                .extracting(ActionFailure::code).isEqualTo("PermissionError");
        bucket.status = 503;
        assertThatThrownBy(this::run).isInstanceOf(S3Exception.class);
    }

    @Test
    void aLongMessageIsCutBetweenCharacters() throws Exception {
        repositories.commit("x" + "ü".repeat(60_000));

        String message = run().variables().get("CommitMessage");

        assertThat(message.getBytes(StandardCharsets.UTF_8)).hasSize(100 * 1024 - 1);
        assertThat(message).endsWith("ü");
    }

    /** The repository {@code shop} with a branch {@code main}; {@code secret} is closed. */
    private static final class OneRepository implements GitRepositories {
        private final InMemoryRepository shop = new InMemoryRepository(new DfsRepositoryDescription("shop"));
        private String head = "";

        String commit(String message) throws IOException {
            try (ObjectInserter objects = shop.newObjectInserter()) {
                DirCacheEntry file = new DirCacheEntry("readme");
                file.setFileMode(FileMode.REGULAR_FILE);
                file.setObjectId(objects.insert(Constants.OBJ_BLOB, "hello".getBytes(StandardCharsets.UTF_8)));
                DirCache files = DirCache.newInCore();
                DirCacheBuilder builder = files.builder();
                builder.add(file);
                builder.finish();
                CommitBuilder commit = new CommitBuilder();
                commit.setTreeId(files.writeTree(objects));
                commit.setAuthor(new PersonIdent("Ada", "ada@example.org", SampleWork.NOW, ZoneId.of("Asia/Tokyo")));
                commit.setCommitter(new PersonIdent("Ben", "ben@example.org",
                        Instant.parse("2031-03-05T10:00:00Z"), ZoneOffset.UTC));
                commit.setMessage(message);
                head = objects.insert(commit).name();
                objects.flush();
                return head;
            }
        }

        @Override
        public String head(String repository, String branch) throws GitRefusal {
            if (repository.equals("secret")) {
                throw GitRefusal.denied(repository, null);
            }
            if (!repository.equals("shop")) {
                throw GitRefusal.noRepository(repository);
            }
            if (!branch.equals("main")) {
                throw GitRefusal.noBranch(repository, branch);
            }
            return head;
        }

        @Override
        public GitSnapshot open(String repository, String branch, Optional<String> commit) throws GitRefusal {
            try {
                return GitSnapshot.of(shop, repository, commit.isPresent() ? commit.get() : head(repository, branch), () -> { });
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public String cloneUrl(String repository) {
            return "https://git.example/" + repository;
        }
    }

    private static final class Bucket implements S3Client {
        private int status = 200;
        private PutObjectRequest request;
        private byte[] content;

        @Override
        public PutObjectResponse putObject(PutObjectRequest put, RequestBody body) {
            if (status != 200) {
                throw (S3Exception) S3Exception.builder().statusCode(status).message("no").build();
            }
            request = put;
            try {
                content = body.contentStreamProvider().newStream().readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return PutObjectResponse.builder().build();
        }

        @Override
        public String serviceName() {
            return SERVICE_NAME;
        }

        @Override
        public void close() { }
    }
}
