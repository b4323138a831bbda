package io.pipewright.local.sfn;

import java.util.Optional;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import software.amazon.awssdk.services.sfn.SfnClient;

/** The contract against a real or emulated endpoint; {@code SFN_CONTRACT_ROLE_ARN} names a role that Step Functions may assume there. */
@EnabledIfEnvironmentVariable(named = "AWS_ENDPOINT_URL_SFN", matches = ".+")
class EndpointSfnContractTest extends SfnContract {
    private static SfnClient endpoint;

    @Override
    SfnClient client() {
        if (endpoint == null) {
            endpoint = SfnClient.create();
        }
        return endpoint;
    }

    @Override
    String role() {
        return Optional.ofNullable(System.getenv("SFN_CONTRACT_ROLE_ARN")).orElse(Home.ROLE);
    }
}
