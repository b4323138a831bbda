package io.pipewright.local.cli;

import io.pipewright.local.database.Database.Durability;
import io.pipewright.local.home.HomeInUseException;
import io.pipewright.local.home.LocalHome;
import io.pipewright.statemachine.definition.Limits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codepipeline.CodePipelineClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sns.SnsClient;

/**
 * The system that does the work: a {@code serve} that has the data already, else one in this process, until it is closed.
 *
 * @param endpoint where it serves
 * @param own the one in this process
 */
record Connection(
        Path data, URI endpoint, Optional<LocalHome> own, CodePipelineClient codePipeline, S3Client s3, CodeBuildClient codeBuild,
        SnsClient sns)
        implements AutoCloseable {

    /** Says that this process has the data only for one run, by its id. */
    private static final String RUN_MARK = "run.pid";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** @throws CommandFailedException if another run has the data, or a process that doesn't come to serve it */
    static Connection open(Path data) {
        Instant end = Instant.now().plus(PATIENCE);
        while (true) {
            try {
                return own(data);
            } catch (HomeInUseException holder) {
                if (isRun(data, holder.pid())) {
                    throw new CommandFailedException(ServeCommand.inUse(data, holder)
                            + "\nWith pipewright serve in another shell, any number of runs can share it.", holder);
                }
                if (holder.endpoint().isPresent()) {
                    URI endpoint = holder.endpoint().get();
                    return to(data, endpoint, Optional.empty(), Clients.codeBuild(endpoint), Clients.sns(endpoint));
                }
                if (Instant.now().isAfter(end)) {
                    throw new CommandFailedException(ServeCommand.inUse(data, holder), holder);
                }
                Pause.millis(100);
            }
        }
    }

    private static Connection own(Path data) {
        LocalHome home = LocalHome.open(new LocalHome.Options(data, port(), Limits.AWS, Durability.NORMAL));
        try {
            Files.writeString(data.resolve(RUN_MARK), Long.toString(ProcessHandle.current().pid()));
        } catch (IOException e) {
            home.close();
            throw new UncheckedIOException("Could not write to " + data, e);
        }
        home.start();
        return to(data, home.endpoint(), Optional.of(home), home.codeBuild(), home.topics());
    }

    private static Connection to(
            Path data, URI endpoint, Optional<LocalHome> own, CodeBuildClient codeBuild, SnsClient sns) {
        return new Connection(data, endpoint, own, Clients.codePipeline(endpoint), Clients.s3(endpoint), codeBuild, sns);
    }

    /** The usual one, so that what was exported for a server holds for a run too, else any. */
    private static int port() {
        try (ServerSocket probe = new ServerSocket(ServeCommand.DEFAULT_PORT, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        } catch (IOException taken) {
            return 0;
        }
    }

    private static boolean isRun(Path data, long pid) {
        try {
            return Files.readString(data.resolve(RUN_MARK)).equals(Long.toString(pid));
        } catch (IOException none) {
            return false;
        }
    }

    /** Where the data is served when this process is gone: by the {@code serve} that has it, or by one to come. */
    String lastingEndpoint() {
        return own.isPresent() ? ServeCommand.DEFAULT_ENDPOINT : endpoint.toString();
    }

    /** Ends the system if it is this process's own. */
    @Override
    public void close() {
        own.ifPresent(LocalHome::close);
    }
}
