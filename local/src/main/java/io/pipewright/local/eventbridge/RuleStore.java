package io.pipewright.local.eventbridge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.local.database.Database;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.eventbridge.model.InputTransformer;
import software.amazon.awssdk.services.eventbridge.model.RuleState;
import software.amazon.awssdk.services.eventbridge.model.Target;

/** The rules in the database, a row each with its targets. */
final class RuleStore {
    private final Database database;

    RuleStore(Database database) {
        this.database = database;
        database.define("CREATE TABLE IF NOT EXISTS eventbridge_rule (name TEXT PRIMARY KEY, pattern TEXT NOT NULL, state TEXT NOT NULL,"
            + " description TEXT, role TEXT, targets TEXT NOT NULL)");
    }

    List<Rule> all() {
        return database.read(session -> {
            List<Rule> rules = new ArrayList<>();
            try (ResultSet row = session.prepare("SELECT name, pattern, state, description, role, targets FROM eventbridge_rule").executeQuery()) {
                while (row.next()) {
                    rules.add(new Rule(row.getString(1), row.getString(2), RuleState.fromValue(row.getString(3)),
                        row.getString(4), row.getString(5), readTargets(row.getString(6))));
                }
            }
            return rules;
        });
    }

    void put(Rule rule) {
        database.write(session -> session.update("INSERT OR REPLACE INTO eventbridge_rule VALUES (?, ?, ?, ?, ?, ?)",
            rule.name(), rule.pattern(), rule.state().toString(), rule.description(), rule.roleArn(), writeTargets(rule.targets())));
    }

    void delete(String name) {
        database.write(session -> session.update("DELETE FROM eventbridge_rule WHERE name = ?", name));
    }

    private static String writeTargets(List<Target> targets) {
        return Json.write(Json.MAPPER.createArrayNode().addAll(targets.stream().map(RuleStore::write).toList()));
    }

    private static ObjectNode write(Target target) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("Id", target.id());
        json.put("Arn", target.arn());
        json.put("RoleArn", target.roleArn());
        json.put("Input", target.input());
        json.put("InputPath", target.inputPath());
        if (target.inputTransformer() != null) {
            json.put("InputTemplate", target.inputTransformer().inputTemplate());
            if (target.inputTransformer().hasInputPathsMap()) {
                ObjectNode paths = json.putObject("InputPathsMap");
                target.inputTransformer().inputPathsMap().forEach(paths::put);
            }
        }
        return json;
    }

    private static List<Target> readTargets(String text) {
        List<Target> targets = new ArrayList<>();
        Json.read(text).forEach(json -> targets.add(read(json)));
        return targets;
    }

    private static Target read(JsonNode json) {
        Target.Builder target = Target.builder().id(text(json, "Id")).arn(text(json, "Arn")).roleArn(text(json, "RoleArn"))
            .input(text(json, "Input")).inputPath(text(json, "InputPath"));
        if (json.has("InputTemplate")) {
            InputTransformer.Builder transformer = InputTransformer.builder().inputTemplate(text(json, "InputTemplate"));
            if (json.has("InputPathsMap")) {
                Map<String, String> paths = new TreeMap<>();
                json.get("InputPathsMap").properties().forEach(entry -> paths.put(entry.getKey(), entry.getValue().textValue()));
                transformer.inputPathsMap(paths);
            }
            target.inputTransformer(transformer.build());
        }
        return target.build();
    }

    private static String text(JsonNode json, String name) {
        JsonNode value = json.get(name);
        return value == null || value.isNull() ? null : value.textValue();
    }
}
