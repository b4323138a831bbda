package io.pipewright.local.sfn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.sfn.model.ExecutionAlreadyExistsException;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;
import software.amazon.awssdk.services.sfn.model.HistoryEvent;
import software.amazon.awssdk.services.sfn.model.SfnException;

/** A process that runs executions is killed over and over; none of them may be lost, stuck, or run a state twice. */
class KillTest {
    private static final int EXECUTIONS = 40;
    private static final int KILLS = 3;
    private static final String CALLBACK = "'Type':'Task','Resource':'arn:aws:states:::lambda:invoke.waitForTaskToken','Parameters':"
            + "{'FunctionName':'%s','Payload':{'token.$':'$$.Task.Token','retry.$':'$$.State.RetryCount'}}";
    private static final String MACHINE = ("{'StartAt':'Gate','States':{"
            + "'Gate':{" + CALLBACK.formatted("eager") + ",'ResultPath':null,'Next':'Group'},"
            + "'Group':{'Type':'Parallel','Branches':["
            + "{'StartAt':'Build','States':{'Build':{" + CALLBACK.formatted("slow") + ",'End':true}}},"
            + "{'StartAt':'Pause','States':{'Pause':{'Type':'Wait','Seconds':1,'Next':'Rested'},"
            + "'Rested':{'Type':'Pass','Result':'rested','End':true}}},"
            + "{'StartAt':'Call','States':{'Call':{'Type':'Task','Resource':'arn:aws:states:::lambda:invoke',"
            + "'Parameters':{'FunctionName':'echo','Payload.$':'$.n'},'ResultSelector':{'n.$':'$.Payload'},'End':true}}}],'Next':'Flaky'},"
            + "'Flaky':{" + CALLBACK.formatted("flaky") + ",'ResultPath':null,"
            + "'Retry':[{'ErrorEquals':['States.ALL'],'IntervalSeconds':1}],'End':true}}}").replace('\'', '"');

    @TempDir
    Path directory;

    @Test
    void nothingIsLostAndNoStateRunsTwice() throws IOException, InterruptedException {
        Random random = new Random(42);
        Set<String> promised = new HashSet<>();
        for (int round = 0; round < KILLS; round++) {
            Path output = directory.resolve("output-" + round);
            Process victim = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                    KillTest.class.getName(), directory.toString())
                    .redirectOutput(output.toFile()).redirectError(directory.resolve("errors-" + round).toFile()).start();
            await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(10)).until(() -> lines(output).contains("ready"));
            victim.waitFor(random.nextInt(600), TimeUnit.MILLISECONDS);
            victim.destroyForcibly();
            assertThat(victim.waitFor()).isEqualTo(128 + 9);
            lines(output).stream().filter(line -> line.endsWith(";")).forEach(promised::add);
        }
        try (Home home = work(directory, line -> { })) {
            Set<String> known = home.sfn.listExecutionsPaginator(request -> request.stateMachineArn(machine())).executions().stream()
                    .map(each -> each.name() + ";").collect(Collectors.toSet());
            assertThat(known).hasSize(EXECUTIONS).containsAll(promised);
            for (int i = 0; i < EXECUTIONS; i++) {
                verify(home, i);
            }
        }
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.readAllLines(file);
    }

    private static void verify(Home home, int i) {
        String execution = machine().replace(":stateMachine:", ":execution:") + ":run-" + i;
        await().atMost(Duration.ofSeconds(20)).until(() -> home.describe(execution).status() != ExecutionStatus.RUNNING);
        assertThat(home.describe(execution).output()).isEqualTo("[\"built\",\"rested\",{\"n\":" + i + "}]");
        List<HistoryEvent> history = home.history(execution);
        assertThat(history).extracting(HistoryEvent::id)
                .containsExactlyElementsOf(LongStream.rangeClosed(1, history.size()).boxed().toList());
        assertThat(history.stream().filter(event -> event.stateEnteredEventDetails() != null)
                .map(event -> event.stateEnteredEventDetails().name()))
                .containsExactlyInAnyOrder("Gate", "Group", "Build", "Pause", "Call", "Rested", "Flaky");
        assertThat(history.stream().filter(event -> event.typeAsString().equals("TaskScheduled"))).hasSize(5);
    }

    private static String machine() {
        return "arn:aws:states:us-east-1:000000000000:stateMachine:machine";
    }

    /** The victim: works until it is killed. */
    public static void main(String[] arguments) throws InterruptedException {
        work(Path.of(arguments[0]), System.out::println);
        Thread.currentThread().join();
    }

    /** Opens the home, takes up what there is, answers what was submitted, and starts what is missing. */
    private static Home work(Path directory, Consumer<String> report) {
        Home home = new Home(directory, Clock.systemUTC());
        home.functions.put("eager", event -> answered(home, event, "null"));
        home.functions.put("echo", event -> event);
        home.functions.put("slow", event -> submitted(directory, event));
        home.functions.put("flaky", event -> {
            if (event.get("retry").intValue() == 0) {
                throw FunctionError.failed("Flaky", "first time", List.of());
            }
            return answered(home, event, "null");
        });
        home.machine(MACHINE);
        home.sfn.start();
        report.accept("ready");
        Thread provider = new Thread(() -> provide(home, directory));
        provider.setDaemon(true);
        provider.start();
        for (int i = 0; i < EXECUTIONS; i++) {
            start(home, i, report);
        }
        return home;
    }

    private static void start(Home home, int i, Consumer<String> report) {
        String name = "run-" + i;
        try {
            home.sfn.startExecution(request -> request.stateMachineArn(machine()).name(name).input("{\"n\":" + i + "}"));
        } catch (ExecutionAlreadyExistsException e) {
            return;
        }
        report.accept(name + ";");
    }

    private static JsonNode answered(Home home, JsonNode event, String output) {
        home.sfn.sendTaskSuccess(request -> request.taskToken(event.get("token").textValue()).output(output));
        return event;
    }

    /** The work is durable once the function returns; the provider finds it in the file. */
    private static JsonNode submitted(Path directory, JsonNode event) {
        try {
            Files.writeString(directory.resolve("work"), event.get("token").textValue() + "\n", StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            return event;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Answers every token in the file, some of them again, as a provider does that was killed too. */
    private static void provide(Home home, Path directory) {
        List<String> done = new ArrayList<>();
        while (true) {
            try {
                Path file = directory.resolve("work");
                for (String token : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
                    if (!done.contains(token)) {
                        answer(home, token);
                        done.add(token);
                    }
                }
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (IOException | InterruptedException e) {
                return;
            }
        }
    }

    private static void answer(Home home, String token) {
        try {
            home.sfn.sendTaskSuccess(request -> request.taskToken(token).output("\"built\""));
        } catch (SfnException e) {
            assertThat(e.awsErrorDetails().errorCode()).isEqualTo("TaskTimedOut");
        }
    }
}
