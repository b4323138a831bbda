package io.pipewright.e2e;

import static org.awaitility.Awaitility.await;

import io.pipewright.local.http.LocalServer;
import io.pipewright.local.proxy.Proxy;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.codepipeline.CodePipelineClient;
import software.amazon.awssdk.services.codepipeline.model.CodePipelineException;

/**
 * CodePipeline's client at the deployed API, by the proxy and API Gateway as users reach it. Emulators commonly leave out IAM
 * authorization, so that the function rightly refuses calls of nobody, or what an alias in an integration means; there the function is
 * invoked with API Gateway's event and an identity in it.
 */
final class DeployedApi implements AutoCloseable {
    private static final Duration LONGEST_CALL = Duration.ofMinutes(2);

    private final CodePipelineClient client;
    private final AutoCloseable server;

    private DeployedApi(CodePipelineClient client, AutoCloseable server) {
        this.client = client;
        this.server = server;
    }

    /** @param address of the API, as the stack's output says it */
    static DeployedApi at(Emulator aws, String address, GatewayFunction function) throws Exception {
        DeployedApi usual = byGateway(aws, address);
        try {
            usual.client.listPipelines();
            return usual;
        } catch (CodePipelineException e) {
            usual.close();
            System.out.println("[e2e] API Gateway doesn't reach the API's function with an IAM identity here ("
                    + e.getMessage() + "): calls go by Lambda's Invoke from now on.");
            return byInvocation(function);
        }
    }

    private static DeployedApi byGateway(Emulator aws, String address) {
        Proxy proxy = new Proxy(0, aws.gateway(address), Emulator.REGION, aws.credentials(), Clock.systemUTC());
        proxy.start();
        return new DeployedApi(client(proxy.endpoint(), StaticCredentialsProvider.create(AwsBasicCredentials.create(
                proxy.keys().accessKeyId(), proxy.keys().secretAccessKey()))), proxy);
    }

    private static DeployedApi byInvocation(GatewayFunction function) {
        LocalServer server = new LocalServer(0, List.of(new InvokingRoute(function)));
        server.start();
        DeployedApi api = new DeployedApi(client(URI.create("http://127.0.0.1:" + server.port()),
                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"))), server);
        // The first start of a function may take an emulator longer than the function may take.
        await().atMost(Pipeline.PATIENCE).ignoreExceptions().until(() -> api.client.listPipelines().hasPipelines());
        return api;
    }

    private static CodePipelineClient client(URI endpoint, AwsCredentialsProvider credentials) {
        return CodePipelineClient.builder().endpointOverride(endpoint).region(Region.of(Emulator.REGION))
                .credentialsProvider(credentials)
                .httpClientBuilder(UrlConnectionHttpClient.builder().socketTimeout(LONGEST_CALL)).build();
    }

    CodePipelineClient client() {
        return client;
    }

    @Override
    public void close() throws Exception {
        client.close();
        server.close();
    }
}
