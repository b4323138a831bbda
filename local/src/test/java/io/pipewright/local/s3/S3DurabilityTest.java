package io.pipewright.local.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pipewright.local.database.Database;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.CompletedPart;

class S3DurabilityTest {
    private static final int THREADS = 3;

    @TempDir
    Path directory;

    /** Puts, overwrites and deletes until killed, delivers no event, and says on standard output what was answered. */
    static final class Writer {
        public static void main(String[] args) {
            Path directory = Path.of(args[0]);
            Database database = Database.open(directory.resolve("home.db"), Database.Durability.valueOf(args[1]));
            S3Store store = new S3Store(database, directory.resolve("s3"), Clock.systemUTC(), event -> { });
            LocalS3 s3 = new LocalS3(store);
            s3.createBucket(b -> b.bucket("shop"));
            for (int thread = 0; thread < THREADS; thread++) {
                int own = thread;
                new Thread(() -> write(s3, own)).start();
            }
        }

        private static void write(LocalS3 s3, int thread) {
            for (int i = 0;; i++) {
                String key = thread + "-" + i;
                s3.putObject(b -> b.bucket("shop").key(key), RequestBody.fromString("content of " + key));
                String over = "over-" + thread;
                s3.putObject(b -> b.bucket("shop").key(over), RequestBody.fromString(key));
                if (i % 3 == 2) {
                    String gone = thread + "-" + (i - 1);
                    say("deleting " + gone);
                    s3.deleteObject(b -> b.bucket("shop").key(gone));
                    say("deleted " + gone);
                }
                say("put " + key);
            }
        }

        private static synchronized void say(String line) {
            System.out.println(line + ";");
            System.out.flush();
        }
    }

    @ParameterizedTest
    @EnumSource(Database.Durability.class)
    void whatWasAnsweredSurvivesTheDeathOfTheProcessAndIsAnnouncedAfterwards(Database.Durability durability) throws IOException, InterruptedException {
        List<String> said = runAndKill(durability);
        Set<String> put = keys(said, "put");
        Set<String> deleted = keys(said, "deleted");
        // Of a deletion that nobody heard the answer of, either outcome is right.
        put.removeAll(keys(said, "deleting"));
        assertThat(put.size()).isGreaterThan(50);

        try (S3TestHome home = new S3TestHome(directory, durability)) {
            LocalS3 s3 = new LocalS3(home.store);
            List<String> keys = s3.listObjectsV2Paginator(b -> b.bucket("shop")).contents().stream()
                    .map(object -> object.key()).toList();
            assertThat(keys).containsAll(put).doesNotContainAnyElementsOf(deleted);
            for (String key : keys) {
                String content = s3.getObjectAsBytes(b -> b.bucket("shop").key(key)).asUtf8String();
                assertThat(content).matches(key.startsWith("over-") ? "\\d+-\\d+" : "content of " + key);
            }
            assertThat(home.files()).as("no file without an object").hasSameSizeAs(keys);
            Set<String> announced = new HashSet<>(put);
            announced.addAll(deleted);
            await().until(() -> home.events.stream().map(ObjectEvent::key).collect(Collectors.toSet()).containsAll(announced));
        }
    }

    private static Set<String> keys(List<String> lines, String word) {
        return lines.stream().map(line -> line.split("[ ;]")).filter(words -> words[0].equals(word)).map(words -> words[1])
                .collect(Collectors.toSet());
    }

