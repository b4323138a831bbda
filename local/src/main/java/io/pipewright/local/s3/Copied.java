package io.pipewright.local.s3;

/** What a copy read and what it wrote. */
record Copied(Content source, Content target) {
}
