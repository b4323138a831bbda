package io.pipewright.local.s3;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.protocol.MarshallingType;

/** Moves values between the SDK's model classes and the headers and query parameters that the model binds them to. */
final class Shapes {
    /** HTTP's dates, in English and always with two digits for the day, as S3 writes them. */
    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH).withZone(ZoneOffset.UTC);

    private Shapes() {
    }

    static String httpDate(Instant instant) {
        return HTTP_DATE.format(instant);
    }

    /** Empty for what is no HTTP date; S3 ignores such conditions. */
    static Optional<Instant> parseHttpDate(String text) {
        for (DateTimeFormatter format : List.of(HTTP_DATE, DateTimeFormatter.RFC_1123_DATE_TIME, DateTimeFormatter.ISO_DATE_TIME)) {
            try {
                return Optional.of(Instant.from(format.parse(text.trim())));
            } catch (DateTimeParseException otherFormat) {
                continue;
            }
        }
        return Optional.empty();
    }

    /** The members bound to headers that have a value, by lower-case header name. */
    static Map<String, String> headers(SdkPojo pojo) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (SdkField<?> field : pojo.sdkFields()) {
            if (field.location() == MarshallLocation.HEADER) {
                Object value = field.getValueOrDefault(pojo);
                String name = field.locationName().toLowerCase(Locale.ROOT);
                if (value instanceof Map<?, ?> map) {
                    map.forEach((key, text) -> headers.put(name + key.toString().toLowerCase(Locale.ROOT), text.toString()));
                } else if (value != null && !(value instanceof Collection<?>)) {
                    headers.put(name, text(value));
                }
            }
        }
        return headers;
    }

    private static String text(Object value) {
        return value instanceof Instant instant ? httpDate(instant) : value.toString();
    }

    /** Sets the members bound to headers from those given by lower-case name. */
    static <B extends SdkPojo> B setHeaders(B builder, Map<String, String> headers) {
        return set(builder, headers, MarshallLocation.HEADER);
    }

    /** Sets the members bound to query parameters. */
    static <B extends SdkPojo> B setQuery(B builder, Map<String, String> query) {
        return set(builder, query, MarshallLocation.QUERY_PARAM);
    }

    private static <B extends SdkPojo> B set(B builder, Map<String, String> values, MarshallLocation location) {
        for (SdkField<?> field : builder.sdkFields()) {
            if (field.location() == location) {
                if (field.marshallingType() == MarshallingType.MAP) {
                    setPrefixed(builder, field, values);
                } else {
                    String name = location == MarshallLocation.HEADER
                            ? field.locationName().toLowerCase(Locale.ROOT) : field.locationName();
                    String text = values.get(name);
                    if (text != null) {
                        field.set(builder, value(field, text));
                    }
                }
            }
        }
        return builder;
    }

    private static void setPrefixed(SdkPojo builder, SdkField<?> field, Map<String, String> values) {
        String prefix = field.locationName().toLowerCase(Locale.ROOT);
        Map<String, String> map = new LinkedHashMap<>();
        values.forEach((name, value) -> {
            if (name.startsWith(prefix)) {
                map.put(name.substring(prefix.length()), value);
            }
        });
        if (!map.isEmpty()) {
            field.set(builder, map);
        }
    }

    /** The text as the member's type. */
    static Object value(SdkField<?> field, String text) {
        MarshallingType<?> type = field.marshallingType();
        try {
            if (type == MarshallingType.INTEGER) {
                return Integer.valueOf(text.trim());
            }
            if (type == MarshallingType.LONG) {
                return Long.valueOf(text.trim());
            }
        } catch (NumberFormatException e) {
            throw Refusal.invalidArgument("Provided " + field.memberName() + " not an integer or within integer range",
                    field.locationName(), text);
        }
        if (type == MarshallingType.BOOLEAN) {
            return Boolean.valueOf(text.trim());
        }
        if (type == MarshallingType.INSTANT) {
            return parseHttpDate(text).orElse(null);
        }
        if (type == MarshallingType.LIST) {
            return List.of(text.split("\\s*,\\s*"));
        }
        return text;
    }

    /** Sets the member of this name, if the shape has one. */
    static <B extends SdkPojo> B setMember(B builder, String member, Object value) {
        for (SdkField<?> field : builder.sdkFields()) {
            if (field.memberName().equals(member)) {
                field.set(builder, value);
            }
        }
        return builder;
    }

    /** Refuses a request with a member that this twin does not implement, by its name on the wire. */
    static void refuseAll(SdkPojo request, Set<String> unsupported) {
        for (SdkField<?> field : request.sdkFields()) {
            if (unsupported.contains(field.memberName()) && isSet(field.getValueOrDefault(request))) {
                throw Refusal.notImplemented(field.locationName(), "The local S3 does not implement " + field.memberName());
            }
        }
    }

    private static boolean isSet(Object value) {
        return value != null && !(value instanceof Collection<?> collection && collection.isEmpty());
    }
}
