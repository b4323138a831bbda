package io.pipewright.local.home;

import static io.pipewright.local.home.Sample.approvals;
import static io.pipewright.local.home.Sample.pipeline;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The {@code aws} command, where it is installed, as a client that shares no code with ours. */
class CommandLineClientTest {
    @RegisterExtension
    static final TestHome HOME = new TestHome();

    @BeforeAll
    static void requireTheCommand() {
        assumeTrue(Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> new File(folder, "aws").canExecute()), "the aws command is not installed");
    }

    private record Result(int exit, String output, String errors) { }

    private static Result aws(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("aws", "codepipeline"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
        builder.environment().putAll(Map.of("AWS_ENDPOINT_URL", HOME.home().endpoint().toString(),
                "AWS_ACCESS_KEY_ID", "key", "AWS_SECRET_ACCESS_KEY", "secret", "AWS_DEFAULT_REGION", "us-east-1",
                "AWS_DEFAULT_OUTPUT", "json", "AWS_PAGER", "", "AWS_CONFIG_FILE", "/dev/null",
                "AWS_SHARED_CREDENTIALS_FILE", "/dev/null", "AWS_MAX_ATTEMPTS", "1"));
        Process process = builder.redirectInput(new File("/dev/null")).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), output, errors);
    }

    private static JsonNode ok(String... arguments) throws IOException, InterruptedException {
        Result result = aws(arguments);
        assertThat(result.exit()).as(result.errors()).isZero();
        return Wire.json(result.output().isBlank() ? "null" : result.output());
    }

    @Test
    void aPipelineIsDrivenFromItsCreationToItsDeletion() throws Exception {
        String declaration = Wire.object().set("pipeline", Wire.json(pipeline("cli", approvals("Gate")))).toString();
        assertThat(ok("create-pipeline", "--cli-input-json", declaration).at("/pipeline/version").asInt()).isEqualTo(1);
        Pipeline pipeline = new Pipeline(HOME.codePipeline(), "cli", null);
        String run = pipeline.firstRun();
        String token = pipeline.awaitToken(run, "Gate", "Ask");

        JsonNode state = ok("get-pipeline-state", "--name", "cli");
        assertThat(state.at("/stageStates/1/actionStates/0/latestExecution/token").asText()).isEqualTo(token);
        ok("put-approval-result", "--pipeline-name", "cli", "--stage-name", "Gate", "--action-name", "Ask",
                "--token", token, "--result", "summary=fine,status=Approved");
        pipeline.awaitSucceeded(run);
        assertThat(ok("list-action-executions", "--pipeline-name", "cli", "--max-items", "1")
                .at("/actionExecutionDetails/0/output/executionResult/externalExecutionSummary").asText()).isEqualTo("fine");

        JsonNode read = ok("get-pipeline", "--name", "cli");
        assertThat(ok("update-pipeline", "--pipeline", read.path("pipeline").toString()).at("/pipeline/version").asInt())
                .isEqualTo(2);
        Result refused = aws("get-pipeline", "--name", "nobody");
        assertThat(refused.exit()).isNotZero();
        assertThat(refused.errors()).contains("PipelineNotFoundException",
                "Account '000000000000' does not have a pipeline with name 'nobody'");
        assertThat(ok("delete-pipeline", "--name", "cli").isNull()).isTrue();
    }
}
