package io.pipewright.functions.source;

import io.pipewright.functions.action.ActionFailure;
import io.pipewright.functions.action.ActionProvider;
import io.pipewright.functions.action.ActionWork;
import io.pipewright.functions.action.Progress;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.store.ActionResult;
import io.pipewright.functions.store.ArtifactLocation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.codepipeline.model.ArtifactStore;
import software.amazon.awssdk.services.codepipeline.model.SourceRevisionType;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.MetadataDirective;

/**
 * Takes a version of an object ("Amazon S3 source action reference"): the one that the start names, else the newest. The bytes are
 * copied unchanged.
 */
public final class S3Source implements ActionProvider {
    private static final String REVISION_SUMMARY = "codepipeline-artifact-revision-summary";
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int LONGEST_SUMMARY = 2_048;

    private final Engine engine;

    public S3Source(Engine engine) {
        this.engine = engine;
    }

    @Override
    public boolean isAsynchronous() {
        return false;
    }

    @Override
    public Progress start(ActionWork work) throws ActionFailure {
        String bucket = work.configuration("S3Bucket").orElseThrow();
        String key = key(work);
        S3Client s3 = work.clients(engine).s3().get();
        HeadObjectResponse object = head(s3, bucket, key, work.override(SourceRevisionType.S3_OBJECT_VERSION_ID));
        if (object.versionId() == null || object.versionId().equals("null")) {
            throw ActionFailure.configuration("The bucket " + bucket
                    + " has no versions. Enable versioning on it: a source action takes versions of its object.");
        }
        copy(s3, work, bucket, key, object.versionId());
        String summary = Optional.ofNullable(object.metadata().get(REVISION_SUMMARY)).filter(text -> !text.isBlank())
                .map(text -> text.length() > LONGEST_SUMMARY ? text.substring(0, LONGEST_SUMMARY) : text)
                .orElse("Amazon S3 version id: " + object.versionId());
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("BucketName", bucket);
        variables.put("ETag", object.eTag().replace("\"", ""));
        variables.put("ObjectKey", key);
        variables.put("VersionId", object.versionId());
        ActionResult result = ActionResult.working(object.versionId(), Optional.empty())
                .succeeded(Optional.of(summary));
        return new Progress.Succeeded(result, variables, Optional.of(object.versionId()));
    }

    private static String key(ActionWork work) throws ActionFailure {
        String configured = work.configuration("S3ObjectKey").orElseThrow();
        Optional<String> override = work.override(SourceRevisionType.S3_OBJECT_KEY);
        boolean allowed = work.configuration("AllowOverrideForS3ObjectKey")
                .map(value -> value.equalsIgnoreCase("true")).orElse(false);
        if (override.isPresent() && !allowed) {
            throw ActionFailure.configuration("The execution was started with another object key, which the source action "
                    + work.declaration().name() + " doesn't allow. Set AllowOverrideForS3ObjectKey to true.");
        }
        return override.orElse(configured);
    }

    private static HeadObjectResponse head(S3Client s3, String bucket, String key, Optional<String> version)
            throws ActionFailure {
        try {
            return s3.headObject(request -> request.bucket(bucket).key(key).versionId(version.orElse(null)));
        } catch (S3Exception e) {
            throw unreachable(bucket, key, e);
        }
    }

    /** CodePipeline's words for an object that it can't read; other faults of S3 are tried again. */
    private static ActionFailure unreachable(String bucket, String key, S3Exception cause) {
        String text = "Could not access the Amazon S3 object: \"" + bucket + "/" + key
                + "\". Make sure that the names of the bucket and object are both correct";
        if (cause.statusCode() == FORBIDDEN) {
            return ActionFailure.permission(text
                    + ", and that the pipeline IAM role has sufficient permissions to access this bucket.", cause);
        }
        if (cause.statusCode() >= 400 && cause.statusCode() < 500) {
            return ActionFailure.configuration(text + ".");
        }
        throw cause;
    }

    private void copy(S3Client s3, ActionWork work, String bucket, String key, String version) throws ActionFailure {
        ArtifactLocation output = work.firstOutput();
        ArtifactStore store = work.artifactStore(engine.settings().region());
        CopyObjectRequest.Builder request = CopyObjectRequest.builder()
                .sourceBucket(bucket).sourceKey(key).sourceVersionId(version)
                .destinationBucket(output.bucket()).destinationKey(output.key())
                .metadataDirective(MetadataDirective.REPLACE)
                .serverSideEncryption(ServerSideEncryption.AWS_KMS);
        if (store.encryptionKey() != null) {
            request.ssekmsKeyId(store.encryptionKey().id());
        }
        try {
            s3.copyObject(request.build());
        } catch (S3Exception e) {
            throw unwritable(work, output, e);
        }
    }

    /** CodePipeline's words for an artifact bucket that isn't there or is closed; other faults of S3 are tried again. */
    static ActionFailure unwritable(ActionWork work, ArtifactLocation output, S3Exception cause) {
        if (cause.statusCode() == FORBIDDEN || cause.statusCode() == NOT_FOUND) {
            return ActionFailure.permission("CodePipeline service role \"" + work.version().declaration().roleArn()
                    + "\" is getting S3 access denied for the S3 bucket \"" + output.bucket() + "\"", cause);
        }
        throw cause;
    }
}
