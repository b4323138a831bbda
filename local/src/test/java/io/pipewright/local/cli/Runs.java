package io.pipewright.local.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus;

/** Runs of one small pipeline at different moments. */
final class Runs {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private Runs() {
    }

    static RunView run(RunView.Stage... stages) {
        return new RunView("shop", "1b6c", PipelineExecutionStatus.IN_PROGRESS, Optional.empty(), List.of(stages));
    }

    static RunView.Stage stage(String name, RunView.Action... actions) {
        return new RunView.Stage(name, List.of(actions));
    }

    static RunView.Action toCome(String name, String provider) {
        return new RunView.Action(name, provider, Phase.TO_COME, Optional.empty(), Optional.empty(), Optional.empty(), "");
    }

    static RunView.Action begun(String name, String provider, Phase phase, int startMillis) {
        return new RunView.Action(name, provider, phase, Optional.of(name + "-1"), Optional.of(at(startMillis)), Optional.empty(), "");
    }

    static RunView.Action over(String name, String provider, Phase phase, int startMillis, int endMillis, String note) {
        return new RunView.Action(name, provider, phase, Optional.of(name + "-1"), Optional.of(at(startMillis)),
                Optional.of(at(endMillis)), note);
    }

    static Instant at(int millis) {
        return START.plus(Duration.ofMillis(millis));
    }
}
