package io.pipewright.local.sns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pipewright.local.database.Database;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.InvalidParameterException;
import software.amazon.awssdk.services.sns.model.NotFoundException;
import software.amazon.awssdk.services.sns.model.SnsException;
import software.amazon.awssdk.services.sns.model.Subscription;
import software.amazon.awssdk.services.sns.model.Topic;

/** Runs against the twin, or against the endpoint that {@code AWS_ENDPOINT_URL_SNS} names. */
class SnsContractTest {
    private static final String ENDPOINT = System.getenv("AWS_ENDPOINT_URL_SNS");

    @TempDir
    Path directory;

    private final String prefix = "contract-" + UUID.randomUUID().toString().substring(0, 8) + "-";
    private final List<String> made = new ArrayList<>();
    private Database database;
    private SnsClient client;

    @BeforeEach
    void open() {
        if (ENDPOINT != null) {
            client = SnsClient.builder().endpointOverride(URI.create(ENDPOINT)).region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"))).build();
        } else {
            database = Database.open(directory.resolve("sns.db"), Database.Durability.NORMAL);
            client = new LocalSns(database, directory.resolve("inbox"), Clock.systemUTC(), "us-east-1", "123456789012");
        }
    }

    @AfterEach
    void close() {
        made.forEach(arn -> client.deleteTopic(request -> request.topicArn(arn)));
        client.close();
        if (database != null) {
            database.close();
        }
    }

    private String topic(String name) {
        String arn = client.createTopic(request -> request.name(prefix + name)).topicArn();
        made.add(arn);
        return arn;
    }

    private static void assertInvalid(String message, ThrowingCallable call) {
        assertError(InvalidParameterException.class, 400, "InvalidParameter", "Invalid parameter: " + message, call);
    }

    private static void assertError(Class<? extends SnsException> type, int status, String code, String message, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(type, thrown -> {
            assertThat(thrown.statusCode()).isEqualTo(status);
            assertThat(thrown.awsErrorDetails().errorCode()).isEqualTo(code);
            assertThat(thrown.awsErrorDetails().errorMessage()).isEqualTo(message);
        });
    }

    @Test
    void aTopicIsCreatedOnce() {
        String arn = topic("once");
        assertThat(arn).isEqualTo("arn:aws:sns:us-east-1:123456789012:" + prefix + "once");
        assertThat(topic("once")).isEqualTo(arn);
        assertThat(client.getTopicAttributes(request -> request.topicArn(arn)).attributes())
            .containsEntry("TopicArn", arn).containsEntry("Owner", "123456789012").containsEntry("DisplayName", "")
            .containsEntry("SubscriptionsConfirmed", "0").containsEntry("SubscriptionsPending", "0");
    }

