package io.pipewright.local.cli;

import io.pipewright.local.proxy.Deployment;
import io.pipewright.local.proxy.Proxy;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;

/** {@code pipewright proxy}. */
final class ProxyCommand {
    private static final String DEFAULT_STACK = "Pipewright";
    private static final Set<String> OPTIONS =
            Set.of("--profile", "--stack", "--role-arn", "--region", "--port", "--api-url");

    private ProxyCommand() {
    }

    static int run(List<String> words, Console console) {
        Proxy proxy = open(words, System.getenv());
        Runtime.getRuntime().addShutdownHook(new Thread(proxy::close, "shutdown"));
        proxy.start();
        welcome(proxy).forEach(console.out()::println);
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    /** A proxy for what the words name; it listens after {@link Proxy#start}. */
    static Proxy open(List<String> words, Map<String, String> environment) {
        Arguments arguments = Arguments.parse(words, Set.of(), OPTIONS);
        arguments.noOperands();
        int port = port(arguments);
        Optional<String> profile = arguments.value("--profile");
        String region = arguments.value("--region").orElseGet(() -> region(profile));
        AwsCredentialsProvider credentials = credentials(profile, arguments.value("--role-arn"), region);
        URI api = arguments.value("--api-url").map(ProxyCommand::url).orElseGet(() ->
                deployed(region, arguments.value("--stack").orElse(DEFAULT_STACK), credentials, environment));
        try {
            return new Proxy(port, api, region, credentials, Clock.systemUTC());
        } catch (UncheckedIOException e) {
            throw new CommandFailedException(e.getMessage() + "\nUse --port with another number, or 0 for any free port.", e);
        }
    }

    private static int port(Arguments arguments) {
        String port = arguments.value("--port").orElse(Integer.toString(ServeCommand.DEFAULT_PORT));
        if (!port.matches("\\d{1,5}") || Integer.parseInt(port) > 65535) {
            throw new UsageException("--port must be a number from 0 to 65535, not " + port + ".");
        }
        return Integer.parseInt(port);
    }

    private static URI url(String text) {
        if (!text.matches("https?://[A-Za-z0-9.:-]+(/[A-Za-z0-9._~/-]*)?")) {
            throw new UsageException("--api-url must be the URL of an API with its stage, not " + text + ".");
        }
        return URI.create(text);
    }

    private static String region(Optional<String> profile) {
        try {
            var chain = DefaultAwsRegionProviderChain.builder();
            profile.ifPresent(chain::profileName);
            return chain.build().getRegion().id();
        } catch (SdkException e) {
            throw new CommandFailedException(named(profile) + " names no region. Give one with --region.", e);
        }
    }

    private static String named(Optional<String> profile) {
        return profile.map(name -> "The profile " + name).orElse("The environment");
    }

    private static AwsCredentialsProvider credentials(Optional<String> profile, Optional<String> role, String region) {
        AwsCredentialsProvider own = profile.<AwsCredentialsProvider>map(ProfileCredentialsProvider::create)
                .orElseGet(() -> DefaultCredentialsProvider.builder().build());
        try {
            own.resolveCredentials();
        } catch (SdkException | IllegalStateException e) {
            throw new CommandFailedException(named(profile) + " gives no credentials: " + e.getMessage()
                    + "\nName a profile of ~/.aws/config or ~/.aws/credentials with --profile. One that needs a browser to sign in "
                    + "works with\ncredential_process = aws configure export-credentials --profile NAME --format process", e);
        }
        return role.map(arn -> assumed(own, arn, region)).orElse(own);
    }

    private static AwsCredentialsProvider assumed(AwsCredentialsProvider own, String role, String region) {
        StsClient sts = StsClient.builder().credentialsProvider(own).region(Region.of(region))
                .httpClientBuilder(UrlConnectionHttpClient.builder()).build();
        AwsCredentialsProvider assumed = StsAssumeRoleCredentialsProvider.builder().stsClient(sts)
                .refreshRequest(request -> request.roleArn(role).roleSessionName("pipewright-proxy")).build();
        try {
            assumed.resolveCredentials();
        } catch (SdkException e) {
            throw new CommandFailedException("The role " + role + " can't be assumed: " + e.getMessage(), e);
        }
        return assumed;
    }

    private static URI deployed(
            String region, String stack, AwsCredentialsProvider credentials, Map<String, String> environment) {
        try {
            return Deployment.apiUrl(Deployment.cloudFormation(region, environment), region, stack, credentials);
        } catch (Deployment.NotFoundException e) {
            throw new CommandFailedException(e.getMessage(), e);
        }
    }

    /** Lines that a shell can take: all that are no commands are comments. */
    static List<String> welcome(Proxy proxy) {
        return List.of(
                "# Calls are passed on to the deployed Pipewright. In another shell:",
                "export AWS_ENDPOINT_URL_CODEPIPELINE=" + proxy.endpoint(),
                "export AWS_ACCESS_KEY_ID=" + proxy.keys().accessKeyId()
                        + " AWS_SECRET_ACCESS_KEY=" + proxy.keys().secretAccessKey(),
                "export AWS_REGION=" + proxy.region() + " AWS_DEFAULT_REGION=" + proxy.region(),
                "unset AWS_SESSION_TOKEN AWS_PROFILE",
                "# Then, for example: aws codepipeline list-pipelines",
                "# These keys are good for nothing but this proxy; Ctrl-C ends it.");
    }
}
