package io.pipewright.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The deployment packages: what they weigh, and that each holds what its functions need to start. */
class PackagesTest {
    private static final Path PACKAGES = Path.of("jars", "target", "functions");
    private static final Map<Handler.Archive, Integer> MOST_MEGABYTES = Map.of(
            Handler.Archive.GATE, 12, Handler.Archive.API, 18, Handler.Archive.ACTIONS, 25);

    @TempDir
    private Path folder;

    @BeforeAll
    static void packagesAreBuilt() {
        assumeTrue(Files.exists(PACKAGES.resolve(Handler.Archive.GATE.file())),
                "Skipped: mvn package builds the deployment packages");
    }

    @Test
    void packagesStayLight() throws IOException {
        for (Handler.Archive archive : Handler.Archive.values()) {
            assertThat(Files.size(PACKAGES.resolve(archive.file()))).as(archive.file())
                    .isLessThanOrEqualTo(MOST_MEGABYTES.get(archive) * 1_000_000L);
        }
    }

    @Test
    void everyFunctionStartsFromItsPackage() throws Exception {
        for (Handler.Archive archive : Handler.Archive.values()) {
            Path jar = jar(archive);
            for (Handler handler : Handler.all().filter(one -> one.archive() == archive).toList()) {
                assertThat(start(jar, handler.type())).as(handler + " from " + archive.file()).isEqualTo("started");
            }
        }
    }

    /** Lambda puts what is in lib on the class path. */
    private Path jar(Handler.Archive archive) throws IOException {
        try (ZipFile zip = new ZipFile(PACKAGES.resolve(archive.file()).toFile())) {
            ZipEntry entry = zip.stream().filter(one -> one.getName().matches("lib/.*\\.jar")).findFirst().orElseThrow();
            Path jar = folder.resolve(archive + ".jar");
            Files.copy(zip.getInputStream(entry), jar, StandardCopyOption.REPLACE_EXISTING);
            return jar;
        }
    }

    /** As Lambda does: the constructor without arguments, in a JVM that knows nothing but the package. */
    private static String start(Path jar, String type) throws IOException, InterruptedException {
        Path source = Files.writeString(jar.resolveSibling("Start.java"), """
                class Start {
                    public static void main(String[] arguments) throws Exception {
                        Class.forName(arguments[0]).getConstructor().newInstance();
                        System.out.print("started");
                    }
                }
                """);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", jar.toString(), source.toString(), type));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(Map.of(
                "AWS_REGION", "eu-west-1", "AWS_ACCESS_KEY_ID", "none", "AWS_SECRET_ACCESS_KEY", "none",
                "PIPEWRIGHT_ACCOUNT", "111122223333", "PIPEWRIGHT_TABLE", "table", "PIPEWRIGHT_BUCKET", "bucket",
                "PIPEWRIGHT_MACHINE_ROLE", "arn:aws:iam::111122223333:role/machines"));
        Process process = builder.start();
        try (BufferedReader output = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String text = String.join("\n", output.lines().toList());
            process.waitFor();
            return text;
        }
    }
}
