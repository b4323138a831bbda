package io.pipewright.functions.source;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.pipewright.functions.action.ActionFailure;
import io.pipewright.functions.action.ActionProvider;
import io.pipewright.functions.action.ActionWork;
import io.pipewright.functions.action.Progress;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.git.ArchiveTooLargeException;
import io.pipewright.functions.git.GitCommit;
import io.pipewright.functions.git.GitRefusal;
import io.pipewright.functions.git.GitRepositories;
import io.pipewright.functions.git.GitSnapshot;
import io.pipewright.functions.store.ActionResult;
import io.pipewright.functions.store.ArtifactLocation;
import io.pipewright.statemachine.actiontypes.ActionTypes;
import io.pipewright.statemachine.definition.Declarations;
import io.pipewright.statemachine.definition.Limit;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.codepipeline.model.ArtifactStore;
import software.amazon.awssdk.services.codepipeline.model.SourceRevisionType;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/**
 * Takes a commit of a branch ("CodeCommit source action reference"): the one that the start names, else the branch's head. Its
 * artifact is a ZIP of the commit's files, or a reference that CodeBuild clones by.
 */
public final class CodeCommitSource implements ActionProvider {
    private static final String ZIP = "CODE_ZIP";
    private static final String REFERENCE = "CODEBUILD_CLONE_REF";
    /** {@code CommitMessage} is limited to 100 KB. */
    private static final int LONGEST_MESSAGE = 100 * 1024;

    private final Engine engine;

    public CodeCommitSource(Engine engine) {
        this.engine = engine;
    }

    @Override
    public boolean isAsynchronous() {
        return false;
    }

    @Override
    public Progress start(ActionWork work) throws ActionFailure {
        String repository = work.configuration("RepositoryName").orElseThrow();
        String branch = work.configuration("BranchName").orElseThrow();
        String format = work.configuration("OutputArtifactFormat").orElse(ZIP);
        if (!format.equals(ZIP) && !format.equals(REFERENCE)) {
            throw ActionFailure.configuration("Invalid value for configuration property '" + format
                    + "': 'OutputArtifactFormat'. Edit your pipeline and set 'OutputArtifactFormat' to either '" + ZIP
                    + "' or '" + REFERENCE + "'.");
        }
        GitRepositories repositories = work.clients(engine).git().get();
        try (GitSnapshot snapshot =
                repositories.open(repository, branch, work.override(SourceRevisionType.COMMIT_ID))) {
            GitCommit commit = snapshot.commit();
            if (format.equals(ZIP)) {
                putZip(work, snapshot);
            } else {
                put(work, "application/json", RequestBody.fromString(
                        reference(repository, branch, commit.id(), repositories.cloneUrl(repository))));
            }
            return done(work, repository, branch, commit);
        } catch (GitRefusal e) {
            throw e.isDenied() ? ActionFailure.permission(e.getMessage(), e) : ActionFailure.configuration(e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Progress done(ActionWork work, String repository, String branch, GitCommit commit) {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("AuthorDate", seconds(commit.authored()));
        variables.put("BranchName", branch);
        variables.put("CommitId", commit.id());
        variables.put("CommitMessage", cut(commit.message()));
        variables.put("CommitterDate", seconds(commit.committed()));
        variables.put("RepositoryName", repository);
        Optional<String> url = ActionTypes.find(work.declaration().actionTypeId()).flatMap(type -> type.revisionUrl(
                work.configuration(), commit.id(), Declarations.region(work.declaration(), engine.settings().region())));
        ActionResult result = ActionResult.working(commit.id(), url)
                .succeeded(Optional.of(commit.message()).filter(message -> !message.isEmpty()));
        return new Progress.Succeeded(result, variables, Optional.of(commit.id()));
    }

    private static String seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** Never in the middle of a character. */
    private static String cut(String message) {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= LONGEST_MESSAGE) {
            return message;
        }
        int length = LONGEST_MESSAGE;
        while ((bytes[length] & 0xC0) == 0x80) {
            length--;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private String reference(String repository, String branch, String commit, String url) {
        return JsonNodeFactory.instance.objectNode().put("AccountId", engine.settings().account())
                .put("FullRepositoryName", repository).put("CloneUrl", url).put("CommitId", commit)
                .put("BranchName", branch).toString();
    }

    /** By way of a file: the length must be known first, and a failed upload is sent again. */
    private void putZip(ActionWork work, GitSnapshot snapshot) throws ActionFailure, IOException {
        Path file = Files.createTempFile("pipewright-source", ".zip");
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
                snapshot.writeZip(out, engine.settings().limits().get(Limit.GIT_SOURCE_BYTES));
            } catch (ArchiveTooLargeException e) {
                throw ActionFailure.configuration("The archive of the repository "
                        + work.configuration("RepositoryName").orElseThrow() + " is larger than "
                        + engine.settings().limits().get(Limit.GIT_SOURCE_BYTES)
                        + " bytes, the most that a source action takes.");
            }
            put(work, "application/zip", RequestBody.fromFile(file));
        } finally {
            Files.delete(file);
        }
    }

    private void put(ActionWork work, String contentType, RequestBody content) throws ActionFailure {
        ArtifactLocation output = work.firstOutput();
        ArtifactStore store = work.artifactStore(engine.settings().region());
        PutObjectRequest.Builder request = PutObjectRequest.builder().bucket(output.bucket()).key(output.key())
                .contentType(contentType).serverSideEncryption(ServerSideEncryption.AWS_KMS);
        if (store.encryptionKey() != null) {
            request.ssekmsKeyId(store.encryptionKey().id());
        }
        try {
            engine.clients().s3().get().putObject(request.build(), content);
        } catch (S3Exception e) {
            throw S3Source.unwritable(work, output, e);
        }
    }
}
