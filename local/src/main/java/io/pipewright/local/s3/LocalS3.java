package io.pipewright.local.s3;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;
import software.amazon.awssdk.services.s3.model.CreateBucketResponse;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.DeleteBucketRequest;
import software.amazon.awssdk.services.s3.model.DeleteBucketResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectTaggingRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectTaggingResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.GetBucketLocationRequest;
import software.amazon.awssdk.services.s3.model.GetBucketLocationResponse;
import software.amazon.awssdk.services.s3.model.GetBucketNotificationConfigurationRequest;
import software.amazon.awssdk.services.s3.model.GetBucketNotificationConfigurationResponse;
import software.amazon.awssdk.services.s3.model.GetBucketVersioningRequest;
import software.amazon.awssdk.services.s3.model.GetBucketVersioningResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.GetObjectTaggingRequest;
import software.amazon.awssdk.services.s3.model.GetObjectTaggingResponse;
import software.amazon.awssdk.services.s3.model.HeadBucketRequest;
import software.amazon.awssdk.services.s3.model.HeadBucketResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListBucketsRequest;
import software.amazon.awssdk.services.s3.model.ListBucketsResponse;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ListPartsRequest;
import software.amazon.awssdk.services.s3.model.ListPartsResponse;
import software.amazon.awssdk.services.s3.model.PutBucketNotificationConfigurationRequest;
import software.amazon.awssdk.services.s3.model.PutBucketNotificationConfigurationResponse;
import software.amazon.awssdk.services.s3.model.PutBucketVersioningRequest;
import software.amazon.awssdk.services.s3.model.PutBucketVersioningResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectTaggingRequest;
import software.amazon.awssdk.services.s3.model.PutObjectTaggingResponse;
import software.amazon.awssdk.services.s3.model.UploadPartCopyRequest;
import software.amazon.awssdk.services.s3.model.UploadPartCopyResponse;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * The store as the SDK's client, without HTTP in between: for functions that run in this process.
 *
 * <p>Answers and exceptions are those of the real client, including the CRC32 that it computes by default. Bodies are
 * streams, never held in memory. Operations that are not here throw {@link UnsupportedOperationException}, parameters
 * that are not implemented an S3Exception {@code NotImplemented} that names them. Closing does nothing: the store is
 * not this client's.
 */
public final class LocalS3 implements S3Client {
    private final S3Store store;
    private final Operations operations;

