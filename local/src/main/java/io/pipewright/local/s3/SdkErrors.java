package io.pipewright.local.s3;

import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.BucketAlreadyExistsException;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Refusals as the exceptions that the SDK's client makes of S3's answers. */
final class SdkErrors {
    private SdkErrors() {
    }

    static S3Exception of(Refusal refusal) {
        return exception(builder(refusal.code()), refusal, refusal.code(), refusal.getMessage());
    }

    /** Answers to HEAD have no body, so the client knows the status only, and makes 404 the error of the operation. */
    static S3Exception ofHead(Refusal refusal, String notFound, String message) {
        return refusal.status() == 404
                ? exception(builder(notFound), refusal, notFound, message)
                : exception(S3Exception.builder(), refusal, refusal.code(), refusal.getMessage());
    }

    private static S3Exception.Builder builder(String code) {
        return switch (code) {
            case "NoSuchBucket" -> NoSuchBucketException.builder();
            case "NoSuchKey" -> NoSuchKeyException.builder();
            case "NoSuchUpload" -> NoSuchUploadException.builder();
            case "BucketAlreadyExists" -> BucketAlreadyExistsException.builder();
            case "BucketAlreadyOwnedByYou" -> BucketAlreadyOwnedByYouException.builder();
            default -> S3Exception.builder();
        };
    }

    private static S3Exception exception(S3Exception.Builder builder, Refusal refusal, String code, String message) {
        SdkHttpResponse.Builder response = SdkHttpResponse.builder().statusCode(refusal.status());
        refusal.headers().forEach(response::putHeader);
        builder.awsErrorDetails(AwsErrorDetails.builder().serviceName("S3").errorCode(code).errorMessage(message)
                .sdkHttpResponse(response.build()).build());
        builder.message(message);
        builder.statusCode(refusal.status());
        builder.requestId(Caller.newRequestId());
        return (S3Exception) builder.build();
    }
}
