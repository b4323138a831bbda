package io.pipewright.local.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * What functions wrote to standard error, and why they failed: {@code NAME.log} beside {@code NAME.json}, in the form of Lambda's own
 * log streams. A log above a megabyte becomes {@code NAME.log.1}.
 */
final class FunctionLog {
    private static final long LARGEST_BYTES = 1 << 20;
    private static final JsonMapper MAPPER = new JsonMapper();

    private final Path directory;

    FunctionLog(Path directory) {
        this.directory = directory;
    }

    /**
     * Adds an invocation.
     *
     * @param errors its standard error
     * @param failure its error object, empty if it succeeded
     */
    void add(String function, String requestId, byte[] errors, byte[] failure) {
        append(function, lines(requestId, errors, failure));
    }

    /** Adds that an asynchronous invocation failed for the last time. */
    void dropped(String function, String requestId, int attempts) {
        append(function, text("[ERROR] The event of RequestId: " + requestId + " is dropped after " + attempts + " attempts\n"));
    }

    private synchronized void append(String function, byte[] lines) {
        Path file = directory.resolve(function + ".log");
        try {
            if (Files.exists(file) && Files.size(file) > LARGEST_BYTES) {
                Files.move(file, file.resolveSibling(function + ".log.1"), StandardCopyOption.REPLACE_EXISTING);
            }
            Files.write(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            // The invocation is over, and repeating it for the sake of its log would do its work twice.
        }
    }

    private static byte[] lines(String requestId, byte[] errors, byte[] failure) {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        lines.writeBytes(text("START RequestId: " + requestId + "\n"));
        lines.writeBytes(errors);
        if (errors.length > 0 && errors[errors.length - 1] != '\n') {
            lines.write('\n');
        }
        if (failure.length > 0) {
            lines.writeBytes(text("[ERROR] " + told(failure) + "\n"));
        }
        lines.writeBytes(text("END RequestId: " + requestId + "\n"));
        return lines.toByteArray();
    }

    private static String told(byte[] failure) {
        try {
            JsonNode error = MAPPER.readTree(failure);
            return error.path("errorType").asText() + ": " + error.path("errorMessage").asText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