    @Test
    void aTopicIsNotCreatedAgainWithOtherAttributes() {
        String arn = client.createTopic(request -> request.name(prefix + "named").attributes(Map.of("DisplayName", "Gate"))).topicArn();
        made.add(arn);
        client.createTopic(request -> request.name(prefix + "named").attributes(Map.of("DisplayName", "Gate")));
        client.createTopic(request -> request.name(prefix + "named"));
        assertInvalid("Attributes Reason: Topic already exists with different attributes",
            () -> client.createTopic(request -> request.name(prefix + "named").attributes(Map.of("DisplayName", "Other"))));
        assertThat(client.getTopicAttributes(request -> request.topicArn(arn)).attributes()).containsEntry("DisplayName", "Gate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "with space", "../escape", "dot.dot", "ümlaut", "no.fifo"})
    void aMalformedNameIsRefused(String name) {
        assertInvalid("Topic Name", () -> client.createTopic(request -> request.name(name)));
    }

    @Test
    void topicsAreListedUntilTheyAreDeleted() {
        String first = topic("a");
        String second = topic("b");
        assertThat(topics()).contains(first, second);
        client.deleteTopic(request -> request.topicArn(first));
        client.deleteTopic(request -> request.topicArn(first));
        assertThat(topics()).contains(second).doesNotContain(first);
        assertError(NotFoundException.class, 404, "NotFound", "Topic does not exist",
            () -> client.getTopicAttributes(request -> request.topicArn(first)));
    }

    private List<String> topics() {
        return client.listTopicsPaginator().topics().stream().map(Topic::topicArn).collect(Collectors.toList());
    }

    @Test
    void longListsComeInPages() {
        for (int i = 0; i < 101; i++) {
            topic("page-" + i);
        }
        assertThat(client.listTopics().topics()).hasSize(100);
        assertThat(topics()).containsAll(made);
    }

    @Test
    void anAddressIsSubscribedOnce() {
        String arn = topic("subscribed");
        client.subscribe(request -> request.topicArn(arn).protocol("email").endpoint("a@example.org").returnSubscriptionArn(true));
        client.subscribe(request -> request.topicArn(arn).protocol("email").endpoint("a@example.org").returnSubscriptionArn(true));
        assertThat(subscriptions(arn)).singleElement().satisfies(subscription -> {
            assertThat(subscription.endpoint()).isEqualTo("a@example.org");
            assertThat(subscription.protocol()).isEqualTo("email");
            assertThat(subscription.topicArn()).isEqualTo(arn);
            assertThat(subscription.owner()).isEqualTo("123456789012");
            assertThat(subscription.subscriptionArn()).startsWith(arn + ":");
        });
        client.unsubscribe(request -> request.subscriptionArn(subscriptions(arn).get(0).subscriptionArn()));
        assertThat(subscriptions(arn)).isEmpty();
    }

    private List<Subscription> subscriptions(String arn) {
        return client.listSubscriptionsByTopic(request -> request.topicArn(arn)).subscriptions();
    }

    @Test
    void anUnknownProtocolIsRefused() {
        String arn = topic("protocols");
        assertInvalid("Amazon SNS does not support this protocol string: pigeon",
            () -> client.subscribe(request -> request.topicArn(arn).protocol("pigeon").endpoint("a@example.org")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nobody", "a@b@c", "a b@example.org", "a@example.org, b@example.org", "a@example.org\nBcc: c@example.org"})
    void whatIsNoAddressIsRefused(String endpoint) {
        String arn = topic("addresses");
        assertInvalid("Email address",
            () -> client.subscribe(request -> request.topicArn(arn).protocol("email").endpoint(endpoint)));
    }

    @Test
    void aPublishedMessageHasAnId() {
        String arn = topic("published");
        assertThat(client.publish(request -> request.topicArn(arn).subject("s").message("m")).messageId()).matches("[0-9a-f-]{36}");
        assertThat(client.publish(request -> request.targetArn(arn).message("m")).messageId()).matches("[0-9a-f-]{36}");
    }

    @Test
    void aTopicThatIsNotThereIsNotPublishedTo() {
        assertError(NotFoundException.class, 404, "NotFound", "Topic does not exist",
            () -> client.publish(request -> request.topicArn("arn:aws:sns:us-east-1:123456789012:" + prefix + "never").message("m")));
    }

    @Test
    void anArnThatIsNoneIsRefused() {
        assertInvalid("TopicArn Reason: An ARN must have at least 6 elements, not 1", () -> client.publish(request -> request.topicArn("x").message("m")));
        assertInvalid("TopicArn or TargetArn Reason: no value for required parameter", () -> client.publish(request -> request.message("m")));
    }

    @Test
    void aFifoTopicIsCreatedButNotPublishedTo() {
        String arn = client.createTopic(request -> request.name(prefix + "f.fifo").attributes(Map.of("FifoTopic", "true"))).topicArn();
        made.add(arn);
        assertThat(client.getTopicAttributes(request -> request.topicArn(arn)).attributes())
            .containsEntry("FifoTopic", "true").containsEntry("ContentBasedDeduplication", "false");
        assertInvalid("The MessageGroupId parameter is required for FIFO topics", () -> client.publish(request -> request.topicArn(arn).message("m")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "two\nlines", "two\r\nX-Header: lines", "nul\u0000"})
    void aSubjectThatNoMailCouldCarryIsRefused(String subject) {
        String arn = topic("subjects");
        assertInvalid("Subject", () -> client.publish(request -> request.topicArn(arn).subject(subject).message("m")));
    }

    @Test
    void aSubjectHasAHundredCharactersAtMost() {
        String arn = topic("long-subject");
        client.publish(request -> request.topicArn(arn).subject("a".repeat(100)).message("m"));
        client.publish(request -> request.topicArn(arn).subject("界".repeat(100)).message("m"));
        client.publish(request -> request.topicArn(arn).subject("😀".repeat(50)).message("m"));
        assertInvalid("Subject", () -> client.publish(request -> request.topicArn(arn).subject("a".repeat(101)).message("m")));
        assertInvalid("Subject", () -> client.publish(request -> request.topicArn(arn).subject("😀".repeat(51)).message("m")));
    }

    @Test
    void aMessageHas256KilobytesAtMostAndIsNotEmpty() {
        String arn = topic("sizes");
        client.publish(request -> request.topicArn(arn).message("x".repeat(256 * 1024)));
        assertInvalid("Message too long", () -> client.publish(request -> request.topicArn(arn).message("x".repeat(256 * 1024 + 1))));
        assertInvalid("Message too long", () -> client.publish(request -> request.topicArn(arn).message("ü".repeat(128 * 1024 + 1))));
        assertInvalid("Empty message", () -> client.publish(request -> request.topicArn(arn).message("")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {"email": "only"} | Message Structure - No default entry in JSON message body
        {"default": {"a": 1}} | Message Structure - No default entry in JSON message body
        {"default": [17]} | Message Structure - No default entry in JSON message body
        {"default": "x" | Message Structure - JSON message body failed to parse
        text | Message Structure - JSON message body failed to parse
        """)
    void structuredMessagesNeedADefaultText(String message, String error) {
        String arn = topic("structures");
        assertInvalid(error, () -> client.publish(request -> request.topicArn(arn).messageStructure("json").message(message)));
    }
}
