package io.pipewright.statemachine.asl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pipewright.statemachine.definition.Normalizer;
import io.pipewright.statemachine.definition.RandomPipelines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;

/** An independent validator of Amazon States Language accepts what the compiler writes. */
class AslValidatorTest {

    private static final Path SOURCES = Path.of("src/test/asl-validator");
    private static final Path INSTALLED = Path.of("target/asl-validator");

    @TempDir
    private Path definitions;

    private static String missing;

    @BeforeAll
    static void installTheValidator() throws Exception {
        missing = whatIsMissing();
    }

    @BeforeEach
    void theValidatorIsThere() {
        assumeTrue(missing == null, () -> missing + ", so definitions are not validated");
    }

    private static String whatIsMissing() throws Exception {
        if (!succeeds(Path.of("."), "node", "--version")) {
            return "node is not there";
        }
        Files.createDirectories(INSTALLED);
        for (String file : List.of("package.json", "package-lock.json", "validate.js")) {
            Files.copy(SOURCES.resolve(file), INSTALLED.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        boolean installed = Files.exists(INSTALLED.resolve("node_modules/asl-validator"))
                || succeeds(INSTALLED, "npm", "ci", "--ignore-scripts", "--prefer-offline", "--fetch-retries=0",
                        "--no-audit", "--no-fund");
        return installed ? null : "npm cannot install the validator";
    }

    @Test
    void goldenMachinesAreValid() throws Exception {
        try (Stream<Path> files = Files.list(
                Path.of("src/test/resources/io/pipewright/statemachine/asl/golden"))) {
            assertValid(files.filter(file -> file.toString().endsWith(".machine.json")).collect(Collectors.toList()));
        }
    }

    @Test
    void machinesOfRandomPipelinesAreValid() throws Exception {
        List<Path> files = new ArrayList<>();
        for (PipelineDeclaration pipeline : RandomPipelines.declarations().sampleStream().limit(25).toList()) {
            files.add(Files.writeString(
                    definitions.resolve(files.size() + ".json"),
                    Compiler.compile(Normalizer.normalize(pipeline, 1, Optional.empty()), Machines.target(5))));
        }
        assertValid(files);
    }

    private static void assertValid(List<Path> files) throws Exception {
        List<String> command = new ArrayList<>(List.of("node", "validate.js"));
        files.forEach(file -> command.add(file.toAbsolutePath().toString()));
        Path output = Files.createTempFile(INSTALLED, "output", ".txt");

        assertThat(start(INSTALLED, output, command).waitFor()).as(Files.readString(output)).isZero();

        assertThat(Files.readAllLines(output))
                .hasSameSizeAs(files)
                .allSatisfy(line -> assertThat(line).endsWith("\"errors\":[]}"));
    }

    private static boolean succeeds(Path folder, String... command) throws InterruptedException {
        try {
            Process process = start(folder, Path.of("/dev/null"), List.of(command));
            boolean ended = process.waitFor(1, TimeUnit.MINUTES);
            process.destroy();
            return ended && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static Process start(Path folder, Path output, List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }
}
