package io.pipewright.local.cli;

/** What stands in front of the answer. */
final class Prompt {
    static final String TEXT = "[a]pprove or [r]eject, with a comment if you like: ";

    private Prompt() {
    }
}
