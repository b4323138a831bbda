package io.pipewright.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the CDK app makes: template and assets. The app is run as the CDK command line runs it, by {@code cdk.json}'s command with the
 * context in the environment.
 */
final class Assembly {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path APP = Path.of("..").toAbsolutePath().normalize();
    private static final String STACK = "PipewrightStack";

    private final Path folder;

    private Assembly(Path folder) {
        this.folder = folder;
    }

    /** A file of the assembly, and where the template expects it; the bucket's name has placeholders for account and region. */
    record Asset(Path file, String bucket, String key) { }

    static Assembly synthesize(Path folder, Map<String, String> decisions) throws IOException, InterruptedException {
        JsonNode settings = JSON.readTree(APP.resolve("cdk.json").toFile());
        ObjectNode context = settings.withObjectProperty("context").deepCopy();
        decisions.forEach(context::put);
        Path log = folder.resolve("synth.log");
        Path out = folder.resolve("cdk.out");
        ProcessBuilder app = new ProcessBuilder("sh", "-c", settings.path("app").asText())
                .directory(APP.toFile()).redirectErrorStream(true).redirectOutput(log.toFile());
        app.environment().put("CDK_OUTDIR", out.toString());
        app.environment().put("CDK_CONTEXT_JSON", context.toString());
        assertThat(app.start().waitFor()).as(() -> read(log)).isZero();
        return new Assembly(out);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Everything that must be in its bucket before the stack is made, the template included. */
    List<Asset> assets() throws IOException {
        List<Asset> assets = new ArrayList<>();
        for (JsonNode file : JSON.readTree(folder.resolve(STACK + ".assets.json").toFile()).path("files")) {
            for (JsonNode destination : file.path("destinations")) {
                assets.add(new Asset(folder.resolve(file.path("source").path("path").asText()),
                        destination.path("bucketName").asText(), destination.path("objectKey").asText()));
            }
        }
        return assets;
    }

    Asset template() throws IOException {
        return assets().stream().filter(asset -> asset.file().endsWith(STACK + ".template.json")).findFirst().orElseThrow();
    }
}
