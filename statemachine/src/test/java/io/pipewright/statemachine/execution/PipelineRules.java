package io.pipewright.statemachine.execution;

import static io.pipewright.statemachine.execution.Violation.Invariant.CLOSED_IS_CLOSED;
import static io.pipewright.statemachine.execution.Violation.Invariant.DELETED_IS_EMPTY;
import static io.pipewright.statemachine.execution.Violation.Invariant.NUMBERED_ONCE;
import static io.pipewright.statemachine.execution.Violation.Invariant.ONE_PER_STAGE;
import static io.pipewright.statemachine.execution.Violation.Invariant.OUSTED;
import static io.pipewright.statemachine.execution.Violation.Invariant.OUTDATED_ENTERS_NOTHING;
import static io.pipewright.statemachine.execution.Violation.Invariant.SUPERSEDED_BETWEEN_STAGES;
import static io.pipewright.statemachine.execution.Violation.unless;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;

/** What must hold for each state of a pipeline, and between a state and what a message makes of it. */
final class PipelineRules {

    void check(PipelineState before, PipelineMessage message, PipelineState after) {
        Object[] detail = {message, before, after};
        check(after, detail);
        List<PipelineEffect> effects =
                after.owed().stream().skip(before.owed().size()).map(Owed::effect).toList();
        for (PipelineEffect effect : effects) {
            if (effect instanceof PipelineEffect.Begin begin) {
                unless(begin.number() > before.lastNumber() && begin.number() == after.lastNumber(), NUMBERED_ONCE, detail);
            } else if (effect instanceof PipelineEffect.Supersede supersede) {
                supersedes(before, after, supersede, detail);
            }
        }
        for (ActiveRun run : after.active().values()) {
            ActiveRun was = before.active().get(run.number());
            boolean enters = run.inside() && !run.stage().isEmpty()
                    && (was == null || !was.inside() || !was.stage().equals(run.stage()));
            if (enters && !(message instanceof PipelineMessage.Retry)) {
                unless(after.isOpen(run.stage()), CLOSED_IS_CLOSED, detail);
                unless(run.isParallel() || run.version() == after.version(), OUTDATED_ENTERS_NOTHING, detail);
            }
        }
        for (ActiveRun run : before.active().values()) {
            ActiveRun is = after.active().get(run.number());
            if (run.inside() && (is == null || !is.inside() || !is.stage().equals(run.stage()))) {
                unless(isWordOf(run, message), OUSTED, detail);
            }
        }
    }

    private static void check(PipelineState state, Object... detail) {
        unless(!state.deleted() || state.active().isEmpty(), DELETED_IS_EMPTY, detail);
        Set<String> held = new HashSet<>();
        Set<String> runs = new HashSet<>();
        for (ActiveRun run : state.active().values()) {
            unless(!run.inside() || run.isParallel() || held.add(run.stage()), ONE_PER_STAGE, detail);
            unless(runs.add(run.run()), NUMBERED_ONCE, detail);
        }
    }

    private static void supersedes(
            PipelineState before, PipelineState after, PipelineEffect.Supersede effect, Object... detail) {
        ActiveRun was = before.active().get(effect.number());
        unless(was != null && was.mode() == ExecutionMode.SUPERSEDED, SUPERSEDED_BETWEEN_STAGES, detail);
        boolean newer = after.active().tailMap(effect.number() + 1).values().stream()
                .anyMatch(run -> run.mode() == ExecutionMode.SUPERSEDED);
        unless(newer && !after.active().containsKey(effect.number()), SUPERSEDED_BETWEEN_STAGES, detail);
    }

    private static boolean isWordOf(ActiveRun run, PipelineMessage message) {
        return message instanceof PipelineMessage.Delete
                || message instanceof PipelineMessage.End end && end.number() == run.number()
                && end.attempt() >= run.attempt()
                || message instanceof PipelineMessage.Arrive arrive && arrive.number() == run.number()
                && arrive.attempt() >= run.attempt()
                || message instanceof PipelineMessage.Retry retry && retry.number() == run.number();
    }
}
