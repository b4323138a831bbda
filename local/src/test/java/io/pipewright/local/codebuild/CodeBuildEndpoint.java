package io.pipewright.local.codebuild;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * The one place where the contract suite gets its client: our own CodeBuild, or with {@code AWS_ENDPOINT_URL_CODEBUILD} set the
 * one behind that URL. The latter needs {@code AWS_ENDPOINT_URL_S3}, a bucket in {@code CONTRACT_BUCKET} and a role in
 * {@code CONTRACT_ROLE}.
 */
final class CodeBuildEndpoint {
    /** A CodeBuild, the S3 that it reads and writes, and a role that may do so. */
    record Place(CodeBuildClient client, S3Client s3, String bucket, String role, Duration patience, Runnable close) {

        void put(String key, byte[] content) {
            s3.putObject(PutObjectRequest.builder().bucket(bucket).key(key).build(), RequestBody.fromBytes(content));
        }

        byte[] content(String key) {
            return s3.getObject(get(key), ResponseTransformer.toBytes()).asByteArray();
        }

        Map<String, String> metadata(String key) {
            ResponseInputStream<GetObjectResponse> object = s3.getObject(get(key), ResponseTransformer.toInputStream());
            object.abort();
            return object.response().metadata();
        }

        String digest(String key, String algorithm) {
            try {
                return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content(key)));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalArgumentException(e);
            }
        }

        Build ended(String id) {
            return await(id, Build::buildComplete);
        }

        Build await(String id, Predicate<Build> condition) {
            return Awaitility.await().atMost(patience).pollInterval(patience.dividedBy(1000)).until(
                    () -> client.batchGetBuilds(request -> request.ids(id)).builds().get(0), condition);
        }

        private GetObjectRequest get(String key) {
            return GetObjectRequest.builder().bucket(bucket).key(key).build();
        }
    }

    private CodeBuildEndpoint() {
    }

    static Place open(Path directory) {
        if (System.getenv("AWS_ENDPOINT_URL_CODEBUILD") == null) {
            Home home = Home.open(directory);
            return new Place(home.codeBuild, home.s3, Home.BUCKET, "arn:aws:iam::210987654321:role/build", Duration.ofSeconds(30), home::close);
        }
        CodeBuildClient client = CodeBuildClient.create();
        S3Client s3 = S3Client.builder().forcePathStyle(true).build();
        return new Place(client, s3, System.getenv("CONTRACT_BUCKET"), System.getenv("CONTRACT_ROLE"), Duration.ofMinutes(10), () -> {
            client.close();
            s3.close();
        });
    }
}
