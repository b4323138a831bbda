package io.pipewright.local.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.AccessControlPolicy;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.CopyObjectResult;
import software.amazon.awssdk.services.s3.model.CopyPartResult;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.DeleteBucketRequest;
import software.amazon.awssdk.services.s3.model.DeleteMarkerEntry;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectTaggingRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.GetBucketAclRequest;
import software.amazon.awssdk.services.s3.model.GetBucketLocationRequest;
import software.amazon.awssdk.services.s3.model.GetBucketLocationResponse;
import software.amazon.awssdk.services.s3.model.GetBucketNotificationConfigurationRequest;
import software.amazon.awssdk.services.s3.model.GetBucketVersioningRequest;
import software.amazon.awssdk.services.s3.model.GetObjectAclRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectTaggingRequest;
import software.amazon.awssdk.services.s3.model.HeadBucketRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListBucketsRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListPartsRequest;
import software.amazon.awssdk.services.s3.model.NotificationConfiguration;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.PutBucketNotificationConfigurationRequest;
import software.amazon.awssdk.services.s3.model.PutBucketVersioningRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectTaggingRequest;
import software.amazon.awssdk.services.s3.model.Tagging;
import software.amazon.awssdk.services.s3.model.UploadPartCopyRequest;
import software.amazon.awssdk.services.s3.model.UploadPartCopyResponse;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.VersioningConfiguration;

/** Finds the operation that a request asks for, by method and sub-resource, and answers it. */
final class WireOperations {
    /** Sub-resources of buckets and objects that S3 has and this twin doesn't. */
    private static final Set<String> UNSUPPORTED = Set.of("abac", "accelerate", "analytics", "append", "attributes", "cors",
            "encryption", "intelligent-tiering", "inventory", "legal-hold", "lifecycle", "logging", "metadataConfiguration",
            "metadataInventoryTable", "metadataJournalTable", "metadataTable", "metrics", "object-lock", "ownershipControls",
            "policy", "policyStatus", "publicAccessBlock", "renameObject", "replication", "requestPayment", "restore",
            "retention", "select", "session", "torrent", "website");

    /** Objects share their origin with this server's own pages, so a browser must not run what they say. */
    private static final String SANDBOX = "sandbox";
    private static final int BUFFER = 128 * 1024;

    private final S3Store store;
    private final BucketOperations buckets;
    private final ObjectOperations objects;
    private final ListOperations lists;
    private final MultipartOperations uploads;

    WireOperations(S3Store store) {
        this.store = store;
        this.buckets = new BucketOperations(store);
        this.objects = new ObjectOperations(store);
        this.lists = new ListOperations(store);
        this.uploads = new MultipartOperations(store);
    }

    void answer(WireCall call) throws IOException {
        Optional<String> unsupported = call.request().query().keySet().stream().filter(UNSUPPORTED::contains).findFirst();
        if (unsupported.isPresent()) {
            throw notImplemented(call, "?" + unsupported.get());
        }
        if (call.bucket().isEmpty()) {
            service(call);
        } else if (call.key().isEmpty()) {
            bucket(call);
        } else {
            object(call);
        }
    }

    private static Refusal notImplemented(WireCall call, String what) {
        String name = call.request().method() + " " + what;
        return new Refusal(501, "NotImplemented", "The local S3 does not implement " + name).with("Header", name);
    }

    private void service(WireCall call) throws IOException {
        if (!call.request().method().equals("GET")) {
            throw Refusal.methodNotAllowed(call.request().method(), "SERVICE");
        }
        call.answerDocument("ListAllMyBucketsResult", buckets.listBuckets(call.shape(ListBucketsRequest.builder())));
    }

    // Buckets

    private void bucket(WireCall call) throws IOException {
        switch (call.request().method()) {
            case "GET" -> readBucket(call);
            case "HEAD" -> call.answer(200, buckets.headBucket(call.shape(HeadBucketRequest.builder())));
            case "PUT" -> writeBucket(call);
            case "POST" -> postBucket(call);
            case "DELETE" -> deleteBucket(call);
            default -> throw Refusal.methodNotAllowed(call.request().method(), "BUCKET");
        }
    }

