package io.pipewright.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user types, with the tools that a user has. */
class SynthTest {
    @TempDir
    private Path folder;

    @Test
    void theCommandLineSynthesizesWhatCfnLintAccepts() throws Exception {
        assumeTrue(isInstalled("node") && isInstalled("npm"), "Skipped: there is no Node.js on the PATH");
        Path cdk = Path.of("node_modules", "aws-cdk", "bin", "cdk");
        if (!Files.exists(cdk)) {
            Ran install = run("npm", "ci", "--no-audit", "--no-fund");
            assumeTrue(install.code() == 0, "Skipped: npm ci can't install the CDK command line: " + install.output());
        }
        assumeTrue(Files.exists(Path.of("jars", "target", "functions", "gate.zip")),
                "Skipped: mvn package builds the deployment packages");
        Ran synth = run("node", cdk.toString(), "synth", "--quiet", "--no-notices", "--output", folder.toString());
        assertThat(synth.code()).as(synth.output()).isZero();
        Path template = folder.resolve("PipewrightStack.template.json");
        assertThat(template).exists();
        lint(template);
    }

    @Test
    void cfnLintAcceptsTheStackWithEverything() throws Exception {
        Path template = Files.writeString(folder.resolve("full.json"),
                new ObjectMapper().writeValueAsString(Deployment.full().template().toJSON()));
        lint(template, "E1151");
    }

    /** @param alsoLeft rules to leave out, for the made-up ids of a test */
    private void lint(Path template, String... alsoLeft) throws Exception {
        assumeTrue(isInstalled("cfn-lint"), "Skipped: there is no cfn-lint on the PATH");
        List<String> command = new ArrayList<>(List.of("cfn-lint", "--template", template.toString(),
                "--regions", "eu-west-1", "--ignore-checks",
                // CDK says twice what a function depends on, to have its policies ready.
                "W3005"));
        command.addAll(List.of(alsoLeft));
        Ran lint = run(command.toArray(String[]::new));
        assertThat(lint.code()).as(lint.output()).isZero();
    }

    private static boolean isInstalled(String tool) {
        return List.of(System.getenv("PATH").split(":")).stream().anyMatch(path -> Files.isExecutable(Path.of(path, tool)));
    }

    private record Ran(int code, String output) { }

    private Ran run(String... command) throws IOException, InterruptedException {
        Path log = folder.resolve("output.log");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        int code = process.waitFor();
        return new Ran(code, Files.readString(log, StandardCharsets.UTF_8));
    }
}
