package io.pipewright.local.codebuild;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/** Objects in memory: as much of S3 as builds use. */
final class MemoryS3 implements S3Client {
    record Stored(byte[] content, Map<String, String> metadata) {
    }

    final ConcurrentMap<String, Stored> objects = new ConcurrentHashMap<>();

    void put(String path, byte[] content) {
        objects.put(path, new Stored(content, Map.of()));
    }

    byte[] content(String path) {
        return Optional.ofNullable(objects.get(path)).orElseThrow(() -> new AssertionError("no object " + path + " in " + objects.keySet()))
                .content();
    }

    @Override
    public <T> T getObject(GetObjectRequest request, ResponseTransformer<GetObjectResponse, T> transformer) {
        Stored stored = objects.get(request.bucket() + "/" + request.key());
        if (stored == null || request.versionId() != null && !request.versionId().equals("v1")) {
            throw NoSuchKeyException.builder().statusCode(404).awsErrorDetails(AwsErrorDetails.builder().serviceName("S3")
                    .errorCode("NoSuchKey").errorMessage("The specified key does not exist.").build()).build();
        }
        try {
            return transformer.transform(
                    GetObjectResponse.builder().versionId("v1").metadata(stored.metadata()).contentLength((long) stored.content().length).build(),
                    AbortableInputStream.create(new ByteArrayInputStream(stored.content())));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public PutObjectResponse putObject(PutObjectRequest request, RequestBody body) {
        try (InputStream content = body.contentStreamProvider().newStream()) {
            objects.put(request.bucket() + "/" + request.key(), new Stored(content.readAllBytes(), request.metadata()));
            return PutObjectResponse.builder().build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
