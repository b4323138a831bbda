package io.pipewright.local.dynamodb;

import java.util.Arrays;

/**
 * A stretch of sort keys in index order.
 *
 * @param from the first key
 * @param to the first key after it; null if it has no end
 */
record KeyRange(byte[] from, byte[] to) {
    static final KeyRange ALL = new KeyRange(new byte[0], null);

    static KeyRange only(byte[] key) {
        return new KeyRange(key, KeyEncoding.after(key));
    }

    static KeyRange startingAt(byte[] key) {
        return new KeyRange(key, null);
    }

    static KeyRange before(byte[] key) {
        return new KeyRange(ALL.from, key);
    }

    static KeyRange withPrefix(byte[] prefix) {
        return new KeyRange(prefix, KeyEncoding.afterPrefix(prefix));
    }

    boolean contains(byte[] key) {
        return Arrays.compareUnsigned(key, from) >= 0 && (to == null || Arrays.compareUnsigned(key, to) < 0);
    }

    /** What a page that follows {@code last} has to read, in ascending or descending order. */
    KeyRange beyond(byte[] last, boolean ascending) {
        return ascending ? new KeyRange(KeyEncoding.after(last), to) : new KeyRange(from, last);
    }
}
