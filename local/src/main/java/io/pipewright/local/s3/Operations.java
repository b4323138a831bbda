package io.pipewright.local.s3;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.Grant;
import software.amazon.awssdk.services.s3.model.Grantee;
import software.amazon.awssdk.services.s3.model.Owner;
import software.amazon.awssdk.services.s3.model.Permission;
import software.amazon.awssdk.services.s3.model.Type;

/**
 * What S3's operations have in common. They take and give the SDK's shapes, for the HTTP route and the in-process client
 * alike. All that S3 refuses comes as a {@link Refusal}; so does every member of a request that the twin lacks.
 */
abstract class Operations {
    private static final int MOST_LISTED = 1000;

    final S3Store store;

    Operations(S3Store store) {
        this.store = store;
    }

    void accept(SdkPojo request, String expectedOwner) {
        Shapes.refuseAll(request, UnsupportedMembers.NAMES);
        if (expectedOwner != null && !expectedOwner.equals(store.account())) {
            throw new Refusal(403, "AccessDenied", "Access Denied");
        }
    }

    Owner owner() {
        return Owner.builder().id(store.account()).build();
    }

    Grant ownersGrant() {
        return Grant.builder().permission(Permission.FULL_CONTROL)
                .grantee(Grantee.builder().type(Type.CANONICAL_USER).id(store.account()).build()).build();
    }

    /** Every member that a version keeps, by lower-case header name. */
    static Map<String, String> attributes(Map<String, String> headers) {
        Map<String, String> attributes = new LinkedHashMap<>();
        headers.forEach((name, value) -> {
            if (Attributes.KEPT.contains(name) || name.startsWith(Attributes.METADATA)) {
                attributes.put(name, value);
            }
        });
        return attributes;
    }

    static Payload payload(Map<String, String> headers, Body body) {
        List<Map.Entry<String, String>> sums = headers.entrySet().stream()
                .filter(header -> ChecksumKind.ofHeader(header.getKey()).isPresent()).toList();
        if (sums.size() + body.trailing().stream().count() > 1) {
            throw Refusal.invalidRequest("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
        }
        String md5 = headers.get("content-md5");
        String sha256 = body.sha256().orElse(null);
        if (!sums.isEmpty()) {
            ChecksumKind kind = ChecksumKind.ofHeader(sums.get(0).getKey()).orElseThrow();
            String value = sums.get(0).getValue();
            Payload.requireWellFormed(kind, value);
            return new Payload(body.stream(), body.length(), Optional.of(kind), () -> value, md5, sha256);
        }
        Optional<ChecksumKind> kind = body.trailing()
                .or(() -> kind(headers.get("x-amz-sdk-checksum-algorithm"))).or(body::otherwise);
        return new Payload(body.stream(), body.length(), kind, body.trailer(), md5, sha256);
    }

    /** Refuses a document whose bytes differ from what the request claims of them. */
    static void verify(byte[] document, Map<String, String> headers, Body body) {
        Payload payload = payload(headers, body);
        Map<ChecksumKind, String> sums = new EnumMap<>(ChecksumKind.class);
        for (ChecksumKind kind : payload.kinds(ChecksumKind.CRC32)) {
            sums.put(kind, kind.encode(digest(kind.start(), document)));
        }
        payload.verify(new Blobs.Received("", document.length, digest(Digest.of("MD5"), document), sums));
    }

    private static byte[] digest(Digest digest, byte[] bytes) {
        digest.update(bytes, 0, bytes.length);
        return digest.result();
    }

    static Optional<ChecksumKind> kind(String name) {
        if (name == null) {
            return Optional.empty();
        }
        return Optional.of(ChecksumKind.ofName(name).orElseThrow(() -> Refusal.invalidRequest(
                "Checksum algorithm provided is unsupported. Please try again with any of the valid types: "
                        + "[CRC32, CRC32C, CRC64NVME, SHA1, SHA256]")));
    }

    /** Answers to writes tell the version only while versioning is enabled. */
    static String newVersionId(Content stored) {
        return stored.bucket().versioning() == Bucket.Versioning.ENABLED ? stored.version().id() : null;
    }

    static <B extends SdkPojo> B withSum(B response, Version version) {
        version.sum().ifPresent(sum -> {
            Shapes.setMember(response, "Checksum" + sum.kind(), sum.value());
            Shapes.setMember(response, "ChecksumType", sum.type().name());
        });
        return response;
    }

    /** {@code bucket/key?versionId=v}, percent-encoded, with or without a leading slash; or its parts. */
    static Copy.Source source(String header, String bucket, String key, String versionId) {
        if (header == null) {
            return new Copy.Source(bucket, key, Optional.ofNullable(versionId));
        }
        int mark = header.indexOf("?versionId=");
        String path = Keys.decode(mark < 0 ? header : header.substring(0, mark));
        Optional<String> version = mark < 0 ? Optional.empty()
                : Optional.of(Keys.decode(header.substring(mark + "?versionId=".length())));
        String plain = path.startsWith("/") ? path.substring(1) : path;
        int slash = plain.indexOf('/');
        if (slash <= 0 || slash == plain.length() - 1) {
            throw Refusal.invalidArgument("Invalid copy source object key", "x-amz-copy-source", header);
        }
        return new Copy.Source(plain.substring(0, slash), plain.substring(slash + 1), version);
    }

    static <B extends SdkPojo> B withEncryption(B response, Map<String, String> attributes) {
        Map<String, String> encryption = new LinkedHashMap<>(attributes);
        encryption.keySet().removeIf(name -> !name.startsWith(Attributes.ENCRYPTION));
        return Shapes.setHeaders(response, encryption);
    }

    static int max(Integer asked, String name) {
        if (asked != null && asked < 0) {
            throw Refusal.invalidArgument("Argument " + name + " must be an integer between 0 and 2147483647", name, asked);
        }
        return asked == null ? MOST_LISTED : Math.min(asked, MOST_LISTED);
    }

    static String orEmpty(String text) {
        return text == null ? "" : text;
    }

    static <T> List<T> orNull(List<T> list) {
        return list.isEmpty() ? null : list;
    }

    static Listing.Query query(String bucket, String prefix, String delimiter, int max) {
        return new Listing.Query(bucket, orEmpty(prefix), orEmpty(delimiter), max);
    }

    static List<CommonPrefix> prefixes(Listing.Page<?> page) {
        return page.commonPrefixes().isEmpty() ? null
                : page.commonPrefixes().stream().map(prefix -> CommonPrefix.builder().prefix(prefix).build()).toList();
    }
}
