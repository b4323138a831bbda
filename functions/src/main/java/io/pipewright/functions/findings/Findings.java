package io.pipewright.functions.findings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.functions.wire.Codec;
import io.pipewright.functions.wire.Validator;
import io.pipewright.statemachine.actiontypes.ActionTypes;
import io.pipewright.statemachine.definition.Context;
import io.pipewright.statemachine.definition.Finding;
import io.pipewright.statemachine.definition.Limits;
import io.pipewright.statemachine.definition.Normalizer;
import io.pipewright.statemachine.definition.PipelineRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import software.amazon.awssdk.services.codepipeline.model.CreatePipelineRequest;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;

/** Everything that CreatePipeline would refuse, and what it would silently drop. */
public final class Findings {
    private static final Pattern POSITION = Pattern.compile("\\.(\\d+)(\\.member)?(?=\\.|$)");

    private static final String SERVICE_MODEL = "service-model";

    private Findings() {
    }

    /**
     * What is wrong with the input of CreatePipeline. The rules of pipelines are checked only if every value has the shape that they
     * rely on.
     *
     * @param region the pipeline's
     */
    public static List<Finding> of(ObjectNode input, Limits limits, String region) {
        List<Finding> findings = new ArrayList<>(ofShape(input));
        if (findings.stream().noneMatch(Findings::hidesRules)) {
            findings.addAll(rules(declaration(input), limits, region));
        }
        return findings;
    }

    /** Whether the rules of pipelines can't be checked because of this finding. */
    public static boolean hidesRules(Finding finding) {
        return finding.ruleId().equals(Members.MISMATCH) || finding.ruleId().equals(SERVICE_MODEL);
    }

    /** The findings of {@link #of} about single values: unknown members, JSON types, and the service model's constraints. */
    public static List<Finding> ofShape(ObjectNode input) {
        List<Finding> findings = new ArrayList<>();
        for (Finding finding : Members.check(input, CreatePipelineRequest.builder().build(), "CodePipeline")) {
            findings.add(at(finding, withoutPipeline(finding.path())));
        }
        Validator.violations("CreatePipeline", input).forEach(violation -> findings.add(finding(violation)));
        return findings;
    }

    /** The pipeline with its defaults, as version 1. */
    public static PipelineDeclaration declaration(JsonNode input) {
        return Normalizer.normalize(Codec.read(PipelineDeclaration::builder, input.get("pipeline")), 1, Optional.empty());
    }

    private static List<Finding> rules(PipelineDeclaration declaration, Limits limits, String region) {
        Context context = new Context(region, limits, ActionTypes.with(custom -> Optional.empty()));
        return Stream.concat(
                PipelineRules.check(declaration, context).stream(),
                PipelineRules.unsupported(declaration).stream()).toList();
    }

    /** A broken constraint of the service model. */
    public static Finding finding(Validator.Violation violation) {
        return new Finding(SERVICE_MODEL, "ValidationException", path(violation.path()), violation.rule() + ".",
                remedy(violation.rule()));
    }

    private static Finding at(Finding finding, String path) {
        return new Finding(finding.ruleId(), finding.exception(), path, finding.message(), finding.remedy());
    }

    /** {@code pipeline.stages.2.member.name} in the form that findings have: {@code stages[1].name}. */
    static String path(String wire) {
        return withoutPipeline(POSITION.matcher(wire)
                .replaceAll(position -> "[" + (Long.parseLong(position.group(1)) - 1) + "]"));
    }

    private static String withoutPipeline(String path) {
        return path.startsWith("pipeline.") ? path.substring("pipeline.".length()) : path;
    }

    private static String remedy(String rule) {
        if (rule.equals("Member must not be null")) {
            return "Add it; it is required.";
        } else if (rule.startsWith("Member must have length less")) {
            return "Shorten it to at most " + lastWord(rule) + ".";
        } else if (rule.startsWith("Member must have length greater")) {
            return "Give it at least " + lastWord(rule) + ".";
        } else if (rule.startsWith("Member must have value less")) {
            return "Lower it to at most " + lastWord(rule) + ".";
        } else if (rule.startsWith("Member must have value greater")) {
            return "Raise it to at least " + lastWord(rule) + ".";
        } else if (rule.startsWith("Member must satisfy enum value set")) {
            return "Use one of the values in brackets.";
        } else if (rule.startsWith("Map keys")) {
            return "Change the keys so that each keeps these rules.";
        } else if (rule.startsWith("Map value") || rule.startsWith("Member must satisfy constraint")) {
            return "Change the values so that each keeps these rules.";
        }
        return "Use only what the pattern allows.";
    }

    private static String lastWord(String rule) {
        return rule.substring(rule.lastIndexOf(' ') + 1);
    }

    /** Findings as text: numbered, each with where it is, what is wrong and what to do. */
    public static List<String> lines(String file, List<Finding> findings) {
        List<String> lines = new ArrayList<>();
        lines.add(file + " has " + findings.size() + (findings.size() == 1 ? " finding:" : " findings:"));
        for (int i = 0; i < findings.size(); i++) {
            Finding finding = findings.get(i);
            lines.add("");
            lines.add((i + 1) + ". " + (finding.path().isEmpty() ? "(the whole pipeline)" : finding.path()));
            finding.message().lines().filter(line -> !line.isBlank()).forEach(line -> lines.add("   " + line));
            lines.add("   → " + finding.remedy());
            lines.add("   (" + finding.ruleId() + (finding.exception().isEmpty() ? "" : ", " + finding.exception()) + ")");
        }
        return lines;
    }
}
