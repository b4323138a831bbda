package io.pipewright.local.codebuild;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The one shell that a build's commands seem to share. Each command is a script of its own that takes over directory and
 * environment from the one before; functions, aliases, options and traps end with their command, background processes don't.
 *
 * <p>A leader process runs the scripts one after the other, so that all of them share a session. It learns their names from its
 * standard input and answers each exit status on its standard output; the output of the commands goes straight into the log.
 */
final class BuildShell {
    /** The build's processes are gone: it was stopped, has timed out, the server closes, or someone killed them. */
    static final class ShellDied extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /** With the server gone, standard input ends: then the leader takes the whole group with it, if that is not the server's own. */
    private static final String LEADER = """
            while IFS= read -r line; do
              env -i "$3" "${line%% *}" "${line#* }" </dev/null >>"$1" 2>&1
              echo $?
            done
            [ "$2" = session ] && kill -KILL 0
            """;

    /**
     * Runs whenever a command's script ends. {@code $CODEBUILD_LAST_EXIT} is not unset, because the service's shell has it too.
     * {@code >|} works under {@code set -C}, and nothing here needs a usable PATH.
     */
    private static final String SAVE = """
            CODEBUILD_LAST_EXIT=$?
            set +aeux
            export PWD OLDPWD
            export -p >|%s
            exit $CODEBUILD_LAST_EXIT
            """;

    private final BuildWorkspace workspace;
    private final Process leader;
    private final ProcessGroup group;
    private final BufferedReader statuses;
    private String interpreter = "sh";

    private BuildShell(BuildWorkspace workspace, Process leader, ProcessGroup group) {
        this.workspace = workspace;
        this.leader = leader;
        this.group = group;
        this.statuses = leader.inputReader(StandardCharsets.UTF_8);
    }

    /** @param marker {@code NAME=value}, unique to the build, in the environment of all its processes */
    static BuildShell start(BuildWorkspace workspace, Path log, String marker) throws IOException {
        List<String> command = List.of("sh", "-c", LEADER, "build", log.toAbsolutePath().toString(),
                ProcessGroup.hasSessions() ? "session" : "descendants", marker);
        String[] variable = marker.split("=", 2);
        Process leader = ProcessGroup.start(command, workspace.root(),
                Map.of("PATH", ProcessGroup.searchPath(), variable[0], variable[1]));
        return new BuildShell(workspace, leader, ProcessGroup.of(leader.toHandle(), marker));
    }

    ProcessGroup group() {
        return group;
    }

    /** Sets the state in which the first command finds itself; names must be shell names. */
    void begin(String interpreter, Path directory, Map<String, String> environment) throws IOException {
        this.interpreter = interpreter;
        StringBuilder state = new StringBuilder();
        environment.forEach((name, value) -> state.append("export ").append(name).append('=').append(quoted(value)).append('\n'));
        state.append("export PWD=").append(quoted(directory.toString())).append('\n');
        Files.writeString(environment(), state);
        Files.writeString(save(), SAVE.formatted(quoted(environment().toString())));
    }

    /** Runs one command as it is written in the buildspec and returns its exit status. */
    int run(String command, boolean succeeding) throws IOException, ShellDied {
        return execute(restore(succeeding) + "trap '. '" + quoted(quoted(save().toString())) + " EXIT; set -a\n" + command + "\n");
    }

    /** The value of a variable as the next command would see it. */
    Optional<String> value(String variable) throws IOException, ShellDied {
        Files.deleteIfExists(answer());
        execute(restore(true) + "if [ \"${" + variable + "+set}\" ]; then printf '%s' \"$" + variable + "\" >|"
                + quoted(answer().toString()) + "; fi\n");
        return Files.exists(answer()) ? Optional.of(readAnswer()) : Optional.empty();
    }

    /** {@code text} with its variables and {@code $(commands)} expanded as the next command would see them. */
    String expand(String text) throws IOException, ShellDied {
        if (text.indexOf('$') < 0 && text.indexOf('`') < 0) {
            return text;
        }
        Files.deleteIfExists(answer());
        String end = "END_OF_TEXT_" + Long.toHexString(System.nanoTime());
        int status = execute(restore(true) + "cat >|" + quoted(answer().toString()) + " <<" + end + "\n" + text + "\n" + end + "\n");
        if (status != 0 || !Files.exists(answer())) {
            throw new IOException("could not expand " + text + ": exit status " + status);
        }
        return readAnswer().strip();
    }

    /** Sourced twice: {@code cd} sets OLDPWD, which {@code cd -} of the command needs as the command before left it. */
    private String restore(boolean succeeding) {
        String state = quoted(environment().toString());
        return ". " + state + "; cd \"$PWD\" || cd \"$CODEBUILD_SRC_DIR\"; . " + state + "\n"
                + (succeeding ? "" : "export CODEBUILD_BUILD_SUCCEEDING=0; ");
    }

    private int execute(String script) throws IOException, ShellDied {
        Path file = workspace.shell().resolve("script.sh");
        Files.writeString(file, script);
        try {
            OutputStream names = leader.getOutputStream();
            names.write((interpreter + " " + file + "\n").getBytes(StandardCharsets.UTF_8));
            names.flush();
            String status = statuses.readLine();
            if (status != null) {
                return Integer.parseInt(status);
            }
        } catch (IOException e) {
            // A broken pipe says the same as the end of the answers: the leader is dead.
        }
        throw new ShellDied();
    }

    /** Lenient about bytes that are no text: a variable may hold anything. */
    private String readAnswer() throws IOException {
        return new String(Files.readAllBytes(answer()), StandardCharsets.UTF_8);
    }

    private Path environment() {
        return workspace.shell().resolve("environment");
    }

    private Path save() {
        return workspace.shell().resolve("save.sh");
    }

    private Path answer() {
        return workspace.shell().resolve("answer");
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
