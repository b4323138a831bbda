package io.pipewright.local.sns;

import io.pipewright.local.database.Database;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.CreateTopicRequest;
import software.amazon.awssdk.services.sns.model.CreateTopicResponse;
import software.amazon.awssdk.services.sns.model.DeleteTopicRequest;
import software.amazon.awssdk.services.sns.model.DeleteTopicResponse;
import software.amazon.awssdk.services.sns.model.GetTopicAttributesRequest;
import software.amazon.awssdk.services.sns.model.GetTopicAttributesResponse;
import software.amazon.awssdk.services.sns.model.ListSubscriptionsByTopicRequest;
import software.amazon.awssdk.services.sns.model.ListSubscriptionsByTopicResponse;
import software.amazon.awssdk.services.sns.model.ListTopicsRequest;
import software.amazon.awssdk.services.sns.model.ListTopicsResponse;
import software.amazon.awssdk.services.sns.model.PublishRequest;
import software.amazon.awssdk.services.sns.model.PublishResponse;
import software.amazon.awssdk.services.sns.model.SubscribeRequest;
import software.amazon.awssdk.services.sns.model.SubscribeResponse;
import software.amazon.awssdk.services.sns.model.Subscription;
import software.amazon.awssdk.services.sns.model.Topic;
import software.amazon.awssdk.services.sns.model.UnsubscribeRequest;
import software.amazon.awssdk.services.sns.model.UnsubscribeResponse;

/**
 * SNS in this process. No mail is sent: every published message becomes a text file in the inbox before
 * {@link #publish} returns, whether or not anyone subscribed.
 *
 * <p>Left out on purpose: protocols other than {@code email}, confirmation of subscriptions (they count at once),
 * filters, message attributes, encryption, policies, tags, and publishing to FIFO topics (they can be created, because
 * what matters about them is that CodePipeline can't publish to them). What is left out is refused by name.
 */
public final class LocalSns implements SnsClient {
    private static final Pattern TOPIC_NAME = Pattern.compile("[A-Za-z0-9_-]{1,256}");
    private static final Pattern FIFO_NAME = Pattern.compile("(?=.{1,256}$)[A-Za-z0-9_-]+\\.fifo");
    private static final Pattern ADDRESS = Pattern.compile("[^\\s@<>,;:\"]+@[^\\s@<>,;:\"]+");
    private static final Set<String> OTHER_PROTOCOLS =
        Set.of("http", "https", "email-json", "sms", "sqs", "application", "lambda", "firehose");
    private static final int LARGEST_MESSAGE_BYTES = 256 * 1024;
    private static final int LONGEST_SUBJECT = 100;
    private static final int PAGE = 100;

    private final Database database;
    private final Inbox inbox;
    private final Clock clock;
    private final String region;
    private final String account;

    private record StoredTopic(String arn, String displayName) {
        private boolean isFifo() {
            return arn.endsWith(".fifo");
        }
    }

