package io.pipewright.local.cli;

import io.pipewright.local.database.Database.Durability;
import io.pipewright.local.home.HomeInUseException;
import io.pipewright.local.home.LocalHome;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** {@code pipewright serve}. */
final class ServeCommand {
    static final int DEFAULT_PORT = 4600;
    static final String DEFAULT_ENDPOINT = "http://127.0.0.1:" + DEFAULT_PORT;

    private ServeCommand() {
    }

    static int run(List<String> words, Console console) {
        Arguments arguments = Arguments.parse(
                words, Set.of(), Set.of("--port", DataDirectory.NAME, LimitOptions.NAME, "--sync"));
        arguments.noOperands();
        LocalHome.Options options = new LocalHome.Options(
                DataDirectory.of(arguments), port(arguments), LimitOptions.read(arguments), durability(arguments));
        LocalHome home = open(options);
        endWithProcess(home, console);
        home.start();
        welcome(home.endpoint(), options.data()).forEach(console.out()::println);
        waitForEver();
        return 0;
    }

    private static LocalHome open(LocalHome.Options options) {
        try {
            return LocalHome.open(options);
        } catch (HomeInUseException e) {
            throw new CommandFailedException(inUse(options.data(), e), e);
        } catch (UncheckedIOException e) {
            throw new CommandFailedException(e.getMessage() + "\nUse --port with another number, or 0 for any free port.", e);
        }
    }

    /** Who has the data. */
    static String inUse(Path data, HomeInUseException holder) {
        String where = holder.endpoint().map(endpoint -> ", which serves " + endpoint).orElse("");
        return "The data in " + data + " is in use by process " + holder.pid() + where
                + ".\nUse that one, end it, or choose another directory with --data.";
    }

    private static void endWithProcess(LocalHome home, Console console) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            home.close();
            console.out().println("Ended. What was running is taken up by the next start.");
            Runtime.getRuntime().halt(0);
        }, "shutdown"));
    }

    /** What a person needs to know, as lines that a shell can take: all that are no commands are comments. */
    static List<String> welcome(URI endpoint, Path data) {
        return List.of(
                "# Pipewright is ready. In another shell:",
                "export AWS_ENDPOINT_URL=" + endpoint,
                "export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local",
                "export AWS_REGION=" + LocalHome.REGION + " AWS_DEFAULT_REGION=" + LocalHome.REGION,
                "# Then, for example: aws codepipeline list-pipelines",
                "# Everything is kept in " + data + "; Ctrl-C ends it.");
    }

    private static void waitForEver() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int port(Arguments arguments) {
        String port = arguments.value("--port").orElse(Integer.toString(DEFAULT_PORT));
        if (!port.matches("\\d{1,5}") || Integer.parseInt(port) > 65535) {
            throw new UsageException("--port must be a number from 0 to 65535, not " + port + ".");
        }
        return Integer.parseInt(port);
    }

    private static Durability durability(Arguments arguments) {
        String sync = arguments.value("--sync").orElse("normal");
        return switch (sync) {
            case "full" -> Durability.FULL;
            case "normal" -> Durability.NORMAL;
            default -> throw new UsageException("--sync must be full or normal, not " + sync + ".");
        };
    }
}
