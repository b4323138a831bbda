package io.pipewright.local.s3;

import java.util.Set;

/** The members of S3's requests that the twin refuses, rather than ignore what the caller relies on. */
final class UnsupportedMembers {
    static final Set<String> NAMES = Set.of(
            "SSECustomerAlgorithm", "SSECustomerKey", "SSECustomerKeyMD5", "CopySourceSSECustomerAlgorithm",
            "CopySourceSSECustomerKey", "CopySourceSSECustomerKeyMD5", "SSEKMSEncryptionContext",
            "ObjectLockMode", "ObjectLockRetainUntilDate", "ObjectLockLegalHoldStatus", "ObjectLockEnabledForBucket",
            "GrantFullControl", "GrantRead", "GrantReadACP", "GrantWrite", "GrantWriteACP",
            "WriteOffsetBytes", "IfMatchLastModifiedTime", "IfMatchSize", "IfMatchInitiatedTime",
            "OptionalObjectAttributes", "MFA", "BucketRegion");

    private UnsupportedMembers() {
    }
}
