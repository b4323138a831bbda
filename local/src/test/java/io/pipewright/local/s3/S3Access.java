package io.pipewright.local.s3;

import io.pipewright.local.http.LocalServer;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The two ways to the twin that must not differ. With {@code AWS_ENDPOINT_URL_S3} set, HTTP leads to that endpoint
 * instead, so that the same suite says whether the twin is right.
 */
enum S3Access {
    IN_PROCESS {
        @Override
        Session open(Path directory) {
            S3TestHome home = new S3TestHome(directory);
            return new Session(new LocalS3(home.store), home::close);
        }
    },

    HTTP {
        @Override
        Session open(Path directory) {
            String endpoint = System.getenv("AWS_ENDPOINT_URL_S3");
            if (endpoint != null) {
                S3Client client = client(URI.create(endpoint));
                return new Session(client, client::close);
            }
            S3TestHome home = new S3TestHome(directory);
            LocalServer server = serve(home);
            S3Client client = client(URI.create("http://127.0.0.1:" + server.port()));
            return new Session(client, () -> {
                client.close();
                server.close();
                home.close();
            });
        }
    };

    /** A client for one test. */
    record Session(S3Client s3, Runnable end) implements AutoCloseable {
        @Override
        public void close() {
            end.run();
        }
    }

    abstract Session open(Path directory);

    static LocalServer serve(S3TestHome home) {
        LocalServer server = new LocalServer(0, List.of(new S3Route(home.store)));
        server.start();
        return server;
    }

    static S3Client client(URI endpoint) {
        return S3Client.builder().endpointOverride(endpoint).region(Region.US_EAST_1).credentialsProvider(credentials())
                .forcePathStyle(true).httpClientBuilder(UrlConnectionHttpClient.builder()).build();
    }

    private static AwsCredentialsProvider credentials() {
        return System.getenv("AWS_ACCESS_KEY_ID") != null ? DefaultCredentialsProvider.builder().build()
                : StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));
    }
}