    private void readBucket(WireCall call) throws IOException {
        if (call.asks("location")) {
            GetBucketLocationResponse answer = buckets.getBucketLocation(call.shape(GetBucketLocationRequest.builder()));
            call.answerText(answer, WireXml.writeText("LocationConstraint", answer.locationConstraintAsString()));
        } else if (call.asks("versioning")) {
            call.answerDocument("VersioningConfiguration",
                    buckets.getBucketVersioning(call.shape(GetBucketVersioningRequest.builder())));
        } else if (call.asks("notification")) {
            call.answerDocument("NotificationConfiguration", buckets.getBucketNotificationConfiguration(
                    call.shape(GetBucketNotificationConfigurationRequest.builder())));
        } else if (call.asks("acl")) {
            call.answerDocument("AccessControlPolicy", buckets.getBucketAcl(call.shape(GetBucketAclRequest.builder())));
        } else if (call.asks("tagging")) {
            throw notImplemented(call, "bucket?tagging");
        } else {
            list(call);
        }
    }

    private void list(WireCall call) throws IOException {
        call.request().query("encoding-type").filter(value -> !value.equals("url")).ifPresent(value -> {
            throw Refusal.invalidArgument("Invalid Encoding Method specified in Request", "encoding-type", value);
        });
        if (call.asks("uploads")) {
            call.answerDocument("ListMultipartUploadsResult",
                    uploads.listMultipartUploads(call.shape(ListMultipartUploadsRequest.builder())));
        } else if (call.asks("versions")) {
            ListOperations.ListedVersions listed = lists.listVersions(call.shape(ListObjectVersionsRequest.builder()));
            ListObjectVersionsResponse answer = listed.response();
            ListObjectVersionsResponse rest = answer.toBuilder().versions((List<ObjectVersion>) null)
                    .deleteMarkers((List<DeleteMarkerEntry>) null).build();
            call.answerText(answer, WireXml.write("ListVersionsResult", rest, WireCall.isUrlEncoded(answer), listed.mixed()));
        } else if (call.request().query("list-type").filter("2"::equals).isPresent()) {
            call.answerDocument("ListBucketResult", lists.listObjectsV2(call.shape(ListObjectsV2Request.builder())));
        } else {
            call.answerDocument("ListBucketResult", lists.listObjects(call.shape(ListObjectsRequest.builder())));
        }
    }

    private void writeBucket(WireCall call) throws IOException {
        if (call.asks("versioning")) {
            call.answer(200, buckets.putBucketVersioning(call.shapeWithDocument(PutBucketVersioningRequest.builder())));
        } else if (call.asks("notification")) {
            call.answer(200, buckets.putBucketNotificationConfiguration(
                    call.shapeWithDocument(PutBucketNotificationConfigurationRequest.builder())));
        } else if (call.asks("acl") || call.asks("tagging")) {
            throw notImplemented(call, "bucket?" + call.request().rawQuery());
        } else {
            String region = Authorization.region(call.request()).orElse(store.region());
            call.answer(200, buckets.createBucket(call.shapeWithDocument(CreateBucketRequest.builder()), region, call.caller()));
        }
    }

