package io.pipewright.functions.deploy;

import io.pipewright.functions.action.ActionFailure;
import io.pipewright.functions.store.ArtifactLocation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.LongSupplier;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.UploadPartCopyRequest;

/** One deployment to a bucket, with the role of its action. */
final class S3Deployment {
    private static final String MALFORMED = "The archive is malformed.";
    private static final String RAW_TYPE = "application/octet-stream";
    private static final int AT_A_TIME = 8;
    /** Larger files are inflated while they are sent. */
    private static final int LARGEST_IN_MEMORY = 1024 * 1024;
    /** S3's limits of a single PutObject and of a copied part. */
    private static final long LARGEST_PUT = 5L * 1024 * 1024 * 1024;
    private static final int FORBIDDEN = 403;

    private final S3Client s3;
    private final LongSupplier now;
    private final ExecutorService threads;

    /**
     * @param now epoch milliseconds
     * @param threads starts at once whatever it is given
     */
    S3Deployment(S3Client s3, LongSupplier now, ExecutorService threads) {
        this.s3 = s3;
        this.now = now;
        this.threads = threads;
    }

    /** @param deadline epoch milliseconds */
    void run(ArtifactLocation artifact, Target target, long deadline) throws ActionFailure {
        if (target.extract()) {
            extract(artifact, target, deadline);
        } else {
            copy(artifact, target);
        }
    }

    // The archive as it is

    /** In parts, and copied by S3 itself: recorded ETags are those of uploads in parts, and no byte passes through here. */
    private void copy(ArtifactLocation artifact, Target target) throws ActionFailure {
        long size = sizeOf(artifact);
        String key = target.objectKey().orElseThrow();
        try {
            if (size == 0) {
                s3.putObject(put(target, key, RAW_TYPE), RequestBody.empty());
            } else {
                copyInParts(artifact, size, target, key);
            }
        } catch (S3Exception e) {
            throw refused(target, key, e);
        }
    }

    private long sizeOf(ArtifactLocation artifact) throws ActionFailure {
        try {
            return s3.headObject(request -> request.bucket(artifact.bucket()).key(artifact.key())).contentLength();
        } catch (S3Exception e) {
            throw unreadable(artifact, e);
        }
    }

    private void copyInParts(ArtifactLocation artifact, long size, Target target, String key) {
        CreateMultipartUploadRequest.Builder create = CreateMultipartUploadRequest.builder()
                .bucket(target.bucket()).key(key).contentType(RAW_TYPE)
                .cacheControl(target.cacheControl().orElse(null)).acl(target.acl().orElse(null));
        target.encryptionKey().ifPresent(id ->
                create.serverSideEncryption(ServerSideEncryption.AWS_KMS).ssekmsKeyId(id));
        String upload = s3.createMultipartUpload(create.build()).uploadId();
        try {
            List<CompletedPart> parts = new ArrayList<>();
            for (long from = 0; from < size; from += LARGEST_PUT) {
                parts.add(copyPart(artifact, size, target, key, upload, from));
            }
            s3.completeMultipartUpload(request -> request.bucket(target.bucket()).key(key).uploadId(upload)
                    .multipartUpload(all -> all.parts(parts)));
        } catch (RuntimeException e) {
            abandon(target, key, upload, e);
            throw e;
        }
    }

    private CompletedPart copyPart(
            ArtifactLocation artifact, long size, Target target, String key, String upload, long from) {
        int number = (int) (from / LARGEST_PUT) + 1;
        UploadPartCopyRequest.Builder request = UploadPartCopyRequest.builder()
                .sourceBucket(artifact.bucket()).sourceKey(artifact.key())
                .destinationBucket(target.bucket()).destinationKey(key).uploadId(upload).partNumber(number);
        if (size > LARGEST_PUT) {
            request.copySourceRange("bytes=" + from + "-" + (Math.min(from + LARGEST_PUT, size) - 1));
        }
        return CompletedPart.builder().partNumber(number)
                .eTag(s3.uploadPartCopy(request.build()).copyPartResult().eTag()).build();
    }

    private void abandon(Target target, String key, String upload, RuntimeException why) {
        try {
            s3.abortMultipartUpload(request -> request.bucket(target.bucket()).key(key).uploadId(upload));
        } catch (RuntimeException e) {
            why.addSuppressed(e);
        }
    }

    // Its files

    private void extract(ArtifactLocation artifact, Target target, long deadline) throws ActionFailure {
        Path directory = null;
        try {
            directory = Files.createTempDirectory("pipewright-deploy");
            Path file = directory.resolve("artifact");
            download(artifact, file);
            try (Archive archive = Archive.open(file)) {
                check(archive);
                upload(archive, target, deadline);
            }
        } catch (MalformedArchiveException e) {
            throw ActionFailure.job(MALFORMED);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            delete(directory);
        }
    }

    private void download(ArtifactLocation artifact, Path file) throws ActionFailure {
        try {
            s3.getObject(request -> request.bucket(artifact.bucket()).key(artifact.key()),
                    ResponseTransformer.toFile(file));
        } catch (S3Exception e) {
            throw unreadable(artifact, e);
        }
    }

