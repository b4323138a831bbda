package io.pipewright.local.s3;

import io.pipewright.local.http.Request;
import io.pipewright.local.http.Response;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/**
 * One request on the wire: which bucket and key it names, how its headers, query and document become a request shape,
 * and how an answer's shape goes back.
 *
 * @param bucket empty for requests to the service itself
 * @param key decoded once, otherwise as sent; empty for requests to a bucket
 */
record WireCall(Request request, Response response, Caller caller, String bucket, String key) {
    private static final String LOCAL = ".localhost";
    private static final int MOST_XML_BYTES = 8 << 20;

    /** Of the answer's transport rather than its members. */
    private static final Set<String> FRAMING = Set.of("content-length");

    static WireCall of(Request request, Response response, Caller caller) {
        String path = request.rawPath().substring(1);
        String host = request.host();
        if (isVirtualHost(host)) {
            return new WireCall(request, response, caller, host.substring(0, host.length() - LOCAL.length()), Keys.decode(path));
        }
        int slash = path.indexOf('/');
        return new WireCall(request, response, caller, Keys.decode(slash < 0 ? path : path.substring(0, slash)),
                slash < 0 ? "" : Keys.decode(path.substring(slash + 1)));
    }

    /** {@code s3.localhost} is an endpoint; no bucket can have a name of two characters. */
    static boolean isVirtualHost(String host) {
        return host.endsWith(LOCAL) && !host.equals("s3" + LOCAL);
    }

    boolean asks(String parameter) {
        return request.query().containsKey(parameter);
    }

    Optional<String> header(String name) {
        return request.header(name);
    }

    /** The builder with all members that the request's line and headers give. */
    <B extends SdkBuilder<B, T> & SdkPojo, T> T shape(B builder) {
        return fill(builder).build();
    }

    /** As {@link #shape}, and the payload member from the document. */
    <B extends SdkBuilder<B, T> & SdkPojo, T> T shapeWithDocument(B builder) throws IOException {
        return WireXml.read(fill(builder), document()).build();
    }

    private <B extends SdkPojo> B fill(B builder) {
        Shapes.setMember(builder, "Bucket", bucket);
        Shapes.setMember(builder, "Key", key);
        Shapes.setMember(builder, "DestinationBucket", bucket);
        Shapes.setMember(builder, "DestinationKey", key);
        return Shapes.setQuery(Shapes.setHeaders(builder, headers()), request.query());
    }

    /** By lower-case name; presigned URLs carry headers as query parameters. */
    private Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        request.query().forEach((name, value) -> {
            if (name.toLowerCase(Locale.ROOT).startsWith("x-amz-")) {
                headers.put(name.toLowerCase(Locale.ROOT), value);
            }
        });
        request.headers().forEach((name, values) -> headers.put(name, String.join(",", values)));
        Optional.ofNullable(headers.remove("content-encoding")).flatMap(WireBody::contentEncoding)
                .ifPresent(own -> headers.put("content-encoding", own));
        return headers;
    }

    /** Whether the request lets its bytes be checked, by header or trailer. */
    boolean hasChecksum() {
        return header("Content-MD5").isPresent() || header("x-amz-trailer").isPresent()
                || request.headers().keySet().stream().anyMatch(name -> ChecksumKind.ofHeader(name).isPresent());
    }

    /** The document of a request, whose checksums must hold like an object's. */
    private byte[] document() throws IOException {
        Body body = request.contentLength().isEmpty() && header("Transfer-Encoding").isEmpty() ? null : WireBody.of(request);
        if (body == null) {
            return new byte[0];
        }
        byte[] bytes = body.stream().readNBytes(MOST_XML_BYTES + 1);
        if (bytes.length > MOST_XML_BYTES) {
            throw Refusal.malformedXml();
        }
        Operations.verify(bytes, headers(), body);
        return bytes;
    }

    /** Answers with the headers of the shape alone. */
    void answer(int status, SdkPojo answer) throws IOException {
        headers(answer);
        response.send(status);
    }

    /** Answers with the shape's headers and its payload members as a document with this root. */
    void answerDocument(String root, SdkPojo answer) throws IOException {
        answerText(answer, WireXml.write(root, answer, isUrlEncoded(answer)));
    }

    static boolean isUrlEncoded(SdkPojo answer) {
        return answer.sdkFields().stream().filter(field -> field.memberName().equals("EncodingType"))
                .anyMatch(field -> "url".equals(field.getValueOrDefault(answer)));
    }

    /** Answers with the shape's headers and a document. */
    void answerText(SdkPojo answer, String document) throws IOException {
        headers(answer);
        response.send(200, "application/xml", document);
    }

    void headers(SdkPojo answer) {
        Shapes.headers(answer).forEach((name, value) -> {
            if (!FRAMING.contains(name)) {
                response.header(name, value);
            }
        });
    }
}
