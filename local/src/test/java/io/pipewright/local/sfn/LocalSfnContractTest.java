package io.pipewright.local.sfn;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.sfn.SfnClient;

/** The twin keeps the contract. */
class LocalSfnContractTest extends SfnContract {
    @TempDir
    Path directory;
    private Home home;

    @Override
    SfnClient client() {
        home = Home.started(directory);
        return home.sfn;
    }

    @Override
    String role() {
        return Home.ROLE;
    }

    @Override
    void closeClient() {
        home.close();
    }
}