    public LocalS3(S3Store store) {
        this.store = store;
        this.operations = new Operations(store);
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {
        // The store outlives its clients.
    }

    private static <T> T answer(Supplier<T> operation) {
        try {
            return operation.get();
        } catch (Refusal refusal) {
            throw SdkErrors.of(refusal);
        }
    }

    private static <T> T answerHead(Supplier<T> operation, String notFound, String message) {
        try {
            return operation.get();
        } catch (Refusal refusal) {
            throw SdkErrors.ofHead(refusal, notFound, message);
        }
    }

    @FunctionalInterface
    private interface Sending<T> {
        T send(Body body) throws IOException;
    }

    private static <T> T answer(RequestBody requestBody, Sending<T> operation) {
        try (InputStream stream = requestBody.contentStreamProvider().newStream()) {
            long length = requestBody.optionalContentLength().orElse(-1L);
            return operation.send(Body.of(stream, length, ChecksumKind.CRC32));
        } catch (Refusal refusal) {
            throw SdkErrors.of(refusal);
        } catch (IOException e) {
            throw SdkClientException.create("Unable to read the request body: " + e.getMessage(), e);
        }
    }

    /** The length of the request body counts; a {@code contentLength} in the request must agree with it. */
    @Override
    public PutObjectResponse putObject(PutObjectRequest request, RequestBody requestBody) {
        return answer(requestBody, body -> operations.putObject(request, body, Caller.inProcess()));
    }

    @Override
    public UploadPartResponse uploadPart(UploadPartRequest request, RequestBody requestBody) {
        return answer(requestBody, body -> operations.uploadPart(request, body));
    }

    @Override
    public <T> T getObject(GetObjectRequest request, ResponseTransformer<GetObjectResponse, T> transformer) {
        Operations.Got got = answer(() -> operations.getObject(request));
        AbortableInputStream body = AbortableInputStream.create(got.body());
        boolean leftOpen = false;
        try {
            T result = transformer.transform(got.response(), body);
            leftOpen = transformer.needsConnectionLeftOpen();
            return result;
        } catch (SdkException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw SdkClientException.create("Interrupted while reading " + request.key(), e);
        } catch (Exception e) {
            throw SdkClientException.create("Unable to read " + request.key() + ": " + e.getMessage(), e);
        } finally {
            if (!leftOpen) {
                body.abort();
            }
        }
    }

    @Override
    public CreateBucketResponse createBucket(CreateBucketRequest request) {
        return answer(() -> operations.createBucket(request, store.region(), Caller.inProcess()));
    }

    @Override
    public HeadBucketResponse headBucket(HeadBucketRequest request) {
        return answerHead(() -> operations.headBucket(request), "NoSuchBucket", "The specified bucket does not exist");
    }

    @Override
    public ListBucketsResponse listBuckets(ListBucketsRequest request) {
        return answer(() -> operations.listBuckets(request));
    }

    @Override
    public DeleteBucketResponse deleteBucket(DeleteBucketRequest request) {
        return answer(() -> operations.deleteBucket(request));
    }

    @Override
    public GetBucketLocationResponse getBucketLocation(GetBucketLocationRequest request) {
        return answer(() -> operations.getBucketLocation(request));
    }

    @Override
    public GetBucketVersioningResponse getBucketVersioning(GetBucketVersioningRequest request) {
        return answer(() -> operations.getBucketVersioning(request));
    }

    @Override
    public PutBucketVersioningResponse putBucketVersioning(PutBucketVersioningRequest request) {
        return answer(() -> operations.putBucketVersioning(request));
    }

    @Override
    public GetBucketNotificationConfigurationResponse getBucketNotificationConfiguration(GetBucketNotificationConfigurationRequest request) {
        return answer(() -> operations.getBucketNotificationConfiguration(request));
    }

    @Override
    public PutBucketNotificationConfigurationResponse putBucketNotificationConfiguration(PutBucketNotificationConfigurationRequest request) {
        return answer(() -> operations.putBucketNotificationConfiguration(request));
    }

    @Override
    public HeadObjectResponse headObject(HeadObjectRequest request) {
        return answerHead(() -> operations.headObject(request), "NoSuchKey", "The specified key does not exist.");
    }

    @Override
    public CopyObjectResponse copyObject(CopyObjectRequest request) {
        return answer(() -> operations.copyObject(request, Caller.inProcess()));
    }

    @Override
    public DeleteObjectResponse deleteObject(DeleteObjectRequest request) {
        return answer(() -> operations.deleteObject(request, Caller.inProcess()));
    }

    @Override
    public DeleteObjectsResponse deleteObjects(DeleteObjectsRequest request) {
        return answer(() -> operations.deleteObjects(request, Caller.inProcess()));
    }

    @Override
    public GetObjectTaggingResponse getObjectTagging(GetObjectTaggingRequest request) {
        return answer(() -> operations.getObjectTagging(request));
    }

    @Override
    public PutObjectTaggingResponse putObjectTagging(PutObjectTaggingRequest request) {
        return answer(() -> operations.putObjectTagging(request));
    }

    @Override
    public DeleteObjectTaggingResponse deleteObjectTagging(DeleteObjectTaggingRequest request) {
        return answer(() -> operations.deleteObjectTagging(request));
    }

    @Override
    public ListObjectsResponse listObjects(ListObjectsRequest request) {
        return answer(() -> operations.listObjects(request));
    }

    @Override
    public ListObjectsV2Response listObjectsV2(ListObjectsV2Request request) {
        return answer(() -> operations.listObjectsV2(request));
    }

    @Override
    public ListObjectVersionsResponse listObjectVersions(ListObjectVersionsRequest request) {
        return answer(() -> operations.listObjectVersions(request));
    }

    @Override
    public CreateMultipartUploadResponse createMultipartUpload(CreateMultipartUploadRequest request) {
        return answer(() -> operations.createMultipartUpload(request));
    }

    @Override
    public UploadPartCopyResponse uploadPartCopy(UploadPartCopyRequest request) {
        return answer(() -> operations.uploadPartCopy(request));
    }

    @Override
    public CompleteMultipartUploadResponse completeMultipartUpload(CompleteMultipartUploadRequest request) {
        return answer(() -> operations.completeMultipartUpload(request, Caller.inProcess()));
    }

    @Override
    public AbortMultipartUploadResponse abortMultipartUpload(AbortMultipartUploadRequest request) {
        return answer(() -> operations.abortMultipartUpload(request));
    }

    @Override
    public ListPartsResponse listParts(ListPartsRequest request) {
        return answer(() -> operations.listParts(request));
    }

    @Override
    public ListMultipartUploadsResponse listMultipartUploads(ListMultipartUploadsRequest request) {
        return answer(() -> operations.listMultipartUploads(request));
    }
}
