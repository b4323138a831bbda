package io.pipewright.local.watch;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import software.amazon.awssdk.core.SdkRequest;

/**
 * The permissions that functions needed in this run of the tests, and the test classes that have run: written to
 * {@code target/calls.json} when the run is over. {@code infra-cdk} holds the functions' roles against it.
 */
public final class RecordedCalls implements TestExecutionListener {
    private static final Path FILE = Path.of("target", "calls.json");
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Set<Permission> CALLS = ConcurrentHashMap.newKeySet();
    private static final Set<String> CLASSES = ConcurrentHashMap.newKeySet();

    /** What homes of tests are opened with. */
    public static Watch watch() {
        return new Watch() {
            @Override
            public void called(String function, SdkRequest request, Object answer) {
                CALLS.addAll(Permission.of(function, request, answer));
            }

            @Override
            public void pulled(String function, String repository) {
                CALLS.add(Permission.pull(function, repository));
            }

            @Override
            public void invoked(String function) { }
        };
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        ran(test);
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        ran(test);
    }

    private static void ran(TestIdentifier test) {
        test.getSource().filter(ClassSource.class::isInstance).map(ClassSource.class::cast)
                .ifPresent(source -> CLASSES.add(source.getClassName()));
    }

    @Override
    public void testPlanExecutionFinished(TestPlan plan) {
        ObjectNode json = JSON.createObjectNode();
        CLASSES.stream().sorted().forEach(json.putArray("classes")::add);
        CALLS.stream().sorted(Comparator.comparing(Permission::toString)).forEach(json.putArray("calls")::addPOJO);
        try {
            Files.createDirectories(FILE.getParent());
            JSON.writerWithDefaultPrettyPrinter().writeValue(FILE.toFile(), json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
