package io.pipewright.local.cli;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus;

/** {@code pipewright run DIR}. */
final class RunCommand {
    private static final int INTERRUPTED = 130;

    private final Project project;
    private final Connection connection;
    private final Console console;
    private final boolean yes;
    private final Interruption interruption;
    private final Clock clock = Clock.systemUTC();

    private RunCommand(Project project, Connection connection, Console console, boolean yes, Interruption interruption) {
        this.project = project;
        this.connection = connection;
        this.console = console;
        this.yes = yes;
        this.interruption = interruption;
    }

    static int run(List<String> words, Console console) {
        Arguments arguments = Arguments.parse(words, Set.of("--yes"), Set.of(DataDirectory.NAME));
        Path directory = Path.of(arguments.operand("DIR"));
        Project.find(directory);
        Path data = DataDirectory.of(arguments);
        Interruption interruption = Interruption.listen();
        // The project is read while the system opens: together they are most of the time until the execution starts.
        CompletableFuture<Connection> opening = CompletableFuture.supplyAsync(() -> Connection.open(data));
        try {
            Project project = Project.read(directory);
            Clients.load();
            return new RunCommand(project, opening.join(), console, arguments.has("--yes"), interruption).run();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        } catch (SdkClientException e) {
            throw new CommandFailedException("The connection to Pipewright was lost: " + e.getMessage(), e);
        } finally {
            opening.handle((connection, failure) -> connection).thenAccept(connection -> {
                if (connection != null) {
                    connection.close();
                }
            }).join();
            interruption.dealtWith();
        }
    }

    private int run() {
        Instant begun = clock.instant();
        Optional<String> execution = start();
        if (execution.isEmpty()) {
            return INTERRUPTED;
        }
        Report report = console.terminal().live()
                ? new LiveReport(new Screen(console.out(), console.terminal().columns()), console.terminal(), clock)
                : new PlainReport(console.out(), console.terminal().input());
        Follow.Outcome outcome;
        try {
            outcome = new Follow(connection, project.pipeline(), execution.get(), report,
                    yes ? Optional.empty() : Optional.of(new Keyboard(console.in()))).toTheEnd(interruption::isHere);
        } finally {
            report.end();
        }
        return end(outcome, Duration.between(begun, clock.instant()));
    }

    private Optional<String> start() {
        try {
            return new Launch(connection, project).start(interruption::isHere);
        } catch (SdkClientException lost) {
            throw lost;
        } catch (SdkException refused) {
            throw new CommandFailedException(refused.getMessage() + "\nEverything that is wrong with the pipeline shows: "
                    + "./pipewright validate " + project.directory().resolve("pipeline.json"), refused);
        }
    }

    private int end(Follow.Outcome outcome, Duration took) {
        console.out().println();
        console.out().println(Ending.verdict(outcome.run(), took, console.terminal().colours()));
        if (outcome.run().status() == PipelineExecutionStatus.SUCCEEDED) {
            new Deployed(connection).show(outcome.actions()).forEach(console.out()::println);
            return 0;
        }
        Ending.failures(outcome.run(), outcome.actions(), connection).forEach(console.out()::println);
        return interruption.isHere() ? INTERRUPTED : 1;
    }
}
