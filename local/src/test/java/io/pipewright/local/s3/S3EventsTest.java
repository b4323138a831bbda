package io.pipewright.local.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pipewright.local.database.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.EventBridgeConfiguration;

class S3EventsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    private static List<JsonNode> parsed(List<ObjectEvent> events) {
        return events.stream().map(event -> {
            try {
                return JSON.readTree(event.json());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }).toList();
    }

    private static List<JsonNode> events(S3TestHome home, int count) {
        await().until(() -> home.events.size() >= count);
        return parsed(home.events);
    }

    private static LocalS3 client(S3TestHome home) {
        LocalS3 s3 = new LocalS3(home.store);
        s3.createBucket(b -> b.bucket("shop"));
        return s3;
    }

    @Test
    void aPutIsAnnouncedInEventBridgesWords() {
        try (S3TestHome home = new S3TestHome(directory)) {
            String etag = client(home).putObject(b -> b.bucket("shop").key("app/ü src.zip"), RequestBody.fromString("hello")).eTag();
            JsonNode event = events(home, 1).get(0);
            assertThat(home.events.get(0).bucket()).isEqualTo("shop");
            assertThat(home.events.get(0).key()).isEqualTo("app/ü src.zip");
            assertThat(names(event)).containsExactly("version", "id", "detail-type", "source", "account", "time", "region",
                    "resources", "detail");
            assertThat(event.get("version").asText()).isEqualTo("0");
            assertThat(event.get("detail-type").asText()).isEqualTo("Object Created");
            assertThat(event.get("source").asText()).isEqualTo("aws.s3");
            assertThat(event.get("account").asText()).isEqualTo("000000000000");
            assertThat(event.get("region").asText()).isEqualTo("us-east-1");
            assertThat(event.get("time").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
            assertThat(event.get("resources").get(0).asText()).isEqualTo("arn:aws:s3:::shop");
            JsonNode detail = event.get("detail");
            assertThat(names(detail)).containsExactly("version", "bucket", "object", "request-id", "requester",
                    "source-ip-address", "reason");
            assertThat(detail.get("bucket").get("name").asText()).isEqualTo("shop");
            assertThat(detail.get("reason").asText()).isEqualTo("PutObject");
            assertThat(names(detail.get("object"))).containsExactly("key", "size", "etag", "sequencer");
            assertThat(detail.get("object").get("key").asText()).isEqualTo("app/ü src.zip");
            assertThat(detail.get("object").get("size").asLong()).isEqualTo(5);
            assertThat('"' + detail.get("object").get("etag").asText() + '"').isEqualTo(etag);
        }
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void eachChangeSaysItsReason() {
        try (S3TestHome home = new S3TestHome(directory)) {
            LocalS3 s3 = client(home);
            s3.putObject(b -> b.bucket("shop").key("a"), RequestBody.fromString("x"));
            s3.copyObject(b -> b.sourceBucket("shop").sourceKey("a").destinationBucket("shop").destinationKey("b"));
            String id = s3.createMultipartUpload(b -> b.bucket("shop").key("c")).uploadId();
            String etag = s3.uploadPart(b -> b.bucket("shop").key("c").uploadId(id).partNumber(1), RequestBody.fromString("x")).eTag();
            s3.completeMultipartUpload(b -> b.bucket("shop").key("c").uploadId(id).multipartUpload(
                    m -> m.parts(CompletedPart.builder().partNumber(1).eTag(etag).build())));
            s3.deleteObject(b -> b.bucket("shop").key("a"));
            s3.deleteObject(b -> b.bucket("shop").key("none"));
            s3.deleteObject(b -> b.bucket("shop").key("b"));
            List<JsonNode> events = events(home, 5);
            assertThat(events).extracting(event -> event.get("detail").get("reason").asText()).containsExactly(
                    "PutObject", "CopyObject", "CompleteMultipartUpload", "DeleteObject", "DeleteObject");
            JsonNode deleted = events.get(3).get("detail");
            assertThat(events.get(3).get("detail-type").asText()).isEqualTo("Object Deleted");
            assertThat(deleted.get("deletion-type").asText()).isEqualTo("Permanently Deleted");
            assertThat(names(deleted.get("object"))).containsExactly("key", "sequencer");
        }
    }

    @Test
    void versionsAndMarkersAreNamed() {
        try (S3TestHome home = new S3TestHome(directory)) {
            LocalS3 s3 = client(home);
            s3.putBucketVersioning(b -> b.bucket("shop").versioningConfiguration(v -> v.status("Enabled")));
            String version = s3.putObject(b -> b.bucket("shop").key("a"), RequestBody.fromString("x")).versionId();
            String marker = s3.deleteObject(b -> b.bucket("shop").key("a")).versionId();
            s3.deleteObject(b -> b.bucket("shop").key("a").versionId(marker));
            List<JsonNode> details = events(home, 3).stream().map(event -> event.get("detail")).toList();
            assertThat(details).extracting(detail -> detail.get("object").get("version-id").asText())
                    .containsExactly(version, marker, marker);
            assertThat(details.get(1).get("deletion-type").asText()).isEqualTo("Delete Marker Created");
            assertThat(details.get(1).get("object").get("etag").asText()).isEqualTo("d41d8cd98f00b204e9800998ecf8427e");
            assertThat(details.get(2).get("deletion-type").asText()).isEqualTo("Permanently Deleted");
            assertThat(details).extracting(detail -> detail.get("object").get("sequencer").asText()).doesNotHaveDuplicates();
            assertThat(details.get(0).get("object").get("sequencer").asText())
                    .isLessThan(details.get(1).get("object").get("sequencer").asText());
        }
    }

    @Test
    void anEventIsOfferedAgainUntilItIsTaken() {
        AtomicInteger offers = new AtomicInteger();
        try (Database database = Database.open(directory.resolve("home.db"), Database.Durability.NORMAL);
                S3Store store = new S3Store(database, directory.resolve("s3"), Clock.systemUTC(), event -> {
                    if (offers.incrementAndGet() < 3) {
                        throw new IllegalStateException("not now");
                    }
                })) {
            store.start();
            LocalS3 s3 = new LocalS3(store);
            s3.createBucket(b -> b.bucket("shop"));
            s3.putObject(b -> b.bucket("shop").key("a"), RequestBody.fromString("x"));
            await().until(() -> offers.get() == 3);
        }
    }

    @Test
    void anEventThatWasNotTakenComesAtTheNextStart() {
        try (Database database = Database.open(directory.resolve("home.db"), Database.Durability.NORMAL)) {
            List<ObjectEvent> offered = new CopyOnWriteArrayList<>();
            try (S3Store store = new S3Store(database, directory.resolve("s3"), Clock.systemUTC(), event -> {
                offered.add(event);
                throw new IllegalStateException("the bus is down");
            })) {
                store.start();
                LocalS3 s3 = new LocalS3(store);
                s3.createBucket(b -> b.bucket("shop"));
                s3.putObject(b -> b.bucket("shop").key("a"), RequestBody.fromString("x"));
                await().until(() -> !offered.isEmpty());
            }
            List<ObjectEvent> taken = new CopyOnWriteArrayList<>();
            try (S3Store store = new S3Store(database, directory.resolve("s3"), Clock.systemUTC(), taken::add)) {
                store.start();
                await().until(() -> taken.size() == 1);
                assertThat(taken.get(0)).isEqualTo(offered.get(0));
                new LocalS3(store).putObject(b -> b.bucket("shop").key("b"), RequestBody.fromString("x"));
                await().until(() -> taken.size() == 2);
            }
            List<ObjectEvent> again = new CopyOnWriteArrayList<>();
            try (S3Store store = new S3Store(database, directory.resolve("s3"), Clock.systemUTC(), again::add)) {
                store.start();
                new LocalS3(store).putObject(b -> b.bucket("shop").key("c"), RequestBody.fromString("x"));
                await().until(() -> !again.isEmpty());
                assertThat(again).extracting(ObjectEvent::key).containsExactly("c");
            }
        }
    }

    /** Takes nothing until told otherwise, and wants to be sure of no event by itself. */
    private static final class Unreliable implements ObjectEvents {
        private final List<String> taken = new CopyOnWriteArrayList<>();
        private volatile boolean working;
        private final AtomicInteger offers = new AtomicInteger();

        @Override
        public void publish(ObjectEvent event) {
            offers.incrementAndGet();
            if (!working) {
                throw new IllegalStateException("not working");
            }
            taken.add(event.bucket() + "/" + event.key());
        }

        @Override
        public boolean wanted(String bucket, String key) {
            return key.startsWith("wanted/");
        }
    }

    @Test
    void onlyWantedEventsAndThoseOfEventBridgeBucketsAreKept() {
        Unreliable events = new Unreliable();
        try (Database database = Database.open(directory.resolve("home.db"), Database.Durability.NORMAL);
                S3Store store = new S3Store(database, directory.resolve("s3"), Clock.systemUTC(), events)) {
            store.start();
            LocalS3 s3 = new LocalS3(store);
            s3.createBucket(b -> b.bucket("plain"));
            s3.createBucket(b -> b.bucket("enabled"));
            s3.putBucketNotificationConfiguration(b -> b.bucket("enabled").notificationConfiguration(
                    n -> n.eventBridgeConfiguration(EventBridgeConfiguration.builder().build())));
            s3.putObject(b -> b.bucket("plain").key("lost"), RequestBody.fromString("x"));
            await().until(() -> events.offers.get() >= 1);
            s3.putObject(b -> b.bucket("plain").key("wanted/a"), RequestBody.fromString("x"));
            s3.putObject(b -> b.bucket("enabled").key("b"), RequestBody.fromString("x"));
            await().until(() -> events.offers.get() >= 2);
            events.working = true;
            await().until(() -> events.taken.size() == 2);
            assertThat(events.taken).containsExactly("plain/wanted/a", "enabled/b");
        }
    }
}
