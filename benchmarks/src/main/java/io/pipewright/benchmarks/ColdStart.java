package io.pipewright.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * How long each deployed function takes to start, beside a bare handler that holds the same SDK clients. Both come from the package
 * that is deployed and are started by Lambda's own runtime interface client, in turns, with the options that the stack sets; measured is
 * from the start of the process until it asks for its first event.
 */
final class ColdStart {
    /** What a handler's start may take of a bare one's. */
    private static final double BOUND = 1.3;
    private static final int STARTS = 15;
    private static final Path PACKAGES = Path.of("infra-cdk/jars/target/functions");
    private static final Path RUNTIME = Path.of("benchmarks/target/runtime");

    private static final Map<String, String> LAMBDA = Map.of(
            "AWS_REGION", "eu-west-1", "AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY", "secret",
            "AWS_SESSION_TOKEN", "token", "AWS_LAMBDA_FUNCTION_NAME", "pipewright", "AWS_LAMBDA_FUNCTION_VERSION", "1",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1024", "AWS_LAMBDA_LOG_FORMAT", "JSON",
            "AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
    private static final Map<String, String> STACK = Map.of(
            "JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
            "PIPEWRIGHT_ACCOUNT", "123456789012", "PIPEWRIGHT_TABLE", "pipewright", "PIPEWRIGHT_BUCKET", "pipewright",
            "PIPEWRIGHT_MACHINE_ROLE", "arn:aws:iam::123456789012:role/machines",
            "PIPEWRIGHT_DEFAULT_ROLE", "arn:aws:iam::123456789012:role/default",
            "PIPEWRIGHT_REVIEW_URL", "https://example.com");

    private ColdStart() {
    }

    static void run(Bench bench) {
        bench.report().section("Cold start, beside a bare handler with the same clients");
        Path root = bench.launcher().getParent();
        Path directory = bench.directory();
        Map<String, Path> packages = new HashMap<>();
        for (Deployed function : Deployed.ALL) {
            Path taskRoot = packages.computeIfAbsent(function.archive(), name -> unpacked(root.resolve(PACKAGES), name, directory));
            measure(bench, root.resolve(RUNTIME), taskRoot, function);
        }
        Bench.delete(directory);
    }

    private static void measure(Bench bench, Path runtime, Path taskRoot, Deployed function) {
        requireClass(taskRoot.resolve("lib").resolve(function.archive() + ".jar"), function.handler());
        start(runtime, taskRoot, BareHandler.class.getName());
        start(runtime, taskRoot, function.handler());
        long[] bare = new long[bench.times(STARTS)];
        long[] whole = new long[bare.length];
        for (int i = 0; i < bare.length; i++) {
            bare[i] = start(runtime, taskRoot, BareHandler.class.getName());
            whole[i] = start(runtime, taskRoot, function.handler());
        }
        bench.report().ratio(function.name(), Samples.ofNanos(whole), Samples.ofNanos(bare), BOUND);
    }

    /** Lambda's client tells of a class that isn't there only with the first event. */
    private static void requireClass(Path jar, String type) {
        try (JarFile file = new JarFile(jar.toFile())) {
            if (file.getEntry(type.replace('.', '/') + ".class") == null) {
                throw new IllegalStateException(jar.getFileName() + " holds no " + type);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long start(Path runtime, Path taskRoot, String handler) {
        try (RuntimeApi api = new RuntimeApi()) {
            ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp", runtime + "/*", "com.amazonaws.services.lambda.runtime.api.client.AWSLambda", handler)
                    .directory(taskRoot.toFile()).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
            builder.environment().clear();
            builder.environment().putAll(LAMBDA);
            builder.environment().putAll(STACK);
            builder.environment().put("LAMBDA_TASK_ROOT", taskRoot.toString());
            builder.environment().put("AWS_LAMBDA_RUNTIME_API", api.address());
            long from = System.nanoTime();
            Process process = builder.start();
            try {
                return api.awaitReady() - from;
            } finally {
                process.destroyForcibly().waitFor();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The package as Lambda lays it out, and the bare handler beside it. */
    private static Path unpacked(Path packages, String name, Path directory) {
        Path taskRoot = directory.resolve(name);
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(packages.resolve(name + ".zip")))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (!entry.isDirectory()) {
                    copy(zip, taskRoot.resolve(entry.getName()));
                }
            }
            String bare = BareHandler.class.getName().replace('.', '/') + ".class";
            try (InputStream code = ColdStart.class.getClassLoader().getResourceAsStream(bare)) {
                copy(code, taskRoot.resolve(bare));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return taskRoot;
    }

    private static void copy(InputStream from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Files.copy(from, to);
    }
}
