package io.pipewright.local.s3;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The headers that S3 keeps with an object and answers again, by lower-case name. */
final class Attributes {
    static final String CONTENT_TYPE = "content-type";
    static final String STORAGE_CLASS = "x-amz-storage-class";
    static final String ENCRYPTION = "x-amz-server-side-encryption";
    static final String KMS_KEY = "x-amz-server-side-encryption-aws-kms-key-id";
    static final String BUCKET_KEY = "x-amz-server-side-encryption-bucket-key-enabled";
    static final String REDIRECT = "x-amz-website-redirect-location";
    static final String METADATA = "x-amz-meta-";

    /** Kept besides metadata. */
    static final Set<String> KEPT = Set.of(CONTENT_TYPE, "cache-control", "content-disposition", "content-encoding",
            "content-language", "expires", STORAGE_CLASS, ENCRYPTION, KMS_KEY, BUCKET_KEY, REDIRECT);

    /** Of the storage of a version rather than of its content: a copy does not take them over. */
    private static final Set<String> NOT_COPIED = Set.of(STORAGE_CLASS, ENCRYPTION, KMS_KEY, BUCKET_KEY, REDIRECT);

    private static final Set<String> STORAGE_CLASSES = Set.of("STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA",
            "INTELLIGENT_TIERING", "GLACIER", "DEEP_ARCHIVE", "GLACIER_IR");
    private static final int MOST_METADATA_BYTES = 2048;

    private Attributes() {
    }

    /** Checks what a client sent and adds S3's defaults. */
    static Map<String, String> complete(Map<String, String> sent, String account, String region) {
        Map<String, String> all = new LinkedHashMap<>(sent);
        requireSmallMetadata(all);
        String storageClass = all.getOrDefault(STORAGE_CLASS, "STANDARD");
        if (!STORAGE_CLASSES.contains(storageClass)) {
            throw new Refusal(400, "InvalidStorageClass", "The storage class you specified is not valid")
                    .with("StorageClassRequested", storageClass);
        }
        all.remove(STORAGE_CLASS, "STANDARD");
        all.putIfAbsent(CONTENT_TYPE, "binary/octet-stream");
        all.putIfAbsent(ENCRYPTION, "AES256");
        if (isKms(all)) {
            String prefix = "arn:aws:kms:" + region + ":" + account + ":";
            String key = all.getOrDefault(KMS_KEY, "alias/aws/s3");
            all.put(KMS_KEY, key.startsWith("arn:") ? key : prefix + (key.startsWith("alias/") ? key : "key/" + key));
        } else if (!all.get(ENCRYPTION).equals("AES256")) {
            throw Refusal.invalidArgument("The encryption method specified is not supported", ENCRYPTION, all.get(ENCRYPTION));
        }
        return all;
    }

    /** With KMS the ETag is not the MD5. */
    static boolean isKms(Map<String, String> attributes) {
        return attributes.getOrDefault(ENCRYPTION, "").startsWith("aws:kms");
    }

    /** What a copy has: the source's content headers and metadata, or the request's; storage is always the request's. */
    static Map<String, String> ofCopy(Map<String, String> source, Map<String, String> requested, boolean replace) {
        if (replace) {
            return requested;
        }
        Map<String, String> copied = new LinkedHashMap<>(source);
        copied.keySet().removeAll(NOT_COPIED);
        NOT_COPIED.forEach(name -> {
            if (requested.containsKey(name)) {
                copied.put(name, requested.get(name));
            }
        });
        return copied;
    }

    /** Whether the request changes how a version is stored, which allows a copy onto itself. */
    static boolean changeStorage(Map<String, String> requested) {
        return requested.keySet().stream().anyMatch(NOT_COPIED::contains);
    }

    private static void requireSmallMetadata(Map<String, String> attributes) {
        int size = 0;
        for (Map.Entry<String, String> entry : attributes.entrySet()) {
            if (entry.getKey().startsWith(METADATA)) {
                size += entry.getKey().length() - METADATA.length()
                        + entry.getValue().getBytes(StandardCharsets.UTF_8).length;
            }
        }
        if (size > MOST_METADATA_BYTES) {
            throw new Refusal(400, "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size")
                    .with("Size", size).with("MaxSizeAllowed", MOST_METADATA_BYTES);
        }
    }
}
