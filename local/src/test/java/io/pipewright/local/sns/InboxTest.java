package io.pipewright.local.sns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pipewright.local.database.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.sns.model.AuthorizationErrorException;
import software.amazon.awssdk.services.sns.model.InvalidParameterException;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;

class InboxTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-20T10:00:00.123456Z"), ZoneOffset.UTC);

    @TempDir
    Path directory;

    private Database database;
    private LocalSns sns;
    private String topic;

    @BeforeEach
    void open() {
        database = Database.open(directory.resolve("sns.db"), Database.Durability.NORMAL);
        sns = new LocalSns(database, directory.resolve("inbox"), CLOCK, "us-east-1", "123456789012");
        topic = sns.createTopic(request -> request.name("gates")).topicArn();
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void reopen() {
        close();
        open();
    }

    private static JsonNode json(String file) throws IOException {
        return new ObjectMapper().readTree(file.substring(file.indexOf("\n--\n") + 4));
    }

    @Test
    void aMessageIsAFileThatAPersonCanRead() throws IOException {
        sns.subscribe(request -> request.topicArn(topic).protocol("email").endpoint("b@example.org"));
        sns.subscribe(request -> request.topicArn(topic).protocol("email").endpoint("a@example.org"));
        String id = sns.publish(request -> request.topicArn(topic).subject("APPROVAL NEEDED: AWS CodePipeline shop for action Release")
            .messageStructure("json").message("{\"default\":\"{\\\"region\\\":\\\"us-east-1\\\"}\",\"email\":\"Hello,\\n\\nplease approve.\"}")).messageId();
        Path file = directory.resolve("inbox/gates/20261120T100000.123Z-approval-needed-aws-codepipeline-shop-for-action-release.txt");
        String text = Files.readString(file);
        assertThat(text).startsWith("""
            From: arn:aws:sns:us-east-1:123456789012:gates
            To: a@example.org, b@example.org
            Subject: APPROVAL NEEDED: AWS CodePipeline shop for action Release
            Date: Fri, 20 Nov 2026 10:00:00 GMT

            Hello,

            please approve.

            --
            {
            """);
        assertThat(json(text).get("Message").textValue()).isEqualTo("{\"region\":\"us-east-1\"}");
        assertThat(json(text).get("MessageId").textValue()).isEqualTo(id);
        assertThat(json(text).get("Timestamp").textValue()).isEqualTo("2026-11-20T10:00:00.123Z");
        assertThat(sns.messages()).containsExactly(new Message(id, topic, Instant.parse("2026-11-20T10:00:00.123Z"),
            "APPROVAL NEEDED: AWS CodePipeline shop for action Release", "{\"region\":\"us-east-1\"}", "Hello,\n\nplease approve.",
            List.of("a@example.org", "b@example.org"), file));
    }

    @Test
    void messagesOutliveARestart() {
        sns.publish(request -> request.topicArn(topic).message("first"));
        reopen();
        sns.publish(request -> request.topicArn(topic).message("second"));
        assertThat(sns.messages()).extracting(Message::message).containsExactly("first", "second");
        assertThat(sns.messages()).extracting(Message::file).allMatch(Files::exists).doesNotHaveDuplicates();
    }

    @Test
    void aMessageWithoutSubscribersAndSubjectIsKeptToo() throws IOException {
        sns.publish(request -> request.topicArn(topic).message("hello"));
        Message message = sns.messages().get(0);
        assertThat(message.subject()).isNull();
        assertThat(message.recipients()).isEmpty();
        assertThat(Files.readString(message.file())).contains("To: (no e-mail subscription)\nSubject: AWS Notification Message\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
        {"default": "d"} | d | d
        {"default": "d", "email": "e"} | d | e
        {"default": "d", "sqs": "s"} | d | d
        {"default": "d", "email": ""} | d | ~~
        {"default": 17} | 17 | 17
        {"default": null} | null | null
        {"default": "d", "email": {"a": 1}} | d | d
        """)
    void eachProtocolGetsItsText(String message, String standard, String email) {
        sns.publish(request -> request.topicArn(topic).messageStructure("json").message(message));
        assertThat(sns.messages().get(0).message()).isEqualTo(standard);
        assertThat(sns.messages().get(0).email()).isEqualTo(email);
    }

    @Test
    void hostileSubjectsStayInsideTheInbox() throws IOException {
        for (String subject : List.of("../../../etc/passwd", "/abs/olute", "..", "con|<>:\"\\?*", "界界", "-", "x".repeat(100))) {
            sns.publish(request -> request.topicArn(topic).subject(subject).message("m"));
        }
        assertThat(sns.messages()).hasSize(7).allMatch(message -> message.file().normalize().getParent().equals(directory.resolve("inbox/gates")));
        try (Stream<Path> files = Files.list(directory.resolve("inbox/gates"))) {
            assertThat(files).hasSize(7).allMatch(file -> file.getFileName().toString().matches("20261120T100000\\.123Z-[a-z0-9-]{1,63}\\.txt"));
        }
    }

    @Test
    void aTopicNameOfFullLengthHasAFolder() {
        String arn = sns.createTopic(request -> request.name("t".repeat(256))).topicArn();
        sns.publish(request -> request.topicArn(arn).message("m"));
        assertThat(sns.messages().get(0).file()).exists();
    }

    @Test
    void theInboxIsItsOwnersAlone() throws IOException {
        sns.publish(request -> request.topicArn(topic).message("m"));
        Path file = sns.messages().get(0).file();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent()))).isEqualTo("rwx------");
    }

    @Test
    void aTopicOfAnotherAccountIsNobodysToPublishTo() {
        assertThatThrownBy(() -> sns.publish(request -> request.topicArn("arn:aws:sns:us-east-1:210987654321:gates").message("m")))
            .isInstanceOfSatisfying(AuthorizationErrorException.class, thrown -> {
                assertThat(thrown.statusCode()).isEqualTo(403);
                assertThat(thrown.awsErrorDetails().errorMessage()).contains("is not authorized to perform: SNS:Publish on resource");
            });
        assertThatThrownBy(() -> sns.publish(request -> request.topicArn("arn:aws:sns:eu-west-1:123456789012:gates").message("m")))
            .isInstanceOf(InvalidParameterException.class).hasMessageContaining("Invalid parameter: TopicArn");
    }

    @Test
    void whatHasNoMeaningHereIsRefusedByName() {
        assertThatThrownBy(() -> sns.subscribe(request -> request.topicArn(topic).protocol("lambda").endpoint("arn:aws:lambda:f")))
            .hasMessageContaining("Protocol lambda is not supported by the local SNS");
        assertThatThrownBy(() -> sns.createTopic(request -> request.name("t").attributes(Map.of("KmsMasterKeyId", "k"))))
            .hasMessageContaining("Attributes KmsMasterKeyId is not supported");
        assertThatThrownBy(() -> sns.publish(request -> request.topicArn(topic).message("m")
            .messageAttributes(Map.of("a", MessageAttributeValue.builder().dataType("String").stringValue("v").build()))))
            .hasMessageContaining("MessageAttributes is not supported");
        assertThatThrownBy(() -> sns.publish(request -> request.phoneNumber("+491").message("m"))).hasMessageContaining("PhoneNumber is not supported");
        assertThatThrownBy(() -> sns.listEndpointsByPlatformApplication(request -> request.platformApplicationArn("x")))
            .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void aFifoTopicTakesNoAddress() {
        String fifo = sns.createTopic(request -> request.name("gates.fifo").attributes(Map.of("FifoTopic", "true"))).topicArn();
        assertThatThrownBy(() -> sns.subscribe(request -> request.topicArn(fifo).protocol("email").endpoint("a@example.org")))
            .hasMessageContaining("Invalid parameter: Invalid protocol type: email");
    }

    @Test
    void deletingATopicEndsItsSubscriptions() {
        sns.subscribe(request -> request.topicArn(topic).protocol("email").endpoint("a@example.org"));
        sns.deleteTopic(request -> request.topicArn(topic));
        sns.createTopic(request -> request.name("gates"));
        assertThat(sns.listSubscriptionsByTopic(request -> request.topicArn(topic)).subscriptions()).isEmpty();
    }
}
