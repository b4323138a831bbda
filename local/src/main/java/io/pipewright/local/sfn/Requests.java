package io.pipewright.local.sfn;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.sfn.model.EncryptionConfiguration;
import software.amazon.awssdk.services.sfn.model.EncryptionType;
import software.amazon.awssdk.services.sfn.model.LogLevel;
import software.amazon.awssdk.services.sfn.model.LoggingConfiguration;
import software.amazon.awssdk.services.sfn.model.StateMachineType;
import software.amazon.awssdk.services.sfn.model.TracingConfiguration;

/** What requests must be like, whatever the state of things. */
final class Requests {
    static final int DEFAULT_PAGE = 100;
    private static final int LARGEST_PAGE = 1000;
    private static final int LONGEST_DEFINITION = 1_048_576;
    private static final int LONGEST_ERROR = 256;
    private static final int LONGEST_CAUSE = 32_768;
    private static final Pattern NAME = Pattern.compile("[^\\s\\p{Cntrl}\\u0080-\\u009f`<>{}\\[\\]?*\"#%\\\\^|~$&,;:/]{1,80}");

    private Requests() { }

    static String required(String member, String value) {
        if (value == null) {
            throw Refusal.validation("1 validation error detected: Value null at '" + member
                    + "' failed to satisfy constraint: Member must not be null");
        }
        return value;
    }

    static String checkedName(String name) {
        if (!NAME.matcher(required("name", name)).matches()) {
            throw Refusal.invalidName(name);
        }
        return name;
    }

    static String checkedDefinition(String definition) {
        if (definition.length() > LONGEST_DEFINITION) {
            throw Refusal.validation("1 validation error detected: Value at 'definition' failed to satisfy constraint: "
                    + "Member must have length less than or equal to " + LONGEST_DEFINITION);
        }
        try {
            DefinitionReader.read(definition);
            return definition;
        } catch (DefinitionRefused e) {
            throw Refusal.invalidDefinition(e);
        }
    }

    static boolean checkedPublish(Boolean publish, String description) {
        if (description != null && !Boolean.TRUE.equals(publish)) {
            throw Refusal.validation("Version description can only be set when publish is true");
        }
        return Boolean.TRUE.equals(publish);
    }

    static void refuseExtras(StateMachineType type, LoggingConfiguration logging, TracingConfiguration tracing,
            EncryptionConfiguration encryption) {
        if (type != null && type != StateMachineType.STANDARD) {
            throw Refusal.unsupported("machines of type " + type);
        }
        if (logging != null && logging.level() != null && logging.level() != LogLevel.OFF) {
            throw Refusal.unsupported("loggingConfiguration");
        }
        if (tracing != null && Boolean.TRUE.equals(tracing.enabled())) {
            throw Refusal.unsupported("tracingConfiguration");
        }
        if (encryption != null && encryption.type() != EncryptionType.AWS_OWNED_KEY) {
            throw Refusal.unsupported("encryptionConfiguration");
        }
    }

    static String checkedInput(String input) {
        if (input.isEmpty()) {
            throw Refusal.invalidExecutionInput("Invalid execution input.");
        }
        if (Run.isTooLarge(input)) {
            throw Refusal.validation("1 validation error detected: Value at 'input' failed to satisfy constraint: "
                    + "Member must have length less than or equal to " + Run.MOST_BYTES);
        }
        try {
            Json.data(input);
            return input;
        } catch (JsonProcessingException e) {
            throw Refusal.invalidExecutionInput(e.getOriginalMessage());
        }
    }

    static JsonNode checkedOutput(String output) {
        if (Run.isTooLarge(output)) {
            throw Refusal.validation("1 validation error detected: Value at 'output' failed to satisfy constraint: "
                    + "Member must have length less than or equal to " + Run.MOST_BYTES);
        }
        try {
            return Json.data(output);
        } catch (JsonProcessingException e) {
            throw Refusal.invalidOutput(e.getOriginalMessage());
        }
    }

    static void checkFailure(String error, String cause) {
        tooLong("error", error, LONGEST_ERROR);
        tooLong("cause", cause, LONGEST_CAUSE);
    }

    private static void tooLong(String member, String value, int longest) {
        if (value != null && value.length() > longest) {
            throw Refusal.validation("1 validation error detected: Value at '" + member
                    + "' failed to satisfy constraint: Member must have length less than or equal to " + longest);
        }
    }

    static int pageSize(Integer maxResults) {
        if (maxResults == null || maxResults == 0) {
            return DEFAULT_PAGE;
        }
        if (maxResults < 0 || maxResults > LARGEST_PAGE) {
            throw Refusal.validation("1 validation error detected: Value '" + maxResults
                    + "' at 'maxResults' failed to satisfy constraint: Member must be between 0 and " + LARGEST_PAGE);
        }
        return maxResults;
    }
}
