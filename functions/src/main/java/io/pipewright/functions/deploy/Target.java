package io.pipewright.functions.deploy;

import io.pipewright.functions.action.ActionFailure;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.ObjectCannedACL;

/**
 * Where an S3 deploy action writes, and how ("Amazon S3 deploy action reference").
 *
 * @param extract whether the archive's files are written, else the archive itself
 * @param objectKey the archive's key, or what comes in front of every file's name; placeholders filled
 * @param encryptionKey KMS key of the objects; the bucket's default encryption without
 */
record Target(
        String bucket, boolean extract, Optional<String> objectKey, Optional<ObjectCannedACL> acl,
        Optional<String> cacheControl, Optional<String> encryptionKey) {
    private static final DateTimeFormatter DATETIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd_HH-mm-ss").withZone(ZoneOffset.UTC);

    /**
     * Reads the action's configuration, variables resolved.
     *
     * @param startedAt what {@code {datetime}} becomes
     * @param id what {@code {uuid}} becomes: the action execution id, so that a repeated call writes to the same place
     */
    static Target of(Map<String, String> configuration, Instant startedAt, String id) throws ActionFailure {
        String extract = configuration.getOrDefault("Extract", "");
        if (!extract.equals("true") && !extract.equals("false")) {
            throw ActionFailure.configuration("Invalid value for configuration property '" + extract
                    + "': 'Extract'. Edit your pipeline and set 'Extract' to either 'true' or 'false'.");
        }
        Optional<String> objectKey = filled(configuration, "ObjectKey")
                .map(key -> key.replace("{datetime}", DATETIME.format(startedAt)).replace("{uuid}", id));
        if (extract.equals("false") && objectKey.isEmpty()) {
            throw ActionFailure.configuration("When the extract feature is disabled, you must provide an object. "
                    + "Edit your pipeline to fix the configuration.");
        }
        Optional<ObjectCannedACL> acl = filled(configuration, "CannedACL").map(ObjectCannedACL::fromValue);
        if (acl.isPresent() && acl.get() == ObjectCannedACL.UNKNOWN_TO_SDK_VERSION) {
            throw ActionFailure.configuration("Invalid value for configuration property 'CannedACL': '"
                    + configuration.get("CannedACL") + "'. Edit your pipeline and set 'CannedACL' to one of "
                    + ObjectCannedACL.knownValues().stream().map(ObjectCannedACL::toString).sorted().toList() + ".");
        }
        return new Target(configuration.getOrDefault("BucketName", ""), extract.equals("true"), objectKey, acl,
                filled(configuration, "CacheControl"), filled(configuration, "KMSEncryptionKeyARN"));
    }

    private static Optional<String> filled(Map<String, String> configuration, String key) {
        return Optional.ofNullable(configuration.get(key)).filter(value -> !value.isEmpty());
    }

    /** What CodePipeline shows as the external execution id. */
    String externalId() {
        return objectKey.map(key -> bucket + "/" + key).orElse(bucket);
    }

    /** The key of a file of the archive. A prefix that ends in a slash gives two in a row, as recorded. */
    String keyOf(String file) {
        return objectKey.map(prefix -> prefix + "/" + file).orElse(file);
    }
}
