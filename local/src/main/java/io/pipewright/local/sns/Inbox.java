package io.pipewright.local.sns;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** Messages as text files, {@code <topic>/<time>-<subject>.txt}, readable by their owner only. */
final class Inbox {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final DateTimeFormatter FILE_TIME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DATE = DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);
    private static final int LONGEST_SLUG = 60;
    /** File systems end names at 255 bytes, SNS ends topic names at 256. */
    private static final int LONGEST_DIRECTORY = 200;

    private final Path directory;

    Inbox(Path directory) {
        this.directory = directory;
    }

    /** Writes the message; when this returns the file is whole and on the disk. */
    synchronized Path write(
            String messageId, String topicArn, Instant time, String subject, Texts texts, List<String> recipients) {
        String topic = topicArn.substring(topicArn.lastIndexOf(':') + 1);
        try {
            Path folder = Files.createDirectories(directory.resolve(folderName(topic)), ownerOnly("rwx------"));
            Path file = free(folder, FILE_TIME.format(time) + "-" + slug(subject == null ? "message" : subject));
            String text = header(topicArn, time, subject, recipients) + texts.email() + "\n\n--\n"
                + json(messageId, topicArn, time, subject, texts.standard()) + "\n";
            save(folder, file, text);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("A message to " + topicArn + " could not be put into the inbox", e);
        }
    }

    private static String folderName(String topic) {
        return topic.length() <= LONGEST_DIRECTORY ? topic
            : topic.substring(0, LONGEST_DIRECTORY) + "-" + Integer.toHexString(topic.hashCode());
    }

    private static Path free(Path folder, String name) {
        Path file = folder.resolve(name + ".txt");
        for (int i = 2; Files.exists(file); i++) {
            file = folder.resolve(name + "-" + i + ".txt");
        }
        return file;
    }

    private static String slug(String subject) {
        String slug = subject.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        return slug.isEmpty() ? "message" : slug.substring(0, Math.min(slug.length(), LONGEST_SLUG));
    }

    private static String header(String topicArn, Instant time, String subject, List<String> recipients) {
        return "From: " + topicArn + "\n"
            + "To: " + (recipients.isEmpty() ? "(no e-mail subscription)" : String.join(", ", recipients)) + "\n"
            + "Subject: " + (subject == null ? "AWS Notification Message" : subject) + "\n"
            + "Date: " + DATE.format(time) + "\n\n";
    }

    private static String json(String messageId, String topicArn, Instant time, String subject, String message) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("Type", "Notification").put("MessageId", messageId).put("TopicArn", topicArn);
        if (subject != null) {
            json.put("Subject", subject);
        }
        json.put("Message", message).put("Timestamp", time.toString());
        try {
            DefaultPrettyPrinter lines = new DefaultPrettyPrinter();
            lines.indentObjectsWith(new DefaultIndenter("  ", "\n"));
            return MAPPER.writer(lines).writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void save(Path folder, Path file, String text) throws IOException {
        Path unfinished = Files.createTempFile(folder, ".", ".unfinished", ownerOnly("rw-------"));
        try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static FileAttribute<?>[] ownerOnly(String permissions) {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
            ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))}
            : new FileAttribute<?>[0];
    }
}
