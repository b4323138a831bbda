package io.pipewright.local.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

class S3ConcurrencyTest {
    private static final int THREADS = 6;
    private static final int ROUNDS = 250;
    private static final List<String> KEYS = List.of("deleted", "a", "b");

    @TempDir
    Path directory;

    /** Whoever reads gets one object whole, whatever the others do to it; and no file is left over or lost. */
    @Test
    void readersAndWritersOfTheSameKeysDoNotDisturbEachOther() throws Exception {
        try (S3TestHome home = new S3TestHome(directory)) {
            LocalS3 s3 = new LocalS3(home.store);
            s3.createBucket(b -> b.bucket("shop"));
            for (String key : KEYS) {
                s3.putObject(b -> b.bucket("shop").key(key), RequestBody.fromBytes(filled(new Random())));
            }
            ExecutorService threads = Executors.newFixedThreadPool(THREADS);
            List<Future<?>> runs = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                Random random = new Random(thread);
                runs.add(threads.submit(() -> {
                    for (int i = 0; i < ROUNDS; i++) {
                        act(s3, random);
                    }
                }));
            }
            for (Future<?> run : runs) {
                run.get(60, TimeUnit.SECONDS);
            }
            threads.shutdown();
            for (String key : keys(s3)) {
                s3.deleteObject(b -> b.bucket("shop").key(key));
            }
            assertThat(home.files()).isEmpty();
        }
    }

    private static List<String> keys(LocalS3 s3) {
        return s3.listObjectsV2(b -> b.bucket("shop")).contents().stream().map(object -> object.key()).toList();
    }

    private static void act(LocalS3 s3, Random random) {
        String key = KEYS.get(random.nextInt(KEYS.size()));
        String other = KEYS.get(random.nextInt(KEYS.size()));
        try {
            switch (random.nextInt(6)) {
                case 0 -> s3.putObject(b -> b.bucket("shop").key(key), RequestBody.fromBytes(filled(random)));
                case 1 -> s3.deleteObject(b -> b.bucket("shop").key("deleted"));
                case 2 -> s3.copyObject(b -> b.sourceBucket("shop").sourceKey(key).destinationBucket("shop").destinationKey(other));
                case 3 -> upload(s3, key, random);
                default -> assertWhole(s3.getObjectAsBytes(b -> b.bucket("shop").key(key)).asByteArray());
            }
        } catch (NoSuchKeyException deletedMeanwhile) {
            assertThat(key).as("the others are only ever overwritten").isEqualTo("deleted");
        } catch (S3Exception copyOntoItself) {
            assertThat(copyOntoItself.awsErrorDetails().errorCode()).isEqualTo("InvalidRequest");
        }
    }

    private static void upload(LocalS3 s3, String key, Random random) {
        String id = s3.createMultipartUpload(b -> b.bucket("shop").key(key)).uploadId();
        String etag = s3.uploadPart(b -> b.bucket("shop").key(key).uploadId(id).partNumber(1),
                RequestBody.fromBytes(filled(random))).eTag();
        s3.completeMultipartUpload(b -> b.bucket("shop").key(key).uploadId(id).multipartUpload(
                m -> m.parts(CompletedPart.builder().partNumber(1).eTag(etag).build())));
    }

    /** As many bytes as their value times a thousand, so that a mixture would show. */
    private static byte[] filled(Random random) {
        byte value = (byte) (1 + random.nextInt(100));
        byte[] bytes = new byte[value * 1000];
        Arrays.fill(bytes, value);
        return bytes;
    }

    private static void assertWhole(byte[] bytes) {
        assertThat(bytes).hasSize(bytes[0] * 1000);
        for (byte b : bytes) {
            if (b != bytes[0]) {
                throw new AssertionError("bytes of two objects in one answer");
            }
        }
    }
}
