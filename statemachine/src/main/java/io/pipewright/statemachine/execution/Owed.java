package io.pipewright.statemachine.execution;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * An effect that a decision owes to the world, kept in the deciding aggregate until it has been carried out.
 *
 * @param sequence grows by one with each effect of the aggregate and is never used again
 * @param effect what to do; doing it twice must do no harm
 */
public record Owed<E>(long sequence, E effect) {

    /** {@code owed} and behind them the new effects, numbered on from {@code last}. */
    static <E> List<Owed<E>> append(List<Owed<E>> owed, long last, List<? extends E> effects) {
        List<Owed<E>> all = new ArrayList<>(owed);
        long sequence = last;
        for (E effect : effects) {
            all.add(new Owed<>(++sequence, effect));
        }
        return List.copyOf(all);
    }

    /** {@code owed} without those whose sequence is in {@code done}. */
    static <E> List<Owed<E>> without(List<Owed<E>> owed, Set<Long> done) {
        return owed.stream().filter(one -> !done.contains(one.sequence())).toList();
    }
}
