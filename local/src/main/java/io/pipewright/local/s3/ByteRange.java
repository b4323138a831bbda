package io.pipewright.local.s3;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Bytes {@code first} to {@code last} of an object, both included. */
record ByteRange(long first, long last) {
    private static final Pattern HEADER = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    /**
     * The range that a {@code Range} header asks of an object; empty where S3 answers the whole: nonsense, several ranges.
     *
     * @throws Refusal {@code InvalidRange} if it begins at or after the object's end
     */
    static Optional<ByteRange> parse(String header, long size) {
        Matcher matcher = HEADER.matcher(header.trim());
        if (!matcher.matches() || matcher.group(1).isEmpty() && matcher.group(2).isEmpty()) {
            return Optional.empty();
        }
        if (matcher.group(1).isEmpty()) {
            long suffix = Long.parseLong(matcher.group(2));
            if (suffix == 0 || size == 0) {
                throw unsatisfiable(header, size);
            }
            return Optional.of(new ByteRange(Math.max(0, size - suffix), size - 1));
        }
        long first = Long.parseLong(matcher.group(1));
        long last = matcher.group(2).isEmpty() ? Long.MAX_VALUE : Long.parseLong(matcher.group(2));
        if (first > last) {
            return Optional.empty();
        }
        if (first >= size) {
            throw unsatisfiable(header, size);
        }
        return Optional.of(new ByteRange(first, Math.min(last, size - 1)));
    }

    /** The range of a part copy: both ends are needed and must be inside the object. */
    static ByteRange ofCopy(String header, long size) {
        Matcher matcher = HEADER.matcher(header.trim());
        if (!matcher.matches() || matcher.group(1).isEmpty() || matcher.group(2).isEmpty()
                || Long.parseLong(matcher.group(1)) > Long.parseLong(matcher.group(2))) {
            throw Refusal.invalidArgument("The x-amz-copy-source-range value must be of the form bytes=first-last where first"
                    + " and last are the zero-based offsets of the first and last bytes to copy",
                    "x-amz-copy-source-range", header);
        }
        if (Long.parseLong(matcher.group(2)) >= size) {
            throw Refusal.invalidArgument("Range specified is not valid for source object of size: " + size,
                    "x-amz-copy-source-range", header);
        }
        return new ByteRange(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
    }

    private static Refusal unsatisfiable(String header, long size) {
        return new Refusal(416, "InvalidRange", "The requested range is not satisfiable")
                .with("ActualObjectSize", size).with("RangeRequested", header);
    }

    long length() {
        return last - first + 1;
    }

    String contentRange(long size) {
        return "bytes " + first + "-" + last + "/" + size;
    }
}
