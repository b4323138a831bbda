package io.pipewright.local.s3;

import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Who asked, as events and answers say.
 *
 * @param endpoint the URL under which it knows this S3, without a slash at the end
 */
record Caller(String requestId, String sourceIp, String endpoint) {

    /** A caller in this process. */
    static Caller inProcess() {
        return new Caller(newRequestId(), "127.0.0.1", "http://s3.localhost");
    }

    /** 16 hexadecimal digits. */
    static String newRequestId() {
        return String.format(Locale.ROOT, "%016X", ThreadLocalRandom.current().nextLong());
    }
}
