package io.pipewright.local.sfn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipewright.local.database.Database;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.sfn.model.DescribeExecutionResponse;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;
import software.amazon.awssdk.services.sfn.model.HistoryEvent;

/** A local Step Functions with functions made of lambdas, in its own database. */
final class Home implements AutoCloseable {
    static final String ROLE = "arn:aws:iam::000000000000:role/machine";

    /** A Lambda function: event in, result out. */
    interface Handler {
        JsonNode handle(JsonNode event) throws FunctionError;
    }

    /** One status change event. */
    record Announcement(String source, String detailType, List<String> resources, JsonNode detail) { }

    final Database database;
    final LocalSfn sfn;
    final Map<String, Handler> functions = new ConcurrentHashMap<>();
    /** Events of functions without a handler, in order of arrival. */
    final BlockingQueue<JsonNode> inbox = new LinkedBlockingQueue<>();
    final List<Announcement> announcements = new CopyOnWriteArrayList<>();

    Home(Path directory, Clock clock) {
        database = Database.open(directory.resolve("home.db"), Database.Durability.NORMAL);
        sfn = new LocalSfn(database, clock, this::invoke,
                (source, type, resources, detail) -> announcements.add(new Announcement(source, type, resources, Json.own(detail))),
                "us-east-1", "000000000000");
    }

    static Home started(Path directory) {
        return started(directory, Clock.systemUTC());
    }

    static Home started(Path directory, Clock clock) {
        Home home = new Home(directory, clock);
        home.sfn.start();
        return home;
    }

    private byte[] invoke(String arn, byte[] payload) throws FunctionError {
        JsonNode event = Json.own(new String(payload, StandardCharsets.UTF_8));
        String name = arn.split(":")[6];
        if (name.equals("inbox")) {
            inbox.add(event);
            return "null".getBytes(StandardCharsets.UTF_8);
        }
        Handler handler = functions.get(name);
        if (handler == null) {
            throw FunctionError.notFound(arn);
        }
        return Json.text(handler.handle(event)).getBytes(StandardCharsets.UTF_8);
    }

    /** The next event that the function {@code inbox} gets. */
    JsonNode nextInInbox() {
        try {
            JsonNode event = inbox.poll(10, TimeUnit.SECONDS);
            assertThat(event).as("an event for the function 'inbox'").isNotNull();
            return event;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    String machine(String definition) {
        return sfn.createStateMachine(request -> request.name("machine").definition(definition).roleArn(ROLE)).stateMachineArn();
    }

    /** Creates a machine of this definition and starts it; single quotes stand for double ones in both. */
    String start(String definition, String input) {
        String machine = machine(definition.replace('\'', '"'));
        return sfn.startExecution(request -> request.stateMachineArn(machine).name("run").input(input.replace('\'', '"'))).executionArn();
    }

    DescribeExecutionResponse describe(String execution) {
        return sfn.describeExecution(request -> request.executionArn(execution));
    }

    DescribeExecutionResponse ended(String execution) {
        return await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(5))
                .until(() -> describe(execution), each -> each.status() != ExecutionStatus.RUNNING);
    }

    List<HistoryEvent> history(String execution) {
        return sfn.getExecutionHistoryPaginator(request -> request.executionArn(execution)).events().stream()
                .collect(Collectors.toList());
    }

    /** The history as one line per event: {@code id<-previous Type}. */
    List<String> story(String execution) {
        return history(execution).stream().map(event -> event.id() + "<-" + event.previousEventId() + " " + event.typeAsString())
                .collect(Collectors.toList());
    }

    @Override
    public void close() {
        sfn.close();
        database.close();
    }
}
