package io.pipewright.local.codebuild;

import software.amazon.awssdk.services.codebuild.model.BuildPhaseType;

/** Which phase follows which. A skipped phase is never entered, so it is absent from the build's list. */
final class PhaseOrder {
    private PhaseOrder() {
    }

    /** The phase after one that succeeded. */
    static BuildPhaseType afterSuccess(BuildPhaseType phase) {
        return switch (phase) {
            case SUBMITTED -> BuildPhaseType.QUEUED;
            case QUEUED -> BuildPhaseType.PROVISIONING;
            case PROVISIONING -> BuildPhaseType.DOWNLOAD_SOURCE;
            case DOWNLOAD_SOURCE -> BuildPhaseType.INSTALL;
            case INSTALL -> BuildPhaseType.PRE_BUILD;
            case PRE_BUILD -> BuildPhaseType.BUILD;
            case BUILD -> BuildPhaseType.POST_BUILD;
            case POST_BUILD -> BuildPhaseType.UPLOAD_ARTIFACTS;
            case UPLOAD_ARTIFACTS -> BuildPhaseType.FINALIZING;
            case FINALIZING, COMPLETED -> BuildPhaseType.COMPLETED;
            case UNKNOWN_TO_SDK_VERSION -> throw new IllegalArgumentException("Unknown phase");
        };
    }

    /**
     * The phase after one that failed. BUILD is followed by POST_BUILD and POST_BUILD by UPLOAD_ARTIFACTS ("Build phase
     * transitions", CodeBuild User Guide); INSTALL and PRE_BUILD end the build.
     */
    static BuildPhaseType afterFailure(BuildPhaseType phase, OnFailure.Action onFailure) {
        return switch (phase) {
            case SUBMITTED, QUEUED, PROVISIONING -> BuildPhaseType.COMPLETED;
            case DOWNLOAD_SOURCE, UPLOAD_ARTIFACTS -> BuildPhaseType.FINALIZING;
            case INSTALL, PRE_BUILD -> onFailure == OnFailure.Action.CONTINUE ? afterSuccess(phase) : BuildPhaseType.FINALIZING;
            case BUILD, POST_BUILD -> onFailure == OnFailure.Action.ABORT ? BuildPhaseType.FINALIZING : afterSuccess(phase);
            case FINALIZING, COMPLETED -> BuildPhaseType.COMPLETED;
            case UNKNOWN_TO_SDK_VERSION -> throw new IllegalArgumentException("Unknown phase");
        };
    }
}
