package io.pipewright.infra;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.pipewright.functions.findings.Findings;
import io.pipewright.functions.findings.PipelineInput;
import io.pipewright.statemachine.definition.Finding;
import io.pipewright.statemachine.definition.Limits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;

/**
 * A file that defines a pipeline.
 *
 * @param input of CreatePipeline, with placeholders
 */
record PipelineFile(Path file, ObjectNode input) {
    /**
     * An update's event holds the new definition and the old one, each as JSON in JSON, and asynchronous events of Lambda end at
     * 256 KB where they have not yet been raised.
     */
    static final int MOST_BYTES = 120_000;

    private static final String UNKNOWN_PLACEHOLDER = "unknown-placeholder";
    /** One that begins no token of CDK's. */
    private static final Pattern PLAIN_BRACE = Pattern.compile("\\$\\{(?!Token\\[)");
    private static final JsonMapper JSON = JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    /** @throws WrongDefinitionsException if it holds no JSON object */
    static PipelineFile read(Path file) {
        try {
            if (JSON.readTree(Files.readString(file)) instanceof ObjectNode object) {
                return new PipelineFile(file, PipelineInput.of(object));
            }
            throw new WrongDefinitionsException(file + " must hold a JSON object, {…}.");
        } catch (JsonProcessingException e) {
            throw new WrongDefinitionsException("%s is not JSON: line %d, column %d: %s".formatted(
                    file, e.getLocation().getLineNr(), e.getLocation().getColumnNr(), e.getOriginalMessage()));
        } catch (IOException e) {
            throw new WrongDefinitionsException(file + " can't be read as UTF-8 text: " + e.getMessage());
        }
    }

    /** Everything that is wrong with it, by the rules that the deployed API goes by. */
    List<Finding> findings(Limits limits, String region) {
        Map<String, String> standIns = Placeholders.standIns(region);
        List<Finding> findings = new ArrayList<>();
        findUnknown(input, "", standIns.keySet(), findings);
        if (!findings.isEmpty()) {
            return findings;
        }
        ObjectNode filled = (ObjectNode) Placeholders.fill(input, standIns);
        findings.addAll(Findings.of(filled, limits, region));
        int bytes = TextNode.valueOf(filled.toString()).toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MOST_BYTES) {
            findings.add(new Finding("definition-size", "LimitExceededException", "", "The definition has " + bytes
                    + " bytes as text in a CloudFormation event; with the one before it, that event can't be sent.",
                    "Keep it below " + MOST_BYTES + ", or create this pipeline by the API."));
        }
        return findings;
    }

    /** Whether more may be wrong than such a finding lets see. */
    static boolean hidesOthers(Finding finding) {
        return finding.ruleId().equals(UNKNOWN_PLACEHOLDER) || Findings.hidesRules(finding);
    }

    private static void findUnknown(JsonNode json, String path, Set<String> known, List<Finding> findings) {
        json.properties().forEach(member -> {
            String place = path.isEmpty() ? member.getKey() : path + "." + member.getKey();
            findUnknown(member.getKey(), place, known, findings);
            findUnknown(member.getValue(), path.isEmpty() && member.getKey().equals("pipeline") ? "" : place, known, findings);
        });
        for (int i = 0; json.isArray() && i < json.size(); i++) {
            findUnknown(json.get(i), path + "[" + i + "]", known, findings);
        }
        if (json.isTextual()) {
            findUnknown(json.textValue(), path, known, findings);
        }
    }

    private static void findUnknown(String text, String path, Set<String> known, List<Finding> findings) {
        Placeholders.names(text).stream().filter(name -> !known.contains(name)).forEach(name -> findings.add(new Finding(
                UNKNOWN_PLACEHOLDER, "ParamValidation", path, "There is no placeholder " + Placeholders.written(name) + ".",
                "Use one of " + String.join(", ", known.stream().sorted().map(Placeholders::written).toList())
                        + "; or write " + Placeholders.written("!" + name) + " for that very text.")));
    }

    /** The pipeline's name, with placeholders as they stand in the file. */
    String name() {
        return input.at("/pipeline/name").asText();
    }

    /** The definition as JSON, whose own dollar signs before braces are escaped: who lints templates takes them for mistakes. */
    String text(Map<String, String> values) {
        return PLAIN_BRACE.matcher(Placeholders.fill(input, values).toString()).replaceAll("\\\\u0024{");
    }

    PipelineDeclaration declaration(Map<String, String> values) {
        return Findings.declaration(Placeholders.fill(input, values));
    }
}
