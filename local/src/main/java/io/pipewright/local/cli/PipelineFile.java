package io.pipewright.local.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.functions.findings.PipelineInput;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Files that users write. */
final class PipelineFile {
    private static final JsonMapper JSON = JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private PipelineFile() {
    }

    /**
     * The input of CreatePipeline that a file holds, in any of the forms of {@link PipelineInput}.
     *
     * @throws CommandFailedException if there is no such file or it holds something else
     */
    static ObjectNode read(Path file) {
        return PipelineInput.of(object(file));
    }

    /**
     * The JSON object in a file.
     *
     * @throws CommandFailedException if there is no such file or it holds something else
     */
    static ObjectNode object(Path file) {
        try {
            JsonNode json = JSON.readTree(text(file));
            if (json instanceof ObjectNode object) {
                return object;
            }
            throw new CommandFailedException(file + " must hold a JSON object, {…}.");
        } catch (JsonProcessingException e) {
            throw new CommandFailedException("%s is not JSON: line %d, column %d: %s".formatted(
                    file, e.getLocation().getLineNr(), e.getLocation().getColumnNr(), problem(e)), e);
        }
    }

    /**
     * A file's text.
     *
     * @throws CommandFailedException if there is no such file or it holds something else
     */
    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new CommandFailedException("There is no file " + file + ".", e);
        } catch (MalformedInputException e) {
            throw new CommandFailedException(file + " is not UTF-8 text.", e);
        } catch (IOException e) {
            throw new CommandFailedException(file + " can't be read: " + e.getMessage(), e);
        }
    }

    /** What the parser says without where the object began, which it tells in words of its own configuration. */
    private static String problem(JsonProcessingException e) {
        return e.getOriginalMessage().replaceFirst(" \\(start marker at .*", "");
    }
}
