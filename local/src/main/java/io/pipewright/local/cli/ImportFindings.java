package io.pipewright.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.functions.findings.Findings;
import io.pipewright.functions.findings.Members;
import io.pipewright.functions.wire.Validator;
import io.pipewright.local.home.LocalHome;
import io.pipewright.local.importing.Imported;
import io.pipewright.statemachine.definition.Finding;
import io.pipewright.statemachine.definition.Limits;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.codepipeline.model.CreateCustomActionTypeRequest;
import software.amazon.awssdk.services.codepipeline.model.PutWebhookRequest;

/** What keeps an import from being created. */
final class ImportFindings {
    private static final String ACTION_TYPE = "action-type-exists";
    private static final Pattern STEP = Pattern.compile("([^.\\[\\]]+)|\\[(\\d+)]");

    private final Imported imported;
    private final List<Finding> findings;

    private ImportFindings(Imported imported) {
        this.imported = imported;
        this.findings = new ArrayList<>(imported.gaps());
    }

    /** Values that aren't known, then what the API would refuse of each definition. */
    static List<Finding> of(Imported imported, Limits limits) {
        ImportFindings all = new ImportFindings(imported);
        Set<String> names = new HashSet<>();
        for (Imported.Pipeline pipeline : imported.pipelines()) {
            ObjectNode input = pipeline.definition().input();
            all.add("pipeline " + pipeline.name() + ": ", input.path("pipeline"),
                    Findings.of(input, limits, pipeline.region().orElse(LocalHome.REGION)));
            if (!names.add(pipeline.name())) {
                all.findings.add(new Finding("pipeline-names-unique", "PipelineNameInUseException", pipeline.definition().origin(),
                        "There is another pipeline with the name " + pipeline.name() + ".", "Import one of them with --only LOGICAL-ID."));
            }
        }
        imported.webhooks().forEach(webhook -> all.add("webhook " + webhook.name() + ": ", webhook.input(),
                shape(webhook.input(), PutWebhookRequest.builder().build(), "PutWebhook")));
        imported.actionTypes().forEach(type -> all.add("action type " + type.name() + ": ", type.input(),
                shape(type.input(), CreateCustomActionTypeRequest.builder().build(), "CreateCustomActionType")));
        return all.findings;
    }

    private static List<Finding> shape(ObjectNode input, SdkPojo type, String operation) {
        List<Finding> findings = new ArrayList<>(Members.check(input, type, "CodePipeline"));
        Validator.violations(operation, input).forEach(violation -> findings.add(Findings.finding(violation)));
        return findings;
    }

    /** Of a value that isn't known nothing else can be said, and what is imported too is not missing. */
    private void add(String owner, JsonNode json, List<Finding> found) {
        found.stream().filter(finding -> !finding.ruleId().equals(ACTION_TYPE) || imported.actionTypes().stream().noneMatch(
                type -> finding.message().contains(inWords(type.input()))))
                .filter(finding -> !isUnknown(finding.message()) && !isUnknown(at(json, finding.path()).asText()))
                .map(finding -> new Finding(finding.ruleId(), finding.exception(), owner + finding.path(), finding.message(),
                        finding.remedy()))
                .forEach(findings::add);
    }

    /** As findings name an action type. */
    private static String inWords(JsonNode type) {
        return "Category: '" + type.path("category").asText() + "', Provider: '" + type.path("provider").asText()
                + "', Owner: 'Custom', Version: '" + type.path("version").asText() + "'";
    }

    private boolean isUnknown(String text) {
        return imported.placeholders().stream().anyMatch(text::contains);
    }

    private static JsonNode at(JsonNode json, String path) {
        JsonNode found = json;
        for (Matcher step = STEP.matcher(path); step.find();) {
            found = step.group(1) == null ? found.path(Integer.parseInt(step.group(2))) : found.path(step.group(1));
        }
        return found;
    }
}
