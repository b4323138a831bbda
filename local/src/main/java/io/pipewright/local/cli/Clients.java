package io.pipewright.local.cli;

import io.pipewright.local.home.LocalHome;
import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codepipeline.CodePipelineClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sns.SnsClient;

/** AWS's clients on a local endpoint. The user's own AWS configuration has no say. */
final class Clients {
    private static final StaticCredentialsProvider CREDENTIALS =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));
    private static final ProfileFile NO_PROFILES = ProfileFile.aggregator().build();

    private Clients() {
    }

    /** Makes the JVM load what clients need, so that another thread has them at hand a moment later. */
    static void load() {
        URI nowhere = URI.create(ServeCommand.DEFAULT_ENDPOINT);
        codePipeline(nowhere).close();
        s3(nowhere).close();
    }

    static CodePipelineClient codePipeline(URI endpoint) {
        return at(endpoint, CodePipelineClient.builder()).build();
    }

    static S3Client s3(URI endpoint) {
        return at(endpoint, S3Client.builder()).forcePathStyle(true).build();
    }

    static CodeBuildClient codeBuild(URI endpoint) {
        return at(endpoint, CodeBuildClient.builder()).build();
    }

    static SnsClient sns(URI endpoint) {
        return at(endpoint, SnsClient.builder()).build();
    }

    private static <B extends AwsClientBuilder<B, ?> & AwsSyncClientBuilder<B, ?>> B at(URI endpoint, B builder) {
        return builder.endpointOverride(endpoint).region(Region.of(LocalHome.REGION)).credentialsProvider(CREDENTIALS)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(configuration -> configuration.defaultProfileFile(NO_PROFILES));
    }
}
