package io.pipewright.local.s3;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.s3.model.Tag;

/** Object tags: at most ten, keys to 128 characters, values to 256 (Amazon S3 User Guide, "Object tagging"). */
final class Tags {
    private static final int MOST = 10;
    private static final int LONGEST_KEY = 128;
    private static final int LONGEST_VALUE = 256;
    private static final String HEADER = "x-amz-tagging";

    private Tags() {
    }

    /** Reads {@code k=v&k2=}; null has none. */
    static Map<String, String> parse(String header) {
        Map<String, String> tags = new LinkedHashMap<>();
        for (String pair : header == null || header.isEmpty() ? new String[0] : header.split("&", -1)) {
            int equals = pair.indexOf('=');
            String key = Keys.decodeForm(equals < 0 ? pair : pair.substring(0, equals));
            String value = Keys.decodeForm(equals < 0 ? "" : pair.substring(equals + 1));
            if (key.isEmpty() || pair.contains(",") || tags.put(key, value) != null) {
                throw Refusal.invalidArgument("The header '" + HEADER + "' shall be encoded as UTF-8 then URLEncoded URL query"
                        + " parameters without tag name duplicates.", HEADER, header);
            }
        }
        return checked(tags);
    }

    static Map<String, String> of(List<Tag> list) {
        Map<String, String> tags = new LinkedHashMap<>();
        for (Tag tag : list) {
            if (tag.key() == null || tag.value() == null) {
                throw Refusal.malformedXml();
            }
            if (tags.put(tag.key(), tag.value()) != null) {
                throw invalid("Cannot provide multiple Tags with the same key", tag.key());
            }
        }
        return checked(tags);
    }

    static List<Tag> list(Map<String, String> tags) {
        return tags.entrySet().stream().map(e -> Tag.builder().key(e.getKey()).value(e.getValue()).build()).toList();
    }

    private static Map<String, String> checked(Map<String, String> tags) {
        if (tags.size() > MOST) {
            throw new Refusal(400, "BadRequest", "Object tags cannot be greater than 10");
        }
        tags.forEach((key, value) -> {
            if (key.isEmpty() || key.length() > LONGEST_KEY) {
                throw invalid("The TagKey you have provided is invalid", key);
            }
            if (value.length() > LONGEST_VALUE) {
                throw invalid("The TagValue you have provided is invalid", key);
            }
            if (key.startsWith("aws:")) {
                throw invalid("System tags cannot be added/updated by requester", key);
            }
        });
        return tags;
    }

    private static Refusal invalid(String message, String key) {
        return new Refusal(400, "InvalidTag", message).with("TagKey", key);
    }
}
