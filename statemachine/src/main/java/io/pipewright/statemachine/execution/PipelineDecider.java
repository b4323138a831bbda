package io.pipewright.statemachine.execution;

import io.pipewright.statemachine.execution.PipelineDecision.Changed;
import io.pipewright.statemachine.execution.PipelineDecision.Ignored;
import io.pipewright.statemachine.execution.PipelineDecision.Refusal;
import io.pipewright.statemachine.execution.PipelineDecision.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;

/**
 * The stage gates: who enters a stage, who waits, who is superseded.
 *
 * <p>Rules from the User Guide's "How pipeline executions work" and "Set or change the pipeline execution mode". A stage serves
 * one SUPERSEDED or QUEUED execution at a time; leaving one stage and standing in front of the next is one decision, so
 * that nobody can overtake in between; a start queues in front of the first stage at once, so that start order is the
 * order there too.
 */
public final class PipelineDecider {

    private PipelineDecider() { }

    /** Decides without touching {@code state}; the result says what to write, if anything. */
    public static PipelineDecision decide(PipelineState state, PipelineMessage message) {
        return message.in(new PipelineMessage.Cases<>() {
            @Override
            public PipelineDecision start(PipelineMessage.Start start) {
                return PipelineDecider.start(state, start);
            }

            @Override
            public PipelineDecision arrive(PipelineMessage.Arrive arrive) {
                return PipelineDecider.arrive(state, arrive);
            }

            @Override
            public PipelineDecision end(PipelineMessage.End end) {
                return PipelineDecider.end(state, end);
            }

            @Override
            public PipelineDecision retry(PipelineMessage.Retry retry) {
                return PipelineDecider.retry(state, retry);
            }

            @Override
            public PipelineDecision setTransition(PipelineMessage.SetTransition set) {
                return PipelineDecider.setTransition(state, set);
            }

            @Override
            public PipelineDecision update(PipelineMessage.Update update) {
                return PipelineDecider.update(state, update);
            }

            @Override
            public PipelineDecision delete(PipelineMessage.Delete delete) {
                return PipelineDecider.delete(state);
            }
        });
    }

    private static PipelineDecision start(PipelineState state, PipelineMessage.Start start) {
        if (state.deleted()) {
            return new Refused(Refusal.PIPELINE_DELETED);
        }
        if (state.activeRun(start.run()).isPresent() || owesBegin(state, start.run())) {
            return new Ignored();
        }
        if (state.version() != start.version()) {
            return new Refused(Refusal.OTHER_VERSION);
        }
        long number = state.lastNumber() + 1;
        PipelineState numbered = state.numbered(number);
        PipelineEffect begin = new PipelineEffect.Begin(start.run(), number);
        if (start.failsAtOnce()) {
            return new Changed(numbered.owing(List.of(begin)));
        }
        if (full(state, start.limit())) {
            return new Refused(Refusal.TOO_MANY_EXECUTIONS);
        }
        String first = state.stages().get(0).name();
        boolean parallel = state.mode() == ExecutionMode.PARALLEL;
        ActiveRun run = new ActiveRun(number, start.run(), 1, state.version(), state.mode(),
                parallel ? "" : first, parallel ? -1 : 0, parallel);
        PipelineState joined = numbered.with(run).owing(List.of(begin));
        return new Changed(parallel ? joined : settle(joined, first));
    }

    /**
     * Whether the start was accepted and the execution doesn't know it yet. It may have been superseded since: under another number
     * it would supersede the newer one in its turn.
     */
    private static boolean owesBegin(PipelineState state, String run) {
        return state.owed().stream().anyMatch(owed ->
                owed.effect() instanceof PipelineEffect.Begin begin && begin.run().equals(run));
    }

    private static boolean full(PipelineState state, int limit) {
        return state.mode() != ExecutionMode.SUPERSEDED && state.active().size() >= limit;
    }

    private static PipelineDecision arrive(PipelineState state, PipelineMessage.Arrive arrive) {
        ActiveRun run = state.active().get(arrive.number());
        if (!known(run, arrive.run()) || arrive.attempt() < run.attempt()) {
            return new Ignored();
        }
        if (!isAhead(state, arrive, run) || isOutdated(state, run)) {
            return new Ignored();
        }
        PipelineState moved = left(state, run, true).with(run.waitingFor(arrive));
        return new Changed(settle(settle(moved, run.stage()), arrive.stage()));
    }

    /** Whether the execution hasn't been seen there or further on. What an earlier release wrote has no positions: the names must do. */
    private static boolean isAhead(PipelineState state, PipelineMessage.Arrive arrive, ActiveRun run) {
        boolean numbered = arrive.position() >= 0 && (run.position() >= 0 || run.stage().isEmpty());
        if (numbered) {
            return arrive.position() > run.position();
        }
        return !run.stage().equals(arrive.stage())
                && (run.version() != state.version() || index(state, arrive.stage()) > index(state, run.stage()));
    }

    /** An older version's that needs locks is on its way to be cancelled and leaves with its end. */
    private static boolean isOutdated(PipelineState state, ActiveRun run) {
        return run.version() != state.version() && !run.isParallel();
    }

