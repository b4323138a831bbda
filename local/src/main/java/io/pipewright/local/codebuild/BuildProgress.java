package io.pipewright.local.codebuild;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.BuildPhase;
import software.amazon.awssdk.services.codebuild.model.BuildPhaseType;
import software.amazon.awssdk.services.codebuild.model.PhaseContext;
import software.amazon.awssdk.services.codebuild.model.StatusType;

/** What a build becomes: pure steps from one {@link Build} to the next. */
final class BuildProgress {
    /** How a phase ended; succeeded phases carry two empty texts, as the service's do. */
    record Outcome(StatusType status, String statusCode, String message) {
        static final Outcome SUCCEEDED = new Outcome(StatusType.SUCCEEDED, "", "");

        static Outcome failed(String statusCode, String message) {
            return new Outcome(StatusType.FAILED, statusCode, message);
        }

        boolean succeeded() {
            return status == StatusType.SUCCEEDED;
        }
    }

    private BuildProgress() {
    }

    /** The phases of a build that was just accepted: SUBMITTED is over, QUEUED runs. */
    static Build submitted(Build build, Instant now) {
        Build.Builder next = build.toBuilder().startTime(now).buildStatus(StatusType.IN_PROGRESS).buildComplete(false)
                .phases(started(BuildPhaseType.SUBMITTED, now));
        return advance(next.build(), Outcome.SUCCEEDED, BuildPhaseType.QUEUED, now);
    }

    /** Ends the running phase with {@code outcome} and enters {@code next}; entering COMPLETED ends the build. */
    static Build advance(Build build, Outcome outcome, BuildPhaseType next, Instant now) {
        List<BuildPhase> phases = new ArrayList<>(build.phases());
        int last = phases.size() - 1;
        phases.set(last, finished(phases.get(last), outcome, now));
        phases.add(started(next, now));
        Build.Builder builder = build.toBuilder().phases(phases).currentPhase(next.toString());
        if (next == BuildPhaseType.COMPLETED) {
            builder.buildComplete(true).endTime(now).buildStatus(statusOf(phases));
        }
        return builder.build();
    }

    /** The last phase that was entered. */
    static BuildPhase running(Build build) {
        return build.phases().get(build.phases().size() - 1);
    }

    /** The phase that {@link #advance} ended. */
    static BuildPhase lastFinished(Build build) {
        return build.phases().get(build.phases().size() - 2);
    }

    /** How the last phase ended, if it was ended from outside (it says why no other followed); else whether any failed. */
    private static StatusType statusOf(List<BuildPhase> phases) {
        StatusType last = phases.get(phases.size() - 2).phaseStatus();
        boolean failed = phases.stream().anyMatch(phase -> phase.phaseStatus() == StatusType.FAILED);
        return last == StatusType.SUCCEEDED && failed ? StatusType.FAILED : last;
    }

    private static BuildPhase started(BuildPhaseType type, Instant now) {
        return BuildPhase.builder().phaseType(type).startTime(now).build();
    }

    private static BuildPhase finished(BuildPhase phase, Outcome outcome, Instant now) {
        BuildPhase.Builder builder = phase.toBuilder().phaseStatus(outcome.status()).endTime(now)
                .durationInSeconds(Duration.between(phase.startTime(), now).getSeconds());
        boolean beforeTheBuildHost = phase.phaseType() == BuildPhaseType.SUBMITTED || phase.phaseType() == BuildPhaseType.QUEUED;
        if (!beforeTheBuildHost || !outcome.succeeded()) {
            builder.contexts(PhaseContext.builder().statusCode(outcome.statusCode()).message(outcome.message()).build());
        }
        return builder.build();
    }
}
