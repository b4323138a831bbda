package io.pipewright.functions.settings;

import io.pipewright.functions.git.CodeCommitRepositories;
import io.pipewright.functions.git.GitRepositories;
import java.time.Clock;
import java.util.Map;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sns.SnsClient;

/**
 * AWS, as the functions use it, and the git repositories that sources take. The first three are needed by nearly every invocation; providers' clients are made on first
 * use, so that a function pays at its cold start only for what it calls.
 */
public record Clients(
        DynamoDbClient dynamo,
        SfnClient sfn,
        EventBridgeClient events,
        Supplier<S3Client> s3,
        Supplier<SnsClient> sns,
        Supplier<LambdaClient> lambda,
        Supplier<CodeBuildClient> codeBuild,
        Supplier<GitRepositories> git) {

    public Clients {
        s3 = once(s3);
        sns = once(sns);
        lambda = once(lambda);
        codeBuild = once(codeBuild);
        git = once(git);
    }

    /** The clients of the account and region that the environment names. */
    public static Clients fromEnvironment() {
        return new Clients(DynamoDbClient.create(), SfnClient.create(), EventBridgeClient.create(),
                () -> s3(System.getenv()).build(), SnsClient::create, LambdaClient::create, CodeBuildClient::create,
                () -> codeCommit(DefaultCredentialsProvider.builder().build()));
    }

    private static GitRepositories codeCommit(AwsCredentialsProvider credentials) {
        return CodeCommitRepositories.of(
                new DefaultAwsRegionProviderChain().getRegion().id(), credentials, Clock.systemUTC());
    }

    /** The same, save that providers' clients act with these credentials. */
    public Clients as(AwsCredentialsProvider credentials) {
        return new Clients(dynamo, sfn, events,
                () -> s3(System.getenv()).credentialsProvider(credentials).build(),
                () -> SnsClient.builder().credentialsProvider(credentials).build(),
                () -> LambdaClient.builder().credentialsProvider(credentials).build(),
                () -> CodeBuildClient.builder().credentialsProvider(credentials).build(),
                () -> codeCommit(credentials));
    }

    /**
     * S3's client. At an endpoint that the environment names, buckets stand in the path: nobody answers to a bucket's name before the
     * name of an emulator, or of a proxy.
     */
    static S3ClientBuilder s3(Map<String, String> environment) {
        boolean named = environment.containsKey("AWS_ENDPOINT_URL_S3") || environment.containsKey("AWS_ENDPOINT_URL");
        return S3Client.builder().forcePathStyle(named);
    }

    private static <T> Supplier<T> once(Supplier<T> supplier) {
        return new Supplier<>() {
            private T made;

            @Override
            public synchronized T get() {
                if (made == null) {
                    made = supplier.get();
                }
                return made;
            }
        };
    }
}
