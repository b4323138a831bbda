package io.pipewright.functions.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.statemachine.execution.ActionRun;
import io.pipewright.statemachine.execution.ActiveRun;
import io.pipewright.statemachine.execution.Owed;
import io.pipewright.statemachine.execution.PipelineEffect;
import io.pipewright.statemachine.execution.PipelineState;
import io.pipewright.statemachine.execution.RunState;
import io.pipewright.statemachine.execution.RunStatus;
import io.pipewright.statemachine.execution.StageGate;
import io.pipewright.statemachine.execution.Transition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.RetryTrigger;

/**
 * The two aggregates as JSON. Short member names keep a usual item below the 1 KB of one write unit; absent members mean
 * empty, 0 or false, so that items of an earlier release stay readable.
 */
final class StateJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private StateJson() { }

    static ObjectNode write(PipelineState state) {
        ObjectNode json = NODES.objectNode();
        flag(json, "deleted", state.deleted());
        json.put("version", state.version()).put("mode", state.mode().toString()).put("number", state.lastNumber());
        ArrayNode stages = json.putArray("stages");
        state.stages().forEach(stage -> stages.add(write(stage)));
        ArrayNode active = json.putArray("active");
        state.active().values().forEach(run -> active.add(write(run)));
        json.put("effects", state.lastEffect());
        owed(json, state.owed(), EffectJson::write);
        return json;
    }

    static PipelineState pipeline(JsonNode json) {
        List<StageGate> stages = new ArrayList<>();
        json.path("stages").forEach(stage -> stages.add(stage(stage)));
        SortedMap<Long, ActiveRun> active = new TreeMap<>();
        json.path("active").forEach(run -> active.put(run.path("n").asLong(), activeRun(run)));
        return new PipelineState(
                json.path("deleted").asBoolean(), json.path("version").asInt(),
                ExecutionMode.fromValue(json.path("mode").asText()), json.path("number").asLong(), stages, active,
                json.path("effects").asLong(), owed(json, EffectJson::pipelineEffect));
    }

    private static ObjectNode write(StageGate stage) {
        ObjectNode json = NODES.objectNode().put("name", stage.name());
        transition(json, "in", stage.inbound());
        transition(json, "out", stage.outbound());
        latest(json, stage.latest());
        if (stage.previous().isPresent()) {
            latest(json.putObject("before"), stage.previous());
        }
        return json;
    }

    private static void latest(ObjectNode json, Optional<StageGate.Latest> latest) {
        latest.ifPresent(one -> json.put("run", one.run()).put("n", one.number()));
    }

    private static StageGate stage(JsonNode json) {
        return new StageGate(json.path("name").asText(), transition(json.path("in")), transition(json.path("out")),
                latest(json), latest(json.path("before")));
    }

    private static Optional<StageGate.Latest> latest(JsonNode json) {
        return json.has("run")
                ? Optional.of(new StageGate.Latest(json.path("run").asText(), json.path("n").asLong()))
                : Optional.empty();
    }

    private static void transition(ObjectNode json, String name, Transition transition) {
        if (!transition.equals(Transition.UNTOUCHED)) {
            ObjectNode node = json.putObject(name).put("at", transition.changedAt());
            text(node, "off", transition.disabledReason());
            text(node, "by", transition.changedBy());
        }
    }

    private static Transition transition(JsonNode json) {
        return json.isMissingNode()
                ? Transition.UNTOUCHED
                : new Transition(text(json, "off"), text(json, "by"), json.path("at").asLong());
    }

    private static ObjectNode write(ActiveRun run) {
        ObjectNode json = NODES.objectNode().put("n", run.number()).put("run", run.run())
                .put("attempt", run.attempt()).put("version", run.version()).put("mode", run.mode().toString())
                .put("stage", run.stage()).put("at", run.position());
        flag(json, "inside", run.inside());
        return json;
    }

    private static ActiveRun activeRun(JsonNode json) {
        return new ActiveRun(
                json.path("n").asLong(), json.path("run").asText(), json.path("attempt").asInt(),
                json.path("version").asInt(), ExecutionMode.fromValue(json.path("mode").asText()),
                json.path("stage").asText(), json.path("at").asInt(-1), json.path("inside").asBoolean());
    }

    static ObjectNode write(RunState state) {
        ObjectNode json = NODES.objectNode()
                .put("run", state.run()).put("version", state.version()).put("mode", state.mode().toString())
                .put("n", state.number()).put("status", state.status().name())
                .put("attempt", state.attempt()).put("stage", state.stage());
        text(json, "failure", state.failure());
        text(json, "summary", state.summary());
        text(json, "stop", state.stopReason());
        flag(json, "inside", state.inside());
        flag(json, "cancelling", state.cancelling());
        ArrayNode actions = json.putArray("actions");
        state.actions().forEach(action -> actions.add(write(action)));
        count(json, "manual", state.retries().manual());
        count(json, "automatic", state.retries().automatic());
        text(json, "retry", state.retries().latest().map(RetryTrigger::toString));
        count(json, "started", state.times().started());
        count(json, "since", state.times().since());
        count(json, "retried", state.times().retried());
        count(json, "stageRetried", state.times().stageRetried());
        count(json, "ended", state.times().ended());
        json.put("effects", state.lastEffect());
        owed(json, state.owed(), EffectJson::write);
        return json;
    }

    static RunState run(JsonNode json) {
        List<ActionRun> actions = new ArrayList<>();
        json.path("actions").forEach(action -> actions.add(action(action)));
        return new RunState(
                json.path("run").asText(), json.path("version").asInt(),
                ExecutionMode.fromValue(json.path("mode").asText()), json.path("n").asLong(),
                RunStatus.valueOf(json.path("status").asText()), text(json, "failure"), text(json, "summary"),
                text(json, "stop"), json.path("attempt").asInt(), json.path("stage").asInt(),
                json.path("inside").asBoolean(), json.path("cancelling").asBoolean(), actions,
                new RunState.Retries(json.path("manual").asInt(), json.path("automatic").asInt(),
                        text(json, "retry").map(RetryTrigger::fromValue)),
                new RunState.Times(json.path("started").asLong(), json.path("since").asLong(),
                        json.path("retried").asLong(), json.path("stageRetried").asLong(),
                        json.path("ended").asLong()),
                json.path("effects").asLong(), owed(json, EffectJson::runEffect));
    }

    private static ObjectNode write(ActionRun action) {
        ObjectNode json = NODES.objectNode().put("a", action.action()).put("status", action.status().name());
        if (!action.id().isEmpty()) {
            json.put("id", action.id()).put("at", action.startedAt()).put("deadline", action.deadline());
        }
        return json;
    }

    private static ActionRun action(JsonNode json) {
        return new ActionRun(
                json.path("a").asInt(), ActionRun.Status.valueOf(json.path("status").asText()),
                json.path("id").asText(), json.path("at").asLong(), json.path("deadline").asLong());
    }

    private static <E> void owed(ObjectNode json, List<Owed<E>> owed, Function<E, ObjectNode> writer) {
        if (!owed.isEmpty()) {
            ArrayNode list = json.putArray("owed");
            owed.forEach(one -> list.add(writer.apply(one.effect()).put("s", one.sequence())));
        }
    }

    private static <E> List<Owed<E>> owed(JsonNode json, Function<JsonNode, E> reader) {
        List<Owed<E>> owed = new ArrayList<>();
        json.path("owed").forEach(one -> owed.add(new Owed<>(one.path("s").asLong(), reader.apply(one))));
        return owed;
    }

    static void text(ObjectNode json, String name, Optional<String> value) {
        value.ifPresent(text -> json.put(name, text));
    }

    static Optional<String> text(JsonNode json, String name) {
        return json.has(name) ? Optional.of(json.path(name).asText()) : Optional.empty();
    }

    private static void flag(ObjectNode json, String name, boolean value) {
        if (value) {
            json.put(name, true);
        }
    }

    private static void count(ObjectNode json, String name, long value) {
        if (value != 0) {
            json.put(name, value);
        }
    }
}
