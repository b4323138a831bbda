package io.pipewright.local.lambda;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A function as its file describes it.
 *
 * @param command program and arguments
 * @param directory where it runs
 */
record FunctionFile(List<String> command, Map<String, String> environment, Duration timeout, Path directory) {
    private static final JsonMapper MAPPER = JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
    private static final Set<String> MEMBERS = Set.of("command", "environment", "timeoutSeconds", "directory");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final int DEFAULT_TIMEOUT_SECONDS = 60;
    private static final int LONGEST_TIMEOUT_SECONDS = 900;

    FunctionFile {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** The file is there but says something that can't be run. The message tells its author what. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String message) {
            super(message);
        }
    }

    static FunctionFile read(Path file) throws Unusable {
        JsonNode json;
        try {
            json = MAPPER.readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            throw new Unusable(file + " is not JSON: line " + e.getLocation().getLineNr() + ": " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new Unusable(file + " could not be read: " + e.getMessage());
        }
        require(json.isObject(), file, "must be a JSON object");
        for (Map.Entry<String, JsonNode> member : json.properties()) {
            require(MEMBERS.contains(member.getKey()), file, "has the unknown member " + member.getKey() + "; known are command, environment, timeoutSeconds, directory");
        }
        return new FunctionFile(command(json.path("command"), file), environment(json.path("environment"), file),
            timeout(json.path("timeoutSeconds"), file), directory(json.path("directory"), file));
    }

    private static List<String> command(JsonNode json, Path file) throws Unusable {
        List<String> command = new ArrayList<>();
        for (JsonNode word : json) {
            require(isText(word), file, "needs \"command\" as a list of strings");
            command.add(word.textValue());
        }
        require(json.isArray() && !command.isEmpty() && !command.get(0).isEmpty(), file, "needs \"command\" as a list of strings");
        return command;
    }

    private static Map<String, String> environment(JsonNode json, Path file) throws Unusable {
        require(json.isMissingNode() || json.isObject(), file, "needs \"environment\" as an object of strings");
        Map<String, String> environment = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : json.properties()) {
            require(isText(entry.getValue()), file, "needs \"environment\" as an object of strings");
            require(VARIABLE.matcher(entry.getKey()).matches(), file, "has the environment variable " + entry.getKey() + ", which is no name");
            environment.put(entry.getKey(), entry.getValue().textValue());
        }
        return environment;
    }

    /** No process can be given a NUL. */
    private static boolean isText(JsonNode json) {
        return json.isTextual() && json.textValue().indexOf('\0') < 0;
    }

    private static Duration timeout(JsonNode json, Path file) throws Unusable {
        int seconds = json.asInt(DEFAULT_TIMEOUT_SECONDS);
        require((json.isMissingNode() || json.isInt()) && seconds >= 1 && seconds <= LONGEST_TIMEOUT_SECONDS, file,
            "needs \"timeoutSeconds\" from 1 to " + LONGEST_TIMEOUT_SECONDS);
        return Duration.ofSeconds(seconds);
    }

    private static Path directory(JsonNode json, Path file) throws Unusable {
        require(json.isMissingNode() || isText(json), file, "needs \"directory\" as a string");
        Path directory = file.toAbsolutePath().getParent().resolve(json.asText("")).normalize();
        require(Files.isDirectory(directory), file, "names the directory " + directory + ", which doesn't exist");
        return directory;
    }

    private static void require(boolean condition, Path file, String problem) throws Unusable {
        if (!condition) {
            throw new Unusable(file + " " + problem);
        }
    }
}
