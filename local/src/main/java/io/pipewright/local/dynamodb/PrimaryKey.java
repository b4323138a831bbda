package io.pipewright.local.dynamodb;

import java.util.Arrays;

/**
 * An item's key in index order.
 *
 * @param hash the partition key's bytes
 * @param range the sort key's bytes, empty if the table has none
 */
record PrimaryKey(byte[] hash, byte[] range) {
    @Override
    public boolean equals(Object other) {
        return other instanceof PrimaryKey key && Arrays.equals(hash, key.hash) && Arrays.equals(range, key.range);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(hash) + Arrays.hashCode(range);
    }
}
