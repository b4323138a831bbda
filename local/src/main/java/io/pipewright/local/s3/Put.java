package io.pipewright.local.s3;

import java.util.Map;

/**
 * An object to be written, all but its bytes.
 *
 * @param attributes what GET answers again, by lower-case header name; defaults are the store's to add
 */
record Put(String bucket, String key, Map<String, String> attributes, Map<String, String> tags, WriteConditions conditions) {
}
