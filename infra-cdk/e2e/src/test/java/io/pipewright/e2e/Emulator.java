package io.pipewright.e2e;

import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.BindMode;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;

/** Whatever serves AWS's APIs: an endpoint that is up already, or a container that serves port 4566. */
final class Emulator implements AutoCloseable {
    static final String REGION = "us-east-1";

    private static final String ENDPOINT = System.getProperty("pipewright.e2e.endpoint", "");
    /** The last LocalStack that asks for no account. */
    private static final String IMAGE = System.getProperty("pipewright.e2e.image", "localstack/localstack:4.14.0");
    private static final int PORT = 4566;
    private static final String DOCKER = "/var/run/docker.sock";
    /** A stack is made, or a function started for the first time, while a caller waits. */
    private static final Duration LONGEST_CALL = Duration.ofMinutes(5);

    private final URI endpoint;
    private final Optional<GenericContainer<?>> container;

    private Emulator(URI endpoint, Optional<GenericContainer<?>> container) {
        this.endpoint = endpoint;
        this.container = container;
        await().atMost(Duration.ofMinutes(3)).pollInterval(Duration.ofSeconds(1)).ignoreExceptions()
                .until(() -> !account().isEmpty());
    }

    /** Why there is none; empty if there can be one. */
    static Optional<String> absence() {
        return !ENDPOINT.isEmpty() || DockerClientFactory.instance().isDockerAvailable() ? Optional.empty()
                : Optional.of("there is no Docker, and -Dpipewright.e2e.endpoint names no endpoint");
    }

    /** The endpoint that {@code pipewright.e2e.endpoint} names, else a container of {@code pipewright.e2e.image}. */
    static Emulator start() {
        if (!ENDPOINT.isEmpty()) {
            return new Emulator(URI.create(ENDPOINT), Optional.empty());
        }
        GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(IMAGE))
                .withExposedPorts(PORT)
                // Functions run in containers beside it.
                .withFileSystemBind(DockerClientFactory.instance().getRemoteDockerUnixSocketPath(), DOCKER, BindMode.READ_WRITE)
                .withEnv("LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT", "120");
        container.start();
        return new Emulator(
                URI.create("http://" + container.getHost() + ":" + container.getMappedPort(PORT)), Optional.of(container));
    }

    URI endpoint() {
        return endpoint;
    }

    AwsCredentialsProvider credentials() {
        return StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));
    }

    /** A client of any service. */
    <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(B builder) {
        return builder.endpointOverride(endpoint).region(Region.of(REGION)).credentialsProvider(credentials())
                .httpClientBuilder(UrlConnectionHttpClient.builder().socketTimeout(LONGEST_CALL))
                .build();
    }

    String account() {
        try (StsClient sts = client(StsClient.builder())) {
            return sts.getCallerIdentity().account();
        }
    }

    /**
     * Where an address of API Gateway is reached here.
     *
     * @param deployed {@code https://<id of the API>.execute-api.…/<stage>/<path>}
     */
    URI gateway(String deployed) {
        URI address = URI.create(deployed);
        String api = address.getHost().substring(0, address.getHost().indexOf('.'));
        String[] path = address.getRawPath().split("/", 3);
        return URI.create(endpoint + "/restapis/" + api + "/" + path[1] + "/_user_request_"
                + (path.length == 3 ? "/" + path[2] : ""));
    }

    @Override
    public void close() {
        container.ifPresent(GenericContainer::stop);
    }
}
