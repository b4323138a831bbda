package io.pipewright.local.eventbridge;

import io.pipewright.local.eventbridge.Input.Constant;
import io.pipewright.local.eventbridge.Input.Part;
import io.pipewright.local.eventbridge.Input.Template;
import io.pipewright.local.eventbridge.Input.WholeEvent;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import software.amazon.awssdk.services.eventbridge.model.InputTransformer;
import software.amazon.awssdk.services.eventbridge.model.Target;

/** A target's declaration read as its {@link Input}, with the service's refusals. */
final class TargetInputs {
    private static final int LONGEST_INPUT = 8192;
    private static final int LONGEST_PATH = 256;
    private static final int MOST_VARIABLES = 100;
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z0-9_-]{1,256}");
    private static final String VARIABLE_CONSTRAINT = "Map keys must satisfy constraint: [Member must have length less than or equal to 256, "
        + "Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [A-Za-z0-9\\_\\-]+]";

    private TargetInputs() {
    }

    /**
     * @param position of the target in its request, from 1
     * @throws software.amazon.awssdk.services.eventbridge.model.EventBridgeException what PutTargets answers
     */
    static Input read(Target target, int position) {
        InputTransformer transformer = target.inputTransformer();
        long given = Stream.of(target.input(), target.inputPath(), transformer).filter(part -> part != null).count();
        if (given > 1) {
            throw Errors.validation("Only one of Input, InputPath, or InputTransformer must be provided for target " + target.id() + ".");
        }
        String path = "targets." + position + ".member.";
        if (target.input() != null) {
            checkLength(target.input(), LONGEST_INPUT, path + "input");
            return constant(target);
        }
        if (target.inputPath() != null) {
            checkLength(target.inputPath(), LONGEST_PATH, path + "inputPath");
            return new Part(target.inputPath().isEmpty() ? Optional.empty() : Optional.of(path(target.inputPath(), target)));
        }
        return transformer == null ? new WholeEvent() : template(transformer, target, path + "inputTransformer.");
    }

    private static Input constant(Target target) {
        Json.syntaxError(target.input()).ifPresent(place -> {
            throw Errors.validation("JSON syntax error in input for target " + target.id() + ": " + place);
        });
        return new Constant(target.input());
    }

    private static Input template(InputTransformer transformer, Target target, String path) {
        Map<String, String> declared = transformer.inputPathsMap();
        if (!declared.keySet().stream().allMatch(name -> VARIABLE.matcher(name).matches())) {
            throw Errors.constraint(declared, path + "inputPathsMap", VARIABLE_CONSTRAINT);
        }
        if (declared.size() > MOST_VARIABLES) {
            throw Errors.constraint(declared, path + "inputPathsMap", "Member must have length less than or equal to " + MOST_VARIABLES);
        }
        if (transformer.inputTemplate() == null) {
            throw Errors.constraint("null", path + "inputTemplate", "Member must not be null");
        }
        if (transformer.inputTemplate().isEmpty()) {
            throw Errors.constraint("", path + "inputTemplate", "Member must have length greater than or equal to 1");
        }
        checkLength(transformer.inputTemplate(), LONGEST_INPUT, path + "inputTemplate");
        Map<String, JsonPath> paths = new TreeMap<>();
        declared.forEach((name, text) -> paths.put(name, path(text, target)));
        Template template = new Template(transformer.inputTemplate(), paths);
        template.refusal(target.id()).ifPresent(reason -> {
            throw Errors.validation(reason);
        });
        return template;
    }

    private static JsonPath path(String text, Target target) {
        return JsonPath.parse(text).orElseThrow(() -> Errors.validation("InputPath for target " + target.id() + " is invalid."));
    }

    private static void checkLength(String value, int longest, String path) {
        if (value.length() > longest) {
            throw Errors.constraint(value, path, "Member must have length less than or equal to " + longest);
        }
    }
}
