package io.pipewright.local.codebuild;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import software.amazon.awssdk.services.codebuild.model.Build;

/** A server in a process of its own, for tests that kill it: starts three builds of which the last one has to wait. */
final class ServerProcess {
    private ServerProcess() {
    }

    /** @param arguments the data directory; the builds' ids are written to {@code ids} in it when all are accepted */
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        Home home = Home.withProject(directory);
        StringBuilder ids = new StringBuilder();
        for (String name : new String[] {"a", "b"}) {
            Build build = home.start(Home.commands(BuildProcessesTest.lastingBuildspec(directory.resolve(name))));
            home.await(build.id(), running -> Files.exists(directory.resolve(name + ".leader")));
            ids.append(build.id()).append('\n');
        }
        Build queued = home.start(Home.commands("version: 0.2\nphases: {build: {commands: [echo at last]}}\n"));
        Files.writeString(directory.resolve("ids.new"), ids.append(queued.id()));
        Files.move(directory.resolve("ids.new"), directory.resolve("ids"));
        new CountDownLatch(1).await();
    }
}
