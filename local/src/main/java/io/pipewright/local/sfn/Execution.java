package io.pipewright.local.sfn;

import java.time.Instant;
import java.util.OptionalInt;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;

/**
 * An execution as its row has it.
 *
 * @param id its number; also part of its tokens
 * @param version empty when started on the machine itself
 * @param revision the definition and role that it runs with
 * @param stopped null while running, as are output, error and cause
 * @param continuation where it stands; null once closed
 */
record Execution(long id, String machine, String name, OptionalInt version, long revision, ExecutionStatus status, Instant started,
        Instant stopped, String input, String output, String error, String cause, String continuation) {
    boolean isRunning() {
        return status == ExecutionStatus.RUNNING;
    }

    Execution at(String place) {
        return new Execution(id, machine, name, version, revision, status, started, stopped, input, output, error, cause, place);
    }

    Execution ended(Instant at, Run.Ending ending) {
        return new Execution(id, machine, name, version, revision, ending.status(), started, at, input, ending.output(), ending.error(),
                ending.cause(), null);
    }
}
