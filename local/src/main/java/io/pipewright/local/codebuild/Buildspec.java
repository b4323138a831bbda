package io.pipewright.local.codebuild;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.codebuild.model.BuildPhaseType;

/**
 * A buildspec of version 0.2, as far as builds on the host obey it.
 *
 * @param interpreter runs the commands: {@code sh} or {@code bash}
 * @param variables literal values
 * @param parameterStore names of the variables that are to come from Parameter Store
 * @param secretsManager names of the variables that are to come from Secrets Manager
 * @param phases those that the text has
 * @param artifacts the primary output, if any
 * @param secondaryArtifacts by artifact identifier
 * @param ignored keys that have no effect here, for the log
 */
record Buildspec(String interpreter, Map<String, String> variables, List<String> parameterStore, List<String> secretsManager,
        List<String> exportedVariables, Map<BuildPhaseType, Phase> phases, Optional<Artifacts> artifacts,
        Map<String, Artifacts> secondaryArtifacts, List<String> ignored) {

    /** The commands of a phase; {@code finallyCommands} run after them whatever happened. */
    record Phase(List<String> commands, List<String> finallyCommands, OnFailure onFailure) {
        static final Phase EMPTY = new Phase(List.of(), List.of(), OnFailure.DEFAULT);
    }

    /**
     * Which files are the output.
     *
     * @param files patterns relative to the base directory
     * @param baseDirectory a directory or a pattern of directories; may hold shell variables
     * @param name may hold shell variables and commands
     */
    record Artifacts(List<String> files, String baseDirectory, boolean discardPaths, List<String> excludePaths,
            boolean enableSymlinks, Optional<String> name, Optional<String> s3Prefix) {
    }

    Phase phase(BuildPhaseType type) {
        return phases.getOrDefault(type, Phase.EMPTY);
    }
}