    private static void delete(Path directory) {
        try {
            if (directory != null) {
                Files.deleteIfExists(directory.resolve("artifact"));
                Files.delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What can be said before anything is written; names are looked at one by one later, as the recordings show. */
    private static void check(Archive archive) throws IOException, ActionFailure {
        Archive.Walk walk = archive.walk();
        int files = 0;
        for (Optional<Archive.Entry> entry = walk.next(); entry.isPresent(); entry = walk.next()) {
            files += isDirectory(path(entry.get())) ? 0 : 1;
            if (files > S3Deploy.MOST_FILES) {
                throw ActionFailure.job("The archive has more than " + S3Deploy.MOST_FILES
                        + " files, which is the most that one deployment can write.");
            }
            if (entry.get().size() > LARGEST_PUT) {
                throw ActionFailure.job("The file " + entry.get().name() + " of the archive has "
                        + entry.get().size() + " bytes; files of up to " + LARGEST_PUT + " bytes can be deployed.");
            }
        }
    }

    private void upload(Archive archive, Target target, long deadline) throws IOException, ActionFailure {
        try (OrderedUploads uploads = new OrderedUploads(AT_A_TIME, threads)) {
            Archive.Walk walk = archive.walk();
            for (Optional<Archive.Entry> next = walk.next(); next.isPresent(); next = walk.next()) {
                Archive.Entry entry = next.get();
                String path = path(entry);
                if (path.contains("../")) {
                    uploads.finish();
                    throw ActionFailure.configuration(
                            "The file name " + path + " contains invalid sequence: dot-dot-slash.");
                }
                if (now.getAsLong() > deadline) {
                    throw ActionFailure.job("The deployment took longer than an S3 deploy action may take.");
                }
                if (!isDirectory(path)) {
                    String key = target.keyOf(path);
                    uploads.add(key, () -> {
                        put(archive, entry, target, key, ContentTypes.of(path));
                        return null;
                    });
                }
            }
            uploads.finish();
        } catch (ActionFailure | IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw interrupted(e);
        }
    }

    private static IllegalStateException interrupted(Exception e) {
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        return new IllegalStateException("The deployment was interrupted", e);
    }

    private static String path(Archive.Entry entry) {
        return entry.name().replace('\\', '/');
    }

    private static boolean isDirectory(String path) {
        return path.endsWith("/");
    }

    private void put(Archive archive, Archive.Entry entry, Target target, String key, String contentType)
            throws IOException, ActionFailure {
        PutObjectRequest request = put(target, key, contentType);
        RequestBody body = entry.size() <= LARGEST_IN_MEMORY
                ? RequestBody.fromBytes(bytes(archive, entry))
                : RequestBody.fromContentProvider(() -> open(archive, entry), entry.size(), contentType);
        try {
            s3.putObject(request, body);
        } catch (S3Exception e) {
            throw refused(target, key, e);
        } catch (RuntimeException e) {
            throw malformed(e).orElseThrow(() -> e);
        }
    }

    /** The client wraps what a body throws while it is sent. */
    private static Optional<MalformedArchiveException> malformed(Throwable thrown) {
        for (Throwable one = thrown; one != null; one = one.getCause()) {
            if (one instanceof MalformedArchiveException found) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }

    private static byte[] bytes(Archive archive, Archive.Entry entry) throws IOException {
        try (InputStream content = archive.open(entry)) {
            return content.readAllBytes();
        }
    }

    private static InputStream open(Archive archive, Archive.Entry entry) {
        try {
            return archive.open(entry);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static PutObjectRequest put(Target target, String key, String contentType) {
        PutObjectRequest.Builder request = PutObjectRequest.builder()
                .bucket(target.bucket()).key(key).contentType(contentType)
                .cacheControl(target.cacheControl().orElse(null)).acl(target.acl().orElse(null));
        target.encryptionKey().ifPresent(id ->
                request.serverSideEncryption(ServerSideEncryption.AWS_KMS).ssekmsKeyId(id));
        return request.build();
    }

    // What S3 refuses

    private static ActionFailure unreadable(ArtifactLocation artifact, S3Exception cause) {
        if (!isFinal(cause)) {
            throw cause;
        }
        String text = "The input artifact " + artifact.name() + " (" + artifact.bucket() + "/" + artifact.key() + ") ";
        return cause.statusCode() == FORBIDDEN
                ? ActionFailure.permission(text + "can't be read: the role has no permission to. " + said(cause), cause)
                : ActionFailure.configuration(text + "does not exist or permission is missing: "
                        + "the action that declares it as its output has not written it. " + said(cause));
    }

    private static ActionFailure refused(Target target, String key, S3Exception cause) {
        if (!isFinal(cause)) {
            throw cause;
        }
        if (cause.statusCode() == FORBIDDEN) {
            return ActionFailure.permission("You do not have sufficient permissions to call s3.putObject for the "
                    + "deployment bucket, " + target.bucket() + ". Verify that the policy on the resource allows you "
                    + "to perform this task. If you choose a canned ACL for your Amazon S3 deployment action, the "
                    + "policy must include the PutObjectAcl action. If the object already exists, the policy must "
                    + "also include the PutObjectVersionAcl action. " + said(cause), cause);
        }
        if (code(cause).equals("NoSuchBucket")) {
            return ActionFailure.configuration("The deployment bucket " + target.bucket()
                    + " does not exist. Edit your pipeline and set 'BucketName' to a bucket that exists.");
        }
        return ActionFailure.configuration("Amazon S3 refused to write the object " + key + " to the deployment bucket "
                + target.bucket() + ". " + said(cause));
    }

    /** Whether trying again can't help. */
    private static boolean isFinal(S3Exception e) {
        return e.statusCode() >= 300 && e.statusCode() < 500 && !e.isThrottlingException()
                && !code(e).equals("RequestTimeout") && !code(e).equals("ExpiredToken");
    }

    private static String code(S3Exception e) {
        return e.awsErrorDetails() == null || e.awsErrorDetails().errorCode() == null
                ? "" : e.awsErrorDetails().errorCode();
    }

    private static String said(S3Exception e) {
        String text = e.awsErrorDetails() == null ? e.getMessage() : e.awsErrorDetails().errorMessage();
        return text + " (Service: Amazon S3; Status Code: " + e.statusCode() + "; Error Code: " + code(e)
                + "; Request ID: " + e.requestId() + ")";
    }
}
