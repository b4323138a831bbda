package io.pipewright.local.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pipewright.local.database.Database;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.lambda.model.InvocationType;

/** Kills a process with {@code SIGKILL} after it answered asynchronous invocations; they must run all the same. */
class CrashTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    @TempDir
    Path directory;

    /** The process that is killed: answers invocations, and runs them while it lives. */
    public static final class Child {
        public static void main(String[] arguments) throws InterruptedException {
            Path directory = Path.of(arguments[0]);
            Database database = Database.open(directory.resolve("lambda.db"), Database.Durability.NORMAL);
            LocalLambda lambda = new LocalLambda(database, directory, Clock.systemUTC(), Map.of(), "us-east-1", "123456789012");
            lambda.start();
            for (int i = 0; i < 50; i++) {
                System.out.println(lambda.invoke(request -> request.functionName("touches").invocationType(InvocationType.EVENT))
                    .responseMetadata().requestId());
            }
            Thread.currentThread().join();
        }
    }

    @Test
    void noAnsweredInvocationIsLost() throws IOException, InterruptedException {
        Files.writeString(directory.resolve("touches.json"), "{\"command\":[\"sh\",\"-c\",\"touch done-$AWS_LAMBDA_REQUEST_ID\"]}");
        List<String> answered = runAndKill();
        assertThat(answered).anyMatch(id -> !Files.exists(directory.resolve("done-" + id)));
        try (Database database = Database.open(directory.resolve("lambda.db"), Database.Durability.NORMAL);
                LocalLambda lambda = new LocalLambda(database, directory, Clock.systemUTC(), Map.of(), "us-east-1", "123456789012")) {
            lambda.start();
            await().atMost(PATIENCE).until(() -> answered.stream().allMatch(id -> Files.exists(directory.resolve("done-" + id))));
        }
    }

    private List<String> runAndKill() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
            "-cp", System.getProperty("java.class.path"), Child.class.getName(), directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        List<String> answered = new ArrayList<>();
        try (BufferedReader output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (int i = 0; i < 50; i++) {
                answered.add(output.readLine());
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        return answered;
    }
}
