/**
 * S3 for the local home: {@link io.pipewright.local.s3.S3Store} keeps buckets and objects, {@link
 * io.pipewright.local.s3.LocalS3} offers them in process as the SDK's client, {@link io.pipewright.local.s3.S3Route}
 * over HTTP to every other client. Bytes are files, everything said about them is rows; a file counts only if a row
 * names it.
 */
package io.pipewright.local.s3;
