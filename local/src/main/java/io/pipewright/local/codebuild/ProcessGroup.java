package io.pipewright.local.codebuild;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * All processes of one build: a leader in a session of its own, whatever it started, and what those left behind.
 *
 * <p>On Linux a process belongs to the group when it is in the leader's session or when its environment holds the group's marker,
 * so that neither {@code &}, job control nor {@code setsid} lets a process outlive its build. Elsewhere the leader's descendants
 * count, as far as their parents still live.
 */
final class ProcessGroup {
    /** Members may fork while they are killed; so many rounds are more than enough for anything but a fork bomb. */
    private static final int MAX_ROUNDS = 200;
    private static final long ROUND_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final Path PROC = Path.of("/proc");
    private static final boolean LINUX = Files.isReadable(PROC.resolve("self/stat"));

    private final long leader;
    private final String birth;
    private final String marker;

    private ProcessGroup(long leader, String birth, String marker) {
        this.leader = leader;
        this.birth = birth;
        this.marker = marker;
    }

    /**
     * The group of a process that was just started.
     *
     * @param marker a {@code NAME=value} of the leader's environment that no other build has
     */
    static ProcessGroup of(ProcessHandle leader, String marker) {
        return new ProcessGroup(leader.pid(), birth(leader.pid()).orElse(""), marker);
    }

    /** The group that {@link #toString} described, perhaps written by a server that is gone. */
    static ProcessGroup parse(String text, String marker) {
        int space = text.indexOf(' ');
        return new ProcessGroup(Long.parseLong(text.substring(0, space)), text.substring(space + 1), marker);
    }

    /** Starts {@code command} as leader: in a session of its own where the host has {@code setsid}. */
    static Process start(List<String> command, Path directory, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(SETSID.isPresent()
                ? Stream.concat(SETSID.stream(), command.stream()).toList() : command);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.directory(directory.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }

    private static final Optional<String> SETSID = Arrays.stream(searchPath().split(":"))
            .map(directory -> Path.of(directory, "setsid")).filter(Files::isExecutable).map(Path::toString).findFirst();

    /** Where the host looks for programs; builds look there too. */
    static String searchPath() {
        return Optional.ofNullable(System.getenv("PATH")).orElse("/usr/local/bin:/usr/bin:/bin");
    }

    static boolean hasSessions() {
        return SETSID.isPresent();
    }

    /** Kills every member at once and waits until none is left. */
    void kill() {
        boolean leaderIsOurs = birth(leader).filter(birth::equals).isPresent();
        for (int round = 0; round < MAX_ROUNDS; round++) {
            List<ProcessHandle> members = members(leaderIsOurs);
            if (members.isEmpty()) {
                return;
            }
            members.forEach(ProcessHandle::destroyForcibly);
            LockSupport.parkNanos(ROUND_PAUSE_NANOS);
        }
    }

    /** @param leaderIsOurs false when the leader's number may belong to someone else by now: only the marker counts then */
    private List<ProcessHandle> members(boolean leaderIsOurs) {
        if (!LINUX) {
            return !leaderIsOurs ? List.of() : ProcessHandle.of(leader).stream()
                    .flatMap(handle -> Stream.concat(handle.descendants(), Stream.of(handle))).filter(ProcessHandle::isAlive).toList();
        }
        long self = ProcessHandle.current().pid();
        return ProcessHandle.allProcesses().filter(handle -> handle.pid() != self && isMember(handle.pid(), leaderIsOurs)).toList();
    }

    private boolean isMember(long pid, boolean leaderIsOurs) {
        Optional<Stat> stat = Stat.of(pid);
        return stat.isPresent() && !stat.get().isDead()
                && (leaderIsOurs && hasSessions() && stat.get().session() == leader || leaderIsOurs && pid == leader || isMarked(pid));
    }

    private boolean isMarked(long pid) {
        try {
            String environment = Files.readString(PROC.resolve(pid + "/environ"), StandardCharsets.ISO_8859_1);
            return ("\0" + environment).contains("\0" + marker + "\0");
        } catch (IOException e) {
            return false; // it has ended, or it is not ours to look at
        }
    }

    /** When the process began, in a form that no other process with the same number has. */
    private static Optional<String> birth(long pid) {
        if (LINUX) {
            return Stat.of(pid).map(stat -> bootId() + "/" + stat.startTicks());
        }
        return ProcessHandle.of(pid).flatMap(handle -> handle.info().startInstant()).map(Object::toString);
    }

    private static String bootId() {
        try {
            return Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** Number and time of birth of the leader, for {@link #parse}. */
    @Override
    public String toString() {
        return leader + " " + birth;
    }

    /** Members of {@code /proc/<pid>/stat} (proc(5)). */
    private record Stat(char state, long session, long startTicks) {

        static Optional<Stat> of(long pid) {
            try {
                String text = Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
                // The second field is the program's name in parentheses and may itself hold both blanks and parentheses.
                String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
                return Optional.of(new Stat(fields[0].charAt(0), Long.parseLong(fields[3]), Long.parseLong(fields[19])));
            } catch (IOException e) {
                return Optional.empty();
            }
        }

        boolean isDead() {
            return state == 'Z' || state == 'X';
        }
    }
}
