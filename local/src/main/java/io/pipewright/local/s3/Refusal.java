package io.pipewright.local.s3;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A request that S3 answers with an error: its code, status and message, the extra members of the error document and
 * the headers that go with it. The HTTP route writes it as XML, the in-process client throws the SDK's exception.
 */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final int status;
    private final transient Map<String, String> members = new LinkedHashMap<>();
    private final transient Map<String, String> headers = new LinkedHashMap<>();

    Refusal(int status, String code, String message) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
    }

    /** Adds a member of the error document. */
    Refusal with(String member, Object value) {
        members.put(member, String.valueOf(value));
        return this;
    }

    Refusal withHeader(String name, String value) {
        headers.put(name, value);
        return this;
    }

    String code() {
        return code;
    }

    int status() {
        return status;
    }

    Map<String, String> members() {
        return members;
    }

    Map<String, String> headers() {
        return headers;
    }

    static Refusal noSuchBucket(String bucket) {
        return new Refusal(404, "NoSuchBucket", "The specified bucket does not exist").with("BucketName", bucket);
    }

    static Refusal noSuchKey(String key) {
        return new Refusal(404, "NoSuchKey", "The specified key does not exist.").with("Key", key);
    }

    static Refusal noSuchVersion(String key, String versionId) {
        return new Refusal(404, "NoSuchVersion", "The specified version does not exist.")
                .with("Key", key).with("VersionId", versionId);
    }

    static Refusal noSuchUpload(String uploadId) {
        return new Refusal(404, "NoSuchUpload", "The specified upload does not exist. The upload ID may be invalid, or"
                + " the upload may have been aborted or completed.").with("UploadId", uploadId);
    }

    static Refusal invalidArgument(String message, String name, Object value) {
        return new Refusal(400, "InvalidArgument", message).with("ArgumentName", name).with("ArgumentValue", value);
    }

    static Refusal invalidRequest(String message) {
        return new Refusal(400, "InvalidRequest", message);
    }

    static Refusal malformedXml() {
        return new Refusal(400, "MalformedXML",
                "The XML you provided was not well-formed or did not validate against our published schema");
    }

    static Refusal preconditionFailed(String condition) {
        return new Refusal(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
                .with("Condition", condition);
    }

    static Refusal methodNotAllowed(String method, String resourceType) {
        return new Refusal(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
                .with("Method", method).with("ResourceType", resourceType);
    }

    /** A header or value that S3 itself, or this twin, does not implement; the message names it. */
    static Refusal notImplemented(String header, String detail) {
        return new Refusal(501, "NotImplemented",
                "A header you provided implies functionality that is not implemented: " + header)
                .with("Header", header).with("additionalMessage", detail);
    }
}
