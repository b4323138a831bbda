package io.pipewright.statemachine.asl;

import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Where a compiled machine runs and which version of which pipeline it is.
 *
 * @param generation id of the pipeline's life; a pipeline created again has another one
 * @param version the declaration's version, which the machine's indexes point into
 * @param functionArn the function of a handler, by the handler's name: gate, source, build, test, deploy, approval, invoke
 *     or compute
 * @param parallelActions how many actions of a run of a PARALLEL pipeline may be in progress at a time, at least 1
 */
public record Target(String generation, int version, UnaryOperator<String> functionArn, int parallelActions) {

    public Target {
        Objects.requireNonNull(generation, "generation");
        Objects.requireNonNull(functionArn, "functionArn");
        if (parallelActions < 1) {
            throw new IllegalArgumentException("parallelActions must be at least 1, not " + parallelActions);
        }
    }
}
