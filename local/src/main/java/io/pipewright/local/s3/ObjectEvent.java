package io.pipewright.local.s3;

/**
 * An object was created or deleted.
 *
 * @param bucket its bucket
 * @param key its key, not URL-encoded
 * @param json the complete EventBridge event: {@code source} is {@code aws.s3}, {@code detail-type} {@code Object
 *        Created} or {@code Object Deleted}, with the {@code id} that repetitions share (Amazon S3 User Guide,
 *        "EventBridge event message structure")
 */
public record ObjectEvent(String bucket, String key, String json) {
}
