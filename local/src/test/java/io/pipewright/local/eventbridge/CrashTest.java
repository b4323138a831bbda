package io.pipewright.local.eventbridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pipewright.local.database.Database;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResultEntry;

/** Kills a process with {@code SIGKILL} while it puts and delivers events; what it acknowledged must arrive. */
class CrashTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String TARGET = "arn:aws:lambda:us-east-1:123456789012:function:f";

    @TempDir
    Path directory;

    /** The process that is killed: prints the id of each event that the bus took, and of each that its target took. */
    public static final class Child {
        public static void main(String[] arguments) {
            Database database = Database.open(Path.of(arguments[0]), Database.Durability.NORMAL);
            LocalEventBridge bus = new LocalEventBridge(database, Clock.systemUTC(), (arn, event) -> print("delivered", id(event)),
                "us-east-1", "123456789012");
            bus.start();
            while (true) {
                for (PutEventsResultEntry taken : bus.putEvents(request -> request.entries(
                        entry -> entry.source("shop").detailType("Sold").detail("{}"),
                        entry -> entry.source("shop").detailType("Sold").detail("{}"))).entries()) {
                    print("taken", taken.eventId());
                }
            }
        }

        private static synchronized void print(String what, String id) {
            System.out.println(what + " " + id);
        }
    }

    private static String id(byte[] event) {
        return Json.read(new String(event, StandardCharsets.UTF_8)).get("id").textValue();
    }

    @Test
    void noAcknowledgedEventIsLost() throws Exception {
        Path file = directory.resolve("bus.db");
        try (Database database = Database.open(file, Database.Durability.NORMAL);
                LocalEventBridge bus = new LocalEventBridge(database, Clock.systemUTC(), (arn, event) -> { }, "us-east-1", "123456789012")) {
            bus.putRule(request -> request.name("all").eventPattern("{\"source\":[\"shop\"]}"));
            bus.putTargets(request -> request.rule("all").targets(target -> target.id("f").arn(TARGET)));
        }
        Set<String> taken = new HashSet<>();
        Set<String> delivered = ConcurrentHashMap.newKeySet();
        for (int round = 1; round <= 2; round++) {
            runAndKill(file, 1000 * round, taken, delivered);
        }
        assertThat(taken).hasSizeGreaterThan(1000);
        try (Database database = Database.open(file, Database.Durability.NORMAL);
                LocalEventBridge bus = new LocalEventBridge(database, Clock.systemUTC(), (arn, event) -> delivered.add(id(event)),
                    "us-east-1", "123456789012")) {
            bus.start();
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(taken.stream().filter(id -> !delivered.contains(id)).collect(Collectors.toSet())).isEmpty());
        }
    }

    private static void runAndKill(Path file, int lines, Set<String> taken, Set<String> delivered) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
            "-cp", System.getProperty("java.class.path"), Child.class.getName(), file.toString())).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (int i = 0; i < lines; i++) {
                note(output.readLine(), taken, delivered);
            }
            process.toHandle().destroyForcibly();
            // A line is whole only if its id is: the last one may be cut.
            output.lines().forEach(line -> note(line, taken, delivered));
        }
        process.waitFor();
    }

    private static void note(String line, Set<String> taken, Set<String> delivered) {
        assertThat(line).isNotNull();
        String id = line.substring(line.indexOf(' ') + 1);
        if (id.length() == 36) {
            (line.startsWith("taken") ? taken : delivered).add(id);
        }
    }
}
