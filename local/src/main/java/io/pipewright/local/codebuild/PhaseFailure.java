package io.pipewright.local.codebuild;

/** A phase can't be carried out; status code and message become its phase context. */
final class PhaseFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String statusCode;

    private PhaseFailure(String statusCode, String message) {
        super(message);
        this.statusCode = statusCode;
    }

    /** The buildspec is missing or wrong. */
    static PhaseFailure buildspec(String message) {
        return new PhaseFailure("YAML_FILE_ERROR", message);
    }

    /** A source can't be read, or an output can't be made. */
    static PhaseFailure client(String message) {
        return new PhaseFailure("CLIENT_ERROR", message);
    }

    /** A variable is to come from a service that the local home does not have. */
    static PhaseFailure variable(String message) {
        return new PhaseFailure("Decrypted Variables Error", message);
    }

    BuildProgress.Outcome outcome() {
        return BuildProgress.Outcome.failed(statusCode, getMessage());
    }
}