    private static int index(PipelineState state, String stage) {
        for (int i = 0; i < state.stages().size(); i++) {
            if (state.stages().get(i).name().equals(stage)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean known(ActiveRun run, String id) {
        return run != null && run.run().equals(id);
    }

    private static PipelineDecision end(PipelineState state, PipelineMessage.End end) {
        ActiveRun run = state.active().get(end.number());
        if (!known(run, end.run()) || end.attempt() < run.attempt()) {
            return new Ignored();
        }
        return new Changed(settle(left(state, run, end.entered() > run.position()).without(end.number()), run.stage()));
    }

    private static PipelineState left(PipelineState state, ActiveRun run, boolean hadEntered) {
        return state.stage(run.stage()).filter(stage -> run.inside())
                .map(stage -> state.with(stage.leftBy(run, hadEntered))).orElse(state);
    }

    private static PipelineDecision retry(PipelineState state, PipelineMessage.Retry retry) {
        Optional<StageGate> stage = state.stage(retry.stage());
        if (state.deleted() || stage.isEmpty() || state.version() != retry.version()) {
            return new Refused(Refusal.DECLARATION_CHANGED);
        }
        ActiveRun active = state.active().get(retry.number());
        if (known(active, retry.run()) && active.attempt() >= retry.attempt()) {
            return new Refused(Refusal.RETRY_RUNNING);
        }
        boolean parallel = retry.mode() == ExecutionMode.PARALLEL;
        if (!parallel && (!isLatest(stage.get(), retry) || heldByAnother(state, retry))) {
            return new Refused(Refusal.NOT_LATEST);
        }
        if (active == null && full(state, retry.limit())) {
            return new Refused(Refusal.TOO_MANY_EXECUTIONS);
        }
        ActiveRun run = new ActiveRun(retry.number(), retry.run(), retry.attempt(), retry.version(), retry.mode(),
                retry.stage(), index(state, retry.stage()), true);
        return new Changed(state.with(run).owing(List.of(new PipelineEffect.Resume(
                retry.run(), retry.number(), retry.attempt(), retry.stage(), retry.retryMode()))));
    }

    private static boolean isLatest(StageGate stage, PipelineMessage.Retry retry) {
        return stage.latest().map(latest -> latest.run().equals(retry.run())).orElse(false);
    }

    private static boolean heldByAnother(PipelineState state, PipelineMessage.Retry retry) {
        return state.occupant(retry.stage()).map(holder -> !holder.run().equals(retry.run())).orElse(false);
    }

    private static PipelineDecision setTransition(PipelineState state, PipelineMessage.SetTransition set) {
        Optional<StageGate> stage = state.stage(set.stage());
        if (state.deleted()) {
            return new Refused(Refusal.PIPELINE_DELETED);
        }
        if (stage.isEmpty()) {
            return new Refused(Refusal.STAGE_NOT_FOUND);
        }
        if (set.inbound()) {
            return new Changed(settle(state.with(stage.get().withInbound(set.transition())), set.stage()));
        }
        PipelineState changed = state.with(stage.get().withOutbound(set.transition()));
        int next = index(state, set.stage()) + 1;
        return new Changed(next < state.stages().size() ? settle(changed, state.stages().get(next).name()) : changed);
    }

    private static PipelineDecision update(PipelineState state, PipelineMessage.Update update) {
        if (state.deleted()) {
            return new Refused(Refusal.PIPELINE_DELETED);
        }
        if (update.version() != state.version() + 1) {
            return new Refused(Refusal.OTHER_VERSION);
        }
        List<StageGate> stages = update.stages().stream()
                .map(name -> state.stage(name).orElseGet(() -> StageGate.named(name)))
                .toList();
        PipelineState updated = state.updated(update.version(), update.mode(), stages);
        List<PipelineEffect> effects = new ArrayList<>();
        for (ActiveRun run : state.active().values()) {
            if (!run.isParallel()) {
                effects.add(new PipelineEffect.Cancel(run.run(), run.number()));
                if (!run.inside()) {
                    updated = updated.without(run.number());
                }
            }
        }
        PipelineState settled = updated.owing(effects);
        for (ActiveRun run : updated.active().values()) {
            settled = settle(settled, run.stage());
        }
        return new Changed(settled);
    }

    private static PipelineDecision delete(PipelineState state) {
        if (state.deleted()) {
            return new Ignored();
        }
        List<PipelineEffect> effects = new ArrayList<>();
        state.active().values().forEach(run -> effects.add(new PipelineEffect.Vanish(run.run(), run.number())));
        return new Changed(state.deletedNow().owing(effects));
    }

    /**
     * Lets in whoever may enter {@code stage} now. In QUEUED the head of the queue enters, in SUPERSEDED the newest, and older ones
     * that wait are superseded even when nobody can enter; PARALLEL executions wait only for the transition.
     */
    private static PipelineState settle(PipelineState state, String stage) {
        PipelineState settled = supersedeOlder(state, stage);
        if (!settled.isOpen(stage)) {
            return settled;
        }
        for (ActiveRun run : settled.waitingFor(stage).toList()) {
            if (run.isParallel() || settled.occupant(stage).isEmpty()) {
                settled = admit(settled, run);
            }
        }
        return settled;
    }

    private static PipelineState supersedeOlder(PipelineState state, String stage) {
        List<ActiveRun> superseding = state.waitingFor(stage)
                .filter(run -> run.mode() == ExecutionMode.SUPERSEDED).toList();
        PipelineState left = state;
        List<PipelineEffect> effects = new ArrayList<>();
        for (int i = 0; i < superseding.size() - 1; i++) {
            left = left.without(superseding.get(i).number());
            effects.add(new PipelineEffect.Supersede(superseding.get(i).run(), superseding.get(i).number()));
        }
        return left.owing(effects);
    }

    private static PipelineState admit(PipelineState state, ActiveRun run) {
        PipelineState admitted = state.with(run.entered());
        if (!run.isParallel()) {
            admitted = admitted.with(admitted.stage(run.stage()).orElseThrow().entered(run));
        }
        return admitted.owing(List.of(
                new PipelineEffect.Admit(run.run(), run.number(), run.attempt(), run.stage())));
    }
}