    /**
     * Opens the topics of the database.
     *
     * @param inbox the folder for messages, created when the first one is published
     */
    public LocalSns(Database database, Path inbox, Clock clock, String region, String account) {
        this.database = database;
        this.inbox = new Inbox(inbox);
        this.clock = clock;
        this.region = region;
        this.account = account;
        database.define(
            "CREATE TABLE IF NOT EXISTS sns_topic (arn TEXT PRIMARY KEY, display_name TEXT NOT NULL)",
            "CREATE TABLE IF NOT EXISTS sns_subscription (arn TEXT PRIMARY KEY, topic TEXT NOT NULL, endpoint TEXT NOT NULL,"
                + " UNIQUE (topic, endpoint))",
            "CREATE TABLE IF NOT EXISTS sns_message (number INTEGER PRIMARY KEY, id TEXT NOT NULL, topic TEXT NOT NULL,"
                + " time INTEGER NOT NULL, subject TEXT, message TEXT NOT NULL, email TEXT NOT NULL, recipients TEXT NOT NULL,"
                + " file TEXT NOT NULL)");
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    // Topics

    @Override
    public CreateTopicResponse createTopic(CreateTopicRequest request) {
        if (request.hasTags() && !request.tags().isEmpty()) {
            throw Errors.unsupported("Tags");
        }
        if (request.dataProtectionPolicy() != null) {
            throw Errors.unsupported("DataProtectionPolicy");
        }
        String displayName = "";
        boolean fifo = false;
        for (Map.Entry<String, String> attribute : request.attributes().entrySet()) {
            switch (attribute.getKey()) {
                case "DisplayName" -> displayName = attribute.getValue();
                case "FifoTopic" -> fifo = attribute.getValue().equals("true");
                default -> throw Errors.unsupported("Attributes " + attribute.getKey());
            }
        }
        checkName(request.name(), fifo);
        String arn = "arn:aws:sns:" + region + ":" + account + ":" + request.name();
        create(new StoredTopic(arn, displayName), request.attributes().containsKey("DisplayName"));
        return CreateTopicResponse.builder().topicArn(arn).build();
    }

    private static void checkName(String name, boolean fifo) {
        if (fifo && (name == null || !FIFO_NAME.matcher(name).matches())) {
            throw Errors.invalid("Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase ASCII letters, "
                + "numbers, underscores, and hyphens, and must be between 1 and 256 characters long.");
        }
        if (!fifo && (name == null || !TOPIC_NAME.matcher(name).matches())) {
            throw Errors.invalid("Topic Name");
        }
    }

    private void create(StoredTopic topic, boolean displayNameGiven) {
        boolean conflict = database.write(session -> {
            int created = session.update("INSERT OR IGNORE INTO sns_topic VALUES (?, ?)", topic.arn(), topic.displayName());
            return created == 0 && displayNameGiven && find(session, topic.arn()).filter(topic::equals).isEmpty();
        });
        if (conflict) {
            throw Errors.invalid("Attributes Reason: Topic already exists with different attributes");
        }
    }

    @Override
    public DeleteTopicResponse deleteTopic(DeleteTopicRequest request) {
        checkArn(request.topicArn(), "TopicArn");
        database.write(session -> {
            session.update("DELETE FROM sns_subscription WHERE topic = ?", request.topicArn());
            return session.update("DELETE FROM sns_topic WHERE arn = ?", request.topicArn());
        });
        return DeleteTopicResponse.builder().build();
    }

    @Override
    public ListTopicsResponse listTopics(ListTopicsRequest request) {
        List<String> arns = page("SELECT arn FROM sns_topic WHERE arn > ? ORDER BY arn LIMIT ?", after(request.nextToken()));
        return ListTopicsResponse.builder()
            .topics(firstPage(arns).stream().map(arn -> Topic.builder().topicArn(arn).build()).toList())
            .nextToken(next(arns)).build();
    }

    @Override
    public GetTopicAttributesResponse getTopicAttributes(GetTopicAttributesRequest request) {
        StoredTopic topic = topic(request.topicArn());
        Map<String, String> attributes = new TreeMap<>();
        attributes.put("TopicArn", topic.arn());
        attributes.put("Owner", account);
        attributes.put("DisplayName", topic.displayName());
        attributes.put("SubscriptionsConfirmed", String.valueOf(addresses(topic.arn()).size()));
        attributes.put("SubscriptionsPending", "0");
        attributes.put("SubscriptionsDeleted", "0");
        if (topic.isFifo()) {
            attributes.put("FifoTopic", "true");
            attributes.put("ContentBasedDeduplication", "false");
        }
        return GetTopicAttributesResponse.builder().attributes(attributes).build();
    }

    // Subscriptions

    @Override
    public SubscribeResponse subscribe(SubscribeRequest request) {
        StoredTopic topic = topic(request.topicArn());
        if (request.hasAttributes() && !request.attributes().isEmpty()) {
            throw Errors.unsupported("Attributes " + String.join(", ", request.attributes().keySet()));
        }
        if (topic.isFifo()) {
            throw Errors.invalid("Invalid protocol type: " + request.protocol());
        }
        checkSubscriber(request.protocol(), request.endpoint());
        String fresh = topic.arn() + ":" + UUID.randomUUID();
        String arn = database.write(session -> {
            session.update("INSERT OR IGNORE INTO sns_subscription VALUES (?, ?, ?)", fresh, topic.arn(), request.endpoint());
            try (ResultSet row = session.prepare("SELECT arn FROM sns_subscription WHERE topic = ? AND endpoint = ?",
                    topic.arn(), request.endpoint()).executeQuery()) {
                row.next();
                return row.getString(1);
            }
        });
        return SubscribeResponse.builder().subscriptionArn(arn).build();
    }

    private static void checkSubscriber(String protocol, String endpoint) {
        if (protocol != null && OTHER_PROTOCOLS.contains(protocol)) {
            throw Errors.unsupported("Protocol " + protocol);
        }
        if (!"email".equals(protocol)) {
            throw Errors.invalid("Amazon SNS does not support this protocol string: " + protocol);
        }
        if (endpoint == null || !ADDRESS.matcher(endpoint).matches()) {
            throw Errors.invalid("Email address");
        }
    }

    @Override
    public ListSubscriptionsByTopicResponse listSubscriptionsByTopic(ListSubscriptionsByTopicRequest request) {
        StoredTopic topic = topic(request.topicArn());
        List<Subscription> found = database.read(session -> {
            List<Subscription> rows = new ArrayList<>();
            try (ResultSet row = session.prepare("SELECT arn, endpoint FROM sns_subscription WHERE topic = ? AND arn > ? ORDER BY arn LIMIT ?",
                    topic.arn(), after(request.nextToken()), PAGE + 1).executeQuery()) {
                while (row.next()) {
                    rows.add(Subscription.builder().subscriptionArn(row.getString(1)).endpoint(row.getString(2))
                        .protocol("email").owner(account).topicArn(topic.arn()).build());
                }
            }
            return rows;
        });
        return ListSubscriptionsByTopicResponse.builder().subscriptions(firstPage(found))
            .nextToken(next(found.stream().map(Subscription::subscriptionArn).toList())).build();
    }

    @Override
    public UnsubscribeResponse unsubscribe(UnsubscribeRequest request) {
        checkArn(request.subscriptionArn(), "SubscriptionArn");
        database.write(session -> session.update("DELETE FROM sns_subscription WHERE arn = ?", request.subscriptionArn()));
        return UnsubscribeResponse.builder().build();
    }

    // Messages

    @Override
    public PublishResponse publish(PublishRequest request) {
        refuseUnsupported(request);
        StoredTopic topic = topicToPublish(request);
        checkSubject(request.subject());
        if (request.message() == null || request.message().isEmpty()) {
            throw Errors.invalid("Empty message");
        }
        if (request.message().getBytes(StandardCharsets.UTF_8).length > LARGEST_MESSAGE_BYTES) {
            throw Errors.invalid("Message too long");
        }
        Texts texts = Texts.of(request.message(), request.messageStructure());
        if (topic.isFifo() && request.messageGroupId() == null) {
            throw Errors.invalid("The MessageGroupId parameter is required for FIFO topics");
        }
        if (topic.isFifo()) {
            throw Errors.unsupported("Publishing to a FIFO topic");
        }
        return PublishResponse.builder().messageId(deliver(topic, request.subject(), texts)).build();
    }

    private static void refuseUnsupported(PublishRequest request) {
        if (request.phoneNumber() != null) {
            throw Errors.unsupported("PhoneNumber");
        }
        if (request.hasMessageAttributes() && !request.messageAttributes().isEmpty()) {
            throw Errors.unsupported("MessageAttributes");
        }
        if (request.topicArn() != null && request.targetArn() != null) {
            throw Errors.invalid("TopicArn or TargetArn Reason: Only one of them can be specified");
        }
    }

    private StoredTopic topicToPublish(PublishRequest request) {
        String arn = request.topicArn() == null ? request.targetArn() : request.topicArn();
        if (arn == null) {
            throw Errors.invalid("TopicArn or TargetArn Reason: no value for required parameter");
        }
        String[] parts = checkArn(arn, request.topicArn() == null ? "TargetArn" : "TopicArn");
        if (!parts[4].equals(account)) {
            throw Errors.unauthorized("User: arn:aws:iam::" + account + ":root is not authorized to perform: SNS:Publish on resource: " + arn
                + " because no resource-based policy allows the SNS:Publish action");
        }
        return topic(arn);
    }

    private static void checkSubject(String subject) {
        if (subject == null) {
            return;
        }
        boolean controls = subject.chars().anyMatch(c -> c < ' ' || c == 0x7f);
        if (subject.isBlank() || subject.length() > LONGEST_SUBJECT || controls) {
            throw Errors.invalid("Subject");
        }
    }

    private String deliver(StoredTopic topic, String subject, Texts texts) {
        String id = UUID.randomUUID().toString();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        List<String> recipients = addresses(topic.arn());
        // The file first: a message that messages() shows is in the inbox. A crash in between leaves a message nobody was promised.
        Path file = inbox.write(id, topic.arn(), now, subject, texts, recipients);
        database.write(session -> session.update(
            "INSERT INTO sns_message (id, topic, time, subject, message, email, recipients, file) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            id, topic.arn(), now.toEpochMilli(), subject, texts.standard(), texts.email(), String.join(",", recipients), file.toString()));
        return id;
    }

    /** Every message that was ever published, oldest first. */
    public List<Message> messages() {
        return database.read(session -> {
            List<Message> messages = new ArrayList<>();
            try (ResultSet row = session.prepare(
                    "SELECT id, topic, time, subject, message, email, recipients, file FROM sns_message ORDER BY number").executeQuery()) {
                while (row.next()) {
                    List<String> recipients = row.getString(7).isEmpty() ? List.of() : List.of(row.getString(7).split(","));
                    messages.add(new Message(row.getString(1), row.getString(2), Instant.ofEpochMilli(row.getLong(3)), row.getString(4),
                        row.getString(5), row.getString(6), recipients, Path.of(row.getString(8))));
                }
            }
            return messages;
        });
    }

    // What the operations share

    private StoredTopic topic(String arn) {
        checkArn(arn, "TopicArn");
        return database.read(session -> find(session, arn)).orElseThrow(Errors::topicNotFound);
    }

    private static Optional<StoredTopic> find(Database.Session session, String arn) throws SQLException {
        try (ResultSet row = session.prepare("SELECT arn, display_name FROM sns_topic WHERE arn = ?", arn).executeQuery()) {
            return row.next() ? Optional.of(new StoredTopic(row.getString(1), row.getString(2))) : Optional.empty();
        }
    }

    private List<String> addresses(String topicArn) {
        return database.read(session -> {
            List<String> addresses = new ArrayList<>();
            try (ResultSet row = session.prepare("SELECT endpoint FROM sns_subscription WHERE topic = ? ORDER BY endpoint", topicArn)
                    .executeQuery()) {
                while (row.next()) {
                    addresses.add(row.getString(1));
                }
            }
            return addresses;
        });
    }

    private String[] checkArn(String arn, String parameter) {
        String[] parts = arn == null ? new String[0] : arn.split(":", -1);
        if (parts.length < 6) {
            throw Errors.invalid(parameter + " Reason: An ARN must have at least 6 elements, not " + parts.length);
        }
        if (!parts[0].equals("arn") || !parts[2].equals("sns") || !parts[3].equals(region)) {
            throw Errors.invalid(parameter);
        }
        return parts;
    }

    private List<String> page(String query, String after) {
        return database.read(session -> {
            List<String> keys = new ArrayList<>();
            try (ResultSet row = session.prepare(query, after, PAGE + 1).executeQuery()) {
                while (row.next()) {
                    keys.add(row.getString(1));
                }
            }
            return keys;
        });
    }

    private static <T> List<T> firstPage(List<T> found) {
        return found.subList(0, Math.min(PAGE, found.size()));
    }

    private static String next(List<String> found) {
        return found.size() <= PAGE ? null
            : Base64.getUrlEncoder().encodeToString(found.get(PAGE - 1).getBytes(StandardCharsets.UTF_8));
    }

    private static String after(String token) {
        try {
            return token == null ? "" : new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Errors.invalid("NextToken Reason: Invalid token");
        }
    }

    /** Nothing to close: the database is the caller's. */
    @Override
    public void close() {
    }
}
