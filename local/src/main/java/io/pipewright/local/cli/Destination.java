package io.pipewright.local.cli;

import io.pipewright.local.home.LocalHome;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.codepipeline.CodePipelineClient;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.sts.StsClient;

/**
 * Where an import is created. Never CodePipeline itself: an endpoint is named, or it is the local home.
 *
 * @param isHome whether it is a local home, which is told by its account
 */
record Destination(
        URI endpoint, String region, boolean isHome, CodePipelineClient codePipeline, EventBridgeClient events, Optional<Connection> own)
        implements AutoCloseable {

    /**
     * What the words name, else what the environment does, else the local home: the one that is served already, or one in this process.
     *
     * @throws CommandFailedException if nothing answers there
     */
    static Destination open(Arguments arguments, Map<String, String> environment) {
        Optional<String> endpoint = arguments.value("--endpoint")
                .or(() -> arguments.has(DataDirectory.NAME) ? Optional.empty()
                        : Optional.ofNullable(environment.get("AWS_ENDPOINT_URL_CODEPIPELINE"))
                                .or(() -> Optional.ofNullable(environment.get("AWS_ENDPOINT_URL"))));
        return endpoint.map(url -> at(url(url), environment, Optional.empty())).orElseGet(() -> {
            Connection own = Connection.open(DataDirectory.of(arguments));
            return at(own.endpoint(), Map.of(), Optional.of(own));
        });
    }

    private static URI url(String text) {
        if (!text.matches("https?://[^/\\s]+/?")) {
            throw new UsageException("The endpoint must be a URL like " + ServeCommand.DEFAULT_ENDPOINT + ", not " + text + ".");
        }
        return URI.create(text);
    }

    private static Destination at(URI endpoint, Map<String, String> environment, Optional<Connection> own) {
        String region = Optional.ofNullable(environment.get("AWS_REGION"))
                .or(() -> Optional.ofNullable(environment.get("AWS_DEFAULT_REGION"))).orElse(LocalHome.REGION);
        return new Destination(endpoint, region, isHome(endpoint, environment, region),
                at(endpoint, environment, region, CodePipelineClient.builder()).build(),
                at(endpoint, environment, region, EventBridgeClient.builder()).build(), own);
    }

    private static boolean isHome(URI endpoint, Map<String, String> environment, String region) {
        try (StsClient sts = at(endpoint, environment, region, StsClient.builder()).build()) {
            return sts.getCallerIdentity().account().equals(LocalHome.ACCOUNT);
        } catch (SdkException noSuchService) {
            return false;
        }
    }

    /** With the keys that {@code serve} and {@code proxy} say to export; the user's profiles have no say. */
    private static <B extends AwsClientBuilder<B, ?> & AwsSyncClientBuilder<B, ?>> B at(
            URI endpoint, Map<String, String> environment, String region, B builder) {
        return builder.endpointOverride(endpoint).region(Region.of(region))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(
                        environment.getOrDefault("AWS_ACCESS_KEY_ID", "local"),
                        environment.getOrDefault("AWS_SECRET_ACCESS_KEY", "local"))))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(configuration -> configuration.defaultProfileFile(ProfileFile.aggregator().build()));
    }

    /** The local home's region. */
    Optional<String> homeRegion() {
        return isHome ? Optional.of(LocalHome.REGION) : Optional.empty();
    }

    /** The local home's account. */
    Optional<String> homeAccount() {
        return isHome ? Optional.of(LocalHome.ACCOUNT) : Optional.empty();
    }

    /** What rules call in the local home. */
    Optional<String> homeTriggerFunction() {
        return isHome ? Optional.of("arn:aws:lambda:" + LocalHome.REGION + ":" + LocalHome.ACCOUNT + ":function:pipewright-trigger")
                : Optional.empty();
    }

    @Override
    public void close() {
        codePipeline.close();
        events.close();
        own.ifPresent(Connection::close);
    }
}
