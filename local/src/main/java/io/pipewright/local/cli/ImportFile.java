package io.pipewright.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.local.importing.Imported;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A part of an import as a file.
 *
 * @param path below the folder that is written to; empty if there is no file
 * @param title what it is
 * @param remarks what to do with it, and what to know
 * @param json null if there is no file
 */
record ImportFile(String path, String title, List<String> remarks, JsonNode json) {
    private static final String TRUST = "trust";
    private static final String CODEPIPELINE = "aws codepipeline ";

    ImportFile {
        remarks = List.copyOf(remarks);
    }

    /** All parts, in the order in which they are to be created. */
    static List<ImportFile> all(Imported imported) {
        List<ImportFile> files = new ArrayList<>();
        imported.actionTypes().forEach(type -> files.add(of("action-types", "Action type ", type, "create-custom-action-type")));
        for (Imported.Pipeline pipeline : imported.pipelines()) {
            files.add(pipeline(pipeline.definition(), imported.placeholders()));
            pipeline.transitions().forEach(transition -> files.add(transition(pipeline, transition)));
        }
        imported.rules().forEach(rule -> files.addAll(rule(rule)));
        imported.webhooks().forEach(webhook -> files.add(of("webhooks", "Webhook ", webhook, "put-webhook")));
        files.addAll(trust(imported.pipelines()));
        return files;
    }

    private static ImportFile of(String folder, String kind, Imported.Definition definition, String command) {
        String path = path(folder, definition.name(), ".json");
        List<String> remarks = new ArrayList<>();
        remarks.add(command(CODEPIPELINE + command, path));
        remarks.addAll(definition.notes());
        return new ImportFile(path, kind + definition.name() + ", from " + definition.origin(), remarks, definition.input());
    }

    private static ImportFile pipeline(Imported.Definition definition, Set<String> placeholders) {
        ImportFile file = of("pipelines", "Pipeline ", definition, "create-pipeline");
        String known = definition.input().toString();
        for (String placeholder : placeholders) {
            known = known.replace(placeholder, "");
        }
        if (!known.contains("${")) {
            return file;
        }
        List<String> remarks = new ArrayList<>(file.remarks());
        remarks.add("In the CDK app's folder of pipelines write ${!…} for each ${…} in it: there that stands for a value of the stack.");
        return new ImportFile(file.path(), file.title(), remarks, file.json());
    }

    /** Names may be anything as long as they aren't checked. */
    private static String path(String folder, String name, String end) {
        return folder + "/" + name.replaceAll("[^A-Za-z0-9.@_${}:-]", "-") + end;
    }

    private static String command(String command, String path) {
        return command + " --cli-input-json file://" + path;
    }

    private static ImportFile transition(Imported.Pipeline pipeline, ObjectNode input) {
        String stage = input.path("stageName").asText();
        String path = path("transitions", pipeline.name() + "." + stage, ".json");
        return new ImportFile(path, "The transition into " + stage + " is disabled",
                List.of(command(CODEPIPELINE + "disable-stage-transition", path)), input);
    }

    private static List<ImportFile> rule(Imported.StartRule rule) {
        if (!rule.isMade()) {
            return List.of(new ImportFile("", "No rule for " + rule.origin(), rule.notes(), null));
        }
        String path = path("rules", rule.name(), ".rule.json");
        String targets = path("rules", rule.name(), ".targets.json");
        List<String> remarks = new ArrayList<>();
        remarks.add(command("aws events put-rule", path));
        remarks.addAll(rule.notes());
        return List.of(new ImportFile(path, "Rule, from " + rule.origin(), remarks, rule.rule()),
                new ImportFile(targets, "What the rule starts", List.of(command("aws events put-targets", targets)), rule.targets()));
    }

    /** A policy for each role, with what all pipelines ask of it. */
    private static List<ImportFile> trust(List<Imported.Pipeline> pipelines) {
        Map<String, List<Imported.RoleTrust>> roles = new LinkedHashMap<>();
        pipelines.forEach(pipeline -> pipeline.roles().forEach(trust ->
                roles.computeIfAbsent(trust.role(), any -> new ArrayList<>()).add(trust)));
        return roles.entrySet().stream().map(role -> trust(role.getKey(), role.getValue())).toList();
    }

    private static ImportFile trust(String role, List<Imported.RoleTrust> trusts) {
        ObjectNode policy = JsonNodeFactory.instance.objectNode().put("Version", "2012-10-17");
        ArrayNode statements = policy.putArray("Statement");
        trusts.forEach(trust -> statements.add(trust.statement().json()));
        List<String> remarks = new ArrayList<>();
        List<String> assumers = trusts.stream().map(trust -> trust.statement().principal()).distinct().toList();
        if (assumers.stream().anyMatch(assumer -> assumer.endsWith(":root"))) {
            remarks.add("Tag the role with pipewright=<prefix of the deployment>, or name it in the deployment's assumableRoles.");
        }
        assumers.stream().filter(assumer -> !assumer.endsWith(":root")).forEach(assumer ->
                remarks.add(assumer + " needs the permission sts:AssumeRole on it, as with CodePipeline."));
        if (policy.toString().contains("${")) {
            remarks.add("Give --account and --region for the rest of it.");
        }
        return new ImportFile(path(TRUST, role.substring(role.lastIndexOf('/') + 1), ".json"),
                "To be added to the trust policy of " + role, remarks, policy);
    }

    /** For a person: comments, then the content if that is wanted. */
    List<String> lines(boolean content) {
        List<String> lines = new ArrayList<>();
        lines.add(Printable.of("# " + (path.isEmpty() ? "" : path + ": ") + title));
        remarks.forEach(remark -> lines.add(Printable.of("#   " + remark)));
        if (content && json != null) {
            lines.add(CompactJson.of(json));
        }
        if (content) {
            lines.add("");
        }
        return lines;
    }

    /** @throws CommandFailedException if it can't be written */
    void write(Path folder) {
        // A policy that lacks an account would let nobody in, or the wrong one.
        if (json == null || path.startsWith(TRUST) && json.toString().contains("${")) {
            return;
        }
        Path file = folder.resolve(path);
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, CompactJson.of(json) + "\n");
        } catch (IOException e) {
            throw new CommandFailedException("Could not write " + file + ": " + e.getMessage(), e);
        }
    }
}
