package io.pipewright.local.sfn;

import java.util.List;
import java.util.stream.Collectors;

/** A definition that can't be run; all findings at once. */
final class DefinitionRefused extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<Finding> findings;

    DefinitionRefused(List<Finding> findings) {
        super("Invalid State Machine Definition: '"
                + findings.stream().map(Finding::toString).collect(Collectors.joining(", ")) + "'");
        this.findings = List.copyOf(findings);
    }

    List<Finding> findings() {
        return findings;
    }
}
