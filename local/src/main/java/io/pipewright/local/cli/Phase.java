package io.pipewright.local.cli;

import java.util.Collection;
import java.util.List;

/** How far an action or a stage is, in the words and signs that a person sees. */
enum Phase {
    TO_COME("○", Style.DIM, ""),
    RUNNING("●", Style.BLUE, "running"),
    ASKING("?", Style.YELLOW, "waits for approval"),
    SUCCEEDED("✔", Style.GREEN, "succeeded"),
    FAILED("✖", Style.RED, "failed"),
    ENDED("■", Style.YELLOW, "ended");

    private final String sign;
    private final Style style;
    private final String word;

    Phase(String sign, Style style, String word) {
        this.sign = sign;
        this.style = style;
        this.word = word;
    }

    String sign() {
        return sign;
    }

    Style style() {
        return style;
    }

    String word() {
        return word;
    }

    boolean isOver() {
        return this == SUCCEEDED || this == FAILED || this == ENDED;
    }

    /** The phase of what consists of parts in these phases. */
    static Phase of(Collection<Phase> parts) {
        for (Phase telling : List.of(ASKING, RUNNING, FAILED, ENDED)) {
            if (parts.contains(telling)) {
                return telling;
            }
        }
        if (parts.stream().allMatch(part -> part == SUCCEEDED)) {
            return SUCCEEDED;
        }
        return parts.contains(SUCCEEDED) ? RUNNING : TO_COME;
    }
}