    private void postBucket(WireCall call) throws IOException {
        if (!call.asks("delete")) {
            throw notImplemented(call, "bucket (browser upload)");
        }
        if (!call.hasChecksum()) {
            throw Refusal.invalidRequest("Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
        }
        call.answerDocument("DeleteResult",
                objects.deleteObjects(call.shapeWithDocument(DeleteObjectsRequest.builder()), call.caller()));
    }

    private void deleteBucket(WireCall call) throws IOException {
        if (call.asks("tagging")) {
            throw notImplemented(call, "bucket?tagging");
        }
        call.answer(204, buckets.deleteBucket(call.shape(DeleteBucketRequest.builder())));
    }

    // Objects

    private void object(WireCall call) throws IOException {
        switch (call.request().method()) {
            case "GET" -> readObject(call);
            case "HEAD" -> head(call);
            case "PUT" -> writeObject(call);
            case "POST" -> postObject(call);
            case "DELETE" -> deleteObject(call);
            default -> throw Refusal.methodNotAllowed(call.request().method(), "OBJECT");
        }
    }

    private void readObject(WireCall call) throws IOException {
        if (call.asks("tagging")) {
            call.answerDocument("Tagging", objects.getObjectTagging(call.shape(GetObjectTaggingRequest.builder())));
        } else if (call.asks("acl")) {
            call.answerDocument("AccessControlPolicy", objects.getObjectAcl(call.shape(GetObjectAclRequest.builder())));
        } else if (call.asks("uploadId")) {
            call.answerDocument("ListPartsResult", uploads.listParts(call.shape(ListPartsRequest.builder())));
        } else {
            get(call);
        }
    }

    private void get(WireCall call) throws IOException {
        ObjectOperations.Got got = objects.getObject(call.shape(GetObjectRequest.builder()));
        try (InputStream body = got.body()) {
            call.headers(got.response());
            call.response().header("Content-Security-Policy", SANDBOX);
            long length = got.response().contentLength();
            try (OutputStream out = call.response().stream(status(got.response().contentRange()), length)) {
                byte[] buffer = new byte[(int) Math.min(BUFFER, Math.max(1, length))];
                for (int n; (n = body.read(buffer)) > 0;) {
                    out.write(buffer, 0, n);
                }
            }
        }
    }

    private static int status(String contentRange) {
        return contentRange == null ? 200 : 206;
    }

    private void head(WireCall call) throws IOException {
        HeadObjectResponse answer = objects.headObject(call.shape(HeadObjectRequest.builder()));
        call.headers(answer);
        call.response().stream(status(answer.contentRange()), answer.contentLength()).close();
    }

    private void writeObject(WireCall call) throws IOException {
        boolean copies = call.header("x-amz-copy-source").isPresent();
        if (call.asks("tagging")) {
            call.answer(200, objects.putObjectTagging(call.shapeWithDocument(PutObjectTaggingRequest.builder())));
        } else if (call.asks("acl")) {
            throw notImplemented(call, "object?acl");
        } else if (call.asks("uploadId") && copies) {
            UploadPartCopyResponse answer = uploads.uploadPartCopy(call.shape(UploadPartCopyRequest.builder()));
            call.headers(answer);
            call.answerDocument("CopyPartResult", answer.copyPartResult());
        } else if (call.asks("uploadId")) {
            call.answer(200, uploads.uploadPart(call.shape(UploadPartRequest.builder()), WireBody.of(call.request())));
        } else if (copies) {
            CopyObjectResponse answer = objects.copyObject(call.shape(CopyObjectRequest.builder()), call.caller());
            call.headers(answer);
            call.answerDocument("CopyObjectResult", answer.copyObjectResult());
        } else {
            Body body = WireBody.of(call.request());
            call.answer(200, objects.putObject(call.shape(PutObjectRequest.builder()), body, call.caller()));
        }
    }

    private void postObject(WireCall call) throws IOException {
        if (call.asks("uploads")) {
            call.answerDocument("InitiateMultipartUploadResult",
                    uploads.createMultipartUpload(call.shape(CreateMultipartUploadRequest.builder())));
        } else if (call.asks("uploadId")) {
            call.answerDocument("CompleteMultipartUploadResult", uploads.completeMultipartUpload(
                    call.shapeWithDocument(CompleteMultipartUploadRequest.builder()), call.caller()));
        } else {
            throw notImplemented(call, "object?" + call.request().rawQuery());
        }
    }

    private void deleteObject(WireCall call) throws IOException {
        if (call.asks("tagging")) {
            call.answer(204, objects.deleteObjectTagging(call.shape(DeleteObjectTaggingRequest.builder())));
        } else if (call.asks("uploadId")) {
            call.answer(204, uploads.abortMultipartUpload(call.shape(AbortMultipartUploadRequest.builder())));
        } else {
            call.answer(204, objects.deleteObject(call.shape(DeleteObjectRequest.builder()), call.caller()));
        }
    }
}
