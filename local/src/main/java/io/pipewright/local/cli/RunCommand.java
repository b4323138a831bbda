package io.pipewright.local.cli;

import java.util.List;

/** {@code pipewright run DIR}. */
final class RunCommand {
    private RunCommand() {
    }

    static int run(List<String> words, Console console) {
        return 1;
    }
}
