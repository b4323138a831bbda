package io.pipewright.local.sfn;

import java.util.List;
import java.util.Optional;

/**
 * One entry of {@code Catch}.
 *
 * @param resultPath where the error goes in the state's raw input; empty drops it
 */
record Catcher(List<String> errorEquals, Optional<ReferencePath> resultPath, String next) {
    boolean takes(Failure failure) {
        return errorEquals.stream().anyMatch(failure::matches);
    }
}
