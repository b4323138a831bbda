package io.pipewright.local.s3;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.SdkHttpResponse;
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
import software.amazon.awssdk.services.s3.model.S3Response;
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
    private static final SdkHttpResponse OK = SdkHttpResponse.builder().statusCode(200).build();

    private final S3Store store;
    private final BucketOperations buckets;
    private final ObjectOperations objects;
    private final ListOperations lists;
    private final MultipartOperations uploads;

    public LocalS3(S3Store store) {
        this.store = store;
        this.buckets = new BucketOperations(store);
        this.objects = new ObjectOperations(store);
        this.lists = new ListOperations(store);
        this.uploads = new MultipartOperations(store);
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {
        // The store outlives its clients.
    }

    /** Answers carry the status that HTTP would have had. */
    @SuppressWarnings("unchecked")
    private static <T extends S3Response> T succeeded(T response) {
        return (T) response.toBuilder().sdkHttpResponse(OK).build();
    }

    private static <T extends S3Response> T answer(Supplier<T> operation) {
        try {
            return succeeded(operation.get());
        } catch (Refusal refusal) {
            throw SdkErrors.of(refusal);
        }
    }

    private static <T extends S3Response> T answerHead(Supplier<T> operation, String notFound, String message) {
        try {
            return succeeded(operation.get());
        } catch (Refusal refusal) {
            throw SdkErrors.ofHead(refusal, notFound, message);
        }
    }

    @FunctionalInterface
    private interface Sending<T> {
        T send(Body body) throws IOException;
    }

    private static <T extends S3Response> T answer(RequestBody requestBody, Sending<T> operation) {
        try (InputStream stream = requestBody.contentStreamProvider().newStream()) {
            long length = requestBody.optionalContentLength().orElse(-1L);
            return succeeded(operation.send(Body.of(stream, length, ChecksumKind.CRC32)));
        } catch (Refusal refusal) {
            throw SdkErrors.of(refusal);
        } catch (IOException e) {
            throw SdkClientException.create("Unable to read the request body: " + e.getMessage(), e);
        }
    }

    /** The length of the body counts, not the {@code contentLength} of the request. */
    @Override
    public PutObjectResponse putObject(PutObjectRequest request, RequestBody requestBody) {
        return answer(requestBody, body -> objects.putObject(request, body, Caller.inProcess()));
    }

    @Override
    public UploadPartResponse uploadPart(UploadPartRequest request, RequestBody requestBody) {
        return answer(requestBody, body -> uploads.uploadPart(request, body));
    }

    @Override
    public <T> T getObject(GetObjectRequest request, ResponseTransformer<GetObjectResponse, T> transformer) {
        ObjectOperations.Got got = open(request);
        AbortableInputStream body = AbortableInputStream.create(got.body());
        boolean leftOpen = false;
        try {
            T result = transformer.transform(succeeded(got.response()), body);
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

    private ObjectOperations.Got open(GetObjectRequest request) {
        try {
            return objects.getObject(request);
        } catch (Refusal refusal) {
            throw SdkErrors.of(refusal);
        }
    }

    @Override
    public CreateBucketResponse createBucket(CreateBucketRequest request) {
        return answer(() -> buckets.createBucket(request, store.region(), Caller.inProcess()));
    }

    @Override
    public HeadBucketResponse headBucket(HeadBucketRequest request) {
        return answerHead(() -> buckets.headBucket(request), "NoSuchBucket", "The specified bucket does not exist");
    }

    @Override
    public ListBucketsResponse listBuckets(ListBucketsRequest request) {
        return answer(() -> buckets.listBuckets(request));
    }

    @Override
    public DeleteBucketResponse deleteBucket(DeleteBucketRequest request) {
        return answer(() -> buckets.deleteBucket(request));
    }

    @Override
    public GetBucketLocationResponse getBucketLocation(GetBucketLocationRequest request) {
        return answer(() -> buckets.getBucketLocation(request));
    }

    @Override
    public GetBucketVersioningResponse getBucketVersioning(GetBucketVersioningRequest request) {
        return answer(() -> buckets.getBucketVersioning(request));
    }

    @Override
    public PutBucketVersioningResponse putBucketVersioning(PutBucketVersioningRequest request) {
        return answer(() -> buckets.putBucketVersioning(request));
    }

    @Override
    public GetBucketNotificationConfigurationResponse getBucketNotificationConfiguration(GetBucketNotificationConfigurationRequest request) {
        return answer(() -> buckets.getBucketNotificationConfiguration(request));
    }

    @Override
    public PutBucketNotificationConfigurationResponse putBucketNotificationConfiguration(PutBucketNotificationConfigurationRequest request) {
        return answer(() -> buckets.putBucketNotificationConfiguration(request));
    }

    @Override
    public HeadObjectResponse headObject(HeadObjectRequest request) {
        return answerHead(() -> objects.headObject(request), "NoSuchKey", "The specified key does not exist.");
    }

    @Override
    public CopyObjectResponse copyObject(CopyObjectRequest request) {
        return answer(() -> objects.copyObject(request, Caller.inProcess()));
    }

    @Override
    public DeleteObjectResponse deleteObject(DeleteObjectRequest request) {
        return answer(() -> objects.deleteObject(request, Caller.inProcess()));
    }

    @Override
    public DeleteObjectsResponse deleteObjects(DeleteObjectsRequest request) {
        return answer(() -> objects.deleteObjects(request, Caller.inProcess()));
    }

    @Override
    public GetObjectTaggingResponse getObjectTagging(GetObjectTaggingRequest request) {
        return answer(() -> objects.getObjectTagging(request));
    }

    @Override
    public PutObjectTaggingResponse putObjectTagging(PutObjectTaggingRequest request) {
        return answer(() -> objects.putObjectTagging(request));
    }

    @Override
    public DeleteObjectTaggingResponse deleteObjectTagging(DeleteObjectTaggingRequest request) {
        return answer(() -> objects.deleteObjectTagging(request));
    }

    @Override
    public ListObjectsResponse listObjects(ListObjectsRequest request) {
        return answer(() -> lists.listObjects(request));
    }

    @Override
    public ListObjectsV2Response listObjectsV2(ListObjectsV2Request request) {
        return answer(() -> lists.listObjectsV2(request));
    }

    @Override
    public ListObjectVersionsResponse listObjectVersions(ListObjectVersionsRequest request) {
        return answer(() -> lists.listObjectVersions(request));
    }

    @Override
    public CreateMultipartUploadResponse createMultipartUpload(CreateMultipartUploadRequest request) {
        return answer(() -> uploads.createMultipartUpload(request));
    }

    @Override
    public UploadPartCopyResponse uploadPartCopy(UploadPartCopyRequest request) {
        return answer(() -> uploads.uploadPartCopy(request));
    }

    @Override
    public CompleteMultipartUploadResponse completeMultipartUpload(CompleteMultipartUploadRequest request) {
        return answer(() -> uploads.completeMultipartUpload(request, Caller.inProcess()));
    }

    @Override
    public AbortMultipartUploadResponse abortMultipartUpload(AbortMultipartUploadRequest request) {
        return answer(() -> uploads.abortMultipartUpload(request));
    }

    @Override
    public ListPartsResponse listParts(ListPartsRequest request) {
        return answer(() -> uploads.listParts(request));
    }

    @Override
    public ListMultipartUploadsResponse listMultipartUploads(ListMultipartUploadsRequest request) {
        return answer(() -> uploads.listMultipartUploads(request));
    }
}