    private List<String> runAndKill(Database.Durability durability) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", System.getProperty("java.class.path"), "-XX:TieredStopAtLevel=1", Writer.class.getName(),
                directory.toString(), durability.name()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        List<String> lines = new ArrayList<>();
        try (BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (int i = 0; i < 400; i++) {
                lines.add(out.readLine());
            }
            process.toHandle().destroyForcibly();
            // What is still in the pipe was answered as well, but its last line may be cut.
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.matches("(put|deleting|deleted) \\d-\\d+;")) {
                    lines.add(line);
                }
            }
        }
        process.waitFor();
        return lines;
    }

    @Test
    void filesWithoutRowsAndRowsWithoutAFinalPlaceAreSettledAtStart() throws IOException {
        Path incoming = directory.resolve("s3/incoming");
        try (S3TestHome home = new S3TestHome(directory)) {
            LocalS3 s3 = new LocalS3(home.store);
            s3.createBucket(b -> b.bucket("shop"));
            s3.putObject(b -> b.bucket("shop").key("k"), RequestBody.fromString("hello"));
        }
        Path kept;
        try (var files = Files.walk(directory.resolve("s3/objects"))) {
            kept = files.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
        Files.move(kept, incoming.resolve(kept.getFileName()));
        Files.writeString(incoming.resolve("0123456789abcdef0123456789abcdef"), "of a put that was never answered");

        try (S3TestHome home = new S3TestHome(directory)) {
            assertThat(home.files()).containsExactly(kept);
            assertThat(new LocalS3(home.store).getObjectAsBytes(b -> b.bucket("shop").key("k")).asUtf8String()).isEqualTo("hello");
        }
    }

    @Test
    void bytesGoWhenNothingNamesThem() {
        try (S3TestHome home = new S3TestHome(directory)) {
            LocalS3 s3 = new LocalS3(home.store);
            s3.createBucket(b -> b.bucket("shop"));
            s3.putObject(b -> b.bucket("shop").key("a"), RequestBody.fromString("x"));
            s3.copyObject(b -> b.sourceBucket("shop").sourceKey("a").destinationBucket("shop").destinationKey("b"));
            assertThat(home.files()).hasSize(1);
            s3.putObject(b -> b.bucket("shop").key("a"), RequestBody.fromString("y"));
            assertThat(home.files()).hasSize(2);
            s3.deleteObject(b -> b.bucket("shop").key("b"));
            assertThat(home.files()).hasSize(1);

            String id = s3.createMultipartUpload(b -> b.bucket("shop").key("m")).uploadId();
            String etag = "";
            for (int number : new int[] {1, 1, 2}) {
                etag = s3.uploadPart(b -> b.bucket("shop").key("m").uploadId(id).partNumber(number),
                        RequestBody.fromString("part")).eTag();
            }
            CompletedPart last = CompletedPart.builder().partNumber(2).eTag(etag).build();
            assertThat(home.files()).hasSize(3);
            s3.completeMultipartUpload(b -> b.bucket("shop").key("m").uploadId(id).multipartUpload(m -> m.parts(last)));
            assertThat(home.files()).as("parts left out are gone").hasSize(2);

            String aborted = s3.createMultipartUpload(b -> b.bucket("shop").key("n")).uploadId();
            s3.uploadPart(b -> b.bucket("shop").key("n").uploadId(aborted).partNumber(1), RequestBody.fromString("part"));
            s3.abortMultipartUpload(b -> b.bucket("shop").key("n").uploadId(aborted));
            assertThat(home.files()).hasSize(2);
            s3.deleteObject(b -> b.bucket("shop").key("a"));
            s3.deleteObject(b -> b.bucket("shop").key("m"));
            assertThat(home.files()).isEmpty();
        }
    }

    @Test
    void aReaderOfManyPartsKeepsThemUntilItIsDone() throws IOException {
        try (S3TestHome home = new S3TestHome(directory)) {
            LocalS3 s3 = new LocalS3(home.store);
            s3.createBucket(b -> b.bucket("shop"));
            String id = s3.createMultipartUpload(b -> b.bucket("shop").key("m")).uploadId();
            byte[] large = S3Contract.random(5 << 20, 1);
            List<CompletedPart> parts = new ArrayList<>();
            for (int number : new int[] {1, 2, 3}) {
                String etag = s3.uploadPart(b -> b.bucket("shop").key("m").uploadId(id).partNumber(number),
                        RequestBody.fromBytes(large)).eTag();
                parts.add(CompletedPart.builder().partNumber(number).eTag(etag).build());
            }
            s3.completeMultipartUpload(b -> b.bucket("shop").key("m").uploadId(id).multipartUpload(m -> m.parts(parts)));
            try (var body = s3.getObject(b -> b.bucket("shop").key("m"))) {
                s3.deleteObject(b -> b.bucket("shop").key("m"));
                assertThat(home.files()).hasSize(3);
                assertThat(body.readAllBytes()).hasSize(3 * large.length);
            }
            assertThat(home.files()).isEmpty();
        }
    }
}
