package io.pipewright.local.s3;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/** Writes S3's EventBridge events (Amazon S3 User Guide, "EventBridge event message structure"). */
final class EventFormat {
    private static final String MD5_OF_NOTHING = "d41d8cd98f00b204e9800998ecf8427e";

    private final String account;

    EventFormat(String account) {
        this.account = account;
    }

    /** @param reason {@code PutObject}, {@code CopyObject} or {@code CompleteMultipartUpload} */
    ObjectEvent created(Bucket bucket, Version version, String reason, Caller caller, Instant now) {
        ObjectNode object = object(version);
        object.put("size", version.size());
        object.put("etag", version.etag());
        return event("Object Created", bucket, version, identified(object, bucket, version, version.sequence()), reason, null, caller, now);
    }

    /**
     * A version or a marker is gone for good.
     *
     * @param sequence of the deletion, which comes after the version's own
     */
    ObjectEvent deleted(Bucket bucket, Version version, long sequence, Caller caller, Instant now) {
        return event("Object Deleted", bucket, version, identified(object(version), bucket, version, sequence), "DeleteObject",
                "Permanently Deleted", caller, now);
    }

    ObjectEvent hidden(Bucket bucket, Version marker, Caller caller, Instant now) {
        ObjectNode object = object(marker);
        object.put("etag", MD5_OF_NOTHING);
        return event("Object Deleted", bucket, marker, identified(object, bucket, marker, marker.sequence()), "DeleteObject",
                "Delete Marker Created", caller, now);
    }

    private static ObjectNode object(Version version) {
        return JsonNodeFactory.instance.objectNode().put("key", version.key());
    }

    private static ObjectNode identified(ObjectNode object, Bucket bucket, Version version, long sequence) {
        if (bucket.versioning() != Bucket.Versioning.UNSET) {
            object.put("version-id", version.id());
        }
        return object.put("sequencer", String.format("%018X", sequence));
    }

    private ObjectEvent event(String type, Bucket bucket, Version version, ObjectNode object, String reason,
            String deletionType, Caller caller, Instant now) {
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("version", "0");
        event.put("id", UUID.randomUUID().toString());
        event.put("detail-type", type);
        event.put("source", "aws.s3");
        event.put("account", account);
        event.put("time", now.truncatedTo(ChronoUnit.SECONDS).toString());
        event.put("region", bucket.region());
        event.putArray("resources").add(bucket.arn());
        ObjectNode detail = event.putObject("detail");
        detail.put("version", "0");
        detail.putObject("bucket").put("name", bucket.name());
        detail.set("object", object);
        detail.put("request-id", caller.requestId());
        detail.put("requester", account);
        detail.put("source-ip-address", caller.sourceIp());
        detail.put("reason", reason);
        if (deletionType != null) {
            detail.put("deletion-type", deletionType);
        }
        return new ObjectEvent(bucket.name(), version.key(), event.toString());
    }
}
