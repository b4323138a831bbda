package io.pipewright.functions.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.statemachine.execution.PipelineEffect;
import io.pipewright.statemachine.execution.PipelineMessage;
import io.pipewright.statemachine.execution.RunEffect;
import software.amazon.awssdk.services.codepipeline.model.StageRetryMode;

/** Owed effects as JSON: {@code k} names the kind. */
final class EffectJson {
    private EffectJson() { }

    private static ObjectNode kind(String kind) {
        return JsonNodeFactory.instance.objectNode().put("k", kind);
    }

    static ObjectNode write(PipelineEffect effect) {
        return effect.in(new PipelineEffect.Cases<ObjectNode>() {
            @Override
            public ObjectNode begin(PipelineEffect.Begin begin) {
                return kind("begin");
            }

            @Override
            public ObjectNode admit(PipelineEffect.Admit admit) {
                return kind("admit").put("attempt", admit.attempt()).put("stage", admit.stage());
            }

            @Override
            public ObjectNode supersede(PipelineEffect.Supersede supersede) {
                return kind("supersede");
            }

            @Override
            public ObjectNode cancel(PipelineEffect.Cancel cancel) {
                return kind("cancel");
            }

            @Override
            public ObjectNode vanish(PipelineEffect.Vanish vanish) {
                return kind("vanish");
            }

            @Override
            public ObjectNode resume(PipelineEffect.Resume resume) {
                return kind("resume").put("attempt", resume.attempt()).put("stage", resume.stage())
                        .put("retry", resume.retryMode().toString());
            }
        }).put("run", effect.run()).put("n", effect.number());
    }

    static PipelineEffect pipelineEffect(JsonNode json) {
        String run = json.path("run").asText();
        long number = json.path("n").asLong();
        String kind = json.path("k").asText();
        return switch (kind) {
            case "begin" -> new PipelineEffect.Begin(run, number);
            case "admit" -> new PipelineEffect.Admit(
                    run, number, json.path("attempt").asInt(), json.path("stage").asText());
            case "supersede" -> new PipelineEffect.Supersede(run, number);
            case "cancel" -> new PipelineEffect.Cancel(run, number);
            case "vanish" -> new PipelineEffect.Vanish(run, number);
            case "resume" -> new PipelineEffect.Resume(
                    run, number, json.path("attempt").asInt(), json.path("stage").asText(),
                    StageRetryMode.fromValue(json.path("retry").asText()));
            default -> throw unknown(kind);
        };
    }

    static ObjectNode write(RunEffect effect) {
        return effect.in(new RunEffect.Cases<ObjectNode>() {
            @Override
            public ObjectNode answerGate(RunEffect.AnswerGate answer) {
                return kind("gate").put("attempt", answer.attempt()).put("stage", answer.stage())
                        .put("answer", answer.answer().name());
            }

            @Override
            public ObjectNode answerAction(RunEffect.AnswerAction answer) {
                return kind("answer").put("attempt", answer.attempt()).put("stage", answer.stage())
                        .put("a", answer.action()).put("answer", answer.answer().name());
            }

            @Override
            public ObjectNode startMachine(RunEffect.StartMachine start) {
                return kind("start").put("attempt", start.attempt()).put("entry", start.entry());
            }

            @Override
            public ObjectNode stopMachine(RunEffect.StopMachine stop) {
                return kind("stop").put("attempt", stop.attempt());
            }

            @Override
            public ObjectNode tellPipeline(RunEffect.TellPipeline tell) {
                return write(tell.message());
            }

            @Override
            public ObjectNode recordAction(RunEffect.RecordAction record) {
                ObjectNode json = kind("record").put("id", record.id()).put("a", record.action()).put("from", record.startedAt())
                        .put("end", record.end().name());
                StateJson.text(json, "cause", record.cause());
                return json;
            }

            @Override
            public ObjectNode publish(RunEffect.Publish publish) {
                return kind("event").put("change", publish.change().name()).put("stage", publish.stage())
                        .put("a", publish.action()).put("id", publish.id()).put("from", publish.startedAt())
                        .put("retried", publish.retriedAt()).put("attempt", publish.attempt())
                        .put("at", publish.at());
            }
        });
    }

    /** Executions send their pipeline only these two; starts, retries and the rest come from callers, who wait for the answer. */
    private static ObjectNode write(PipelineMessage message) {
        if (message instanceof PipelineMessage.Arrive arrive) {
            return kind("arrive").put("run", arrive.run()).put("n", arrive.number())
                    .put("attempt", arrive.attempt()).put("stage", arrive.stage()).put("at", arrive.position());
        }
        if (message instanceof PipelineMessage.End end) {
            return kind("end").put("run", end.run()).put("n", end.number()).put("attempt", end.attempt())
                    .put("entered", end.entered());
        }
        throw new IllegalArgumentException("An execution never owes its pipeline " + message);
    }

    static RunEffect runEffect(JsonNode json) {
        String kind = json.path("k").asText();
        int attempt = json.path("attempt").asInt();
        int stage = json.path("stage").asInt();
        return switch (kind) {
            case "gate" -> new RunEffect.AnswerGate(attempt, stage, answer(json));
            case "answer" -> new RunEffect.AnswerAction(attempt, stage, json.path("a").asInt(), answer(json));
            case "start" -> new RunEffect.StartMachine(attempt, json.path("entry").asText());
            case "stop" -> new RunEffect.StopMachine(attempt);
            case "arrive" -> new RunEffect.TellPipeline(new PipelineMessage.Arrive(
                    json.path("run").asText(), json.path("n").asLong(), attempt, json.path("stage").asText(),
                    json.path("at").asInt(-1)));
            case "end" -> new RunEffect.TellPipeline(new PipelineMessage.End(
                    json.path("run").asText(), json.path("n").asLong(), attempt, json.path("entered").asInt(Integer.MAX_VALUE)));
            case "record" -> new RunEffect.RecordAction(
                    json.path("id").asText(), json.path("a").asInt(), json.path("from").asLong(),
                    RunEffect.ActionEnd.valueOf(json.path("end").asText()), StateJson.text(json, "cause"));
            case "event" -> new RunEffect.Publish(
                    RunEffect.Change.valueOf(json.path("change").asText()), stage, json.path("a").asInt(),
                    json.path("id").asText(), json.path("from").asLong(), json.path("retried").asLong(), attempt,
                    json.path("at").asLong());
            default -> throw unknown(kind);
        };
    }

    private static RunEffect.Answer answer(JsonNode json) {
        return RunEffect.Answer.valueOf(json.path("answer").asText());
    }

    private static IllegalArgumentException unknown(String kind) {
        return new IllegalArgumentException("This release doesn't know the effect '" + kind + "'");
    }
}
