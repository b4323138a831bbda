package io.pipewright.functions.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** Where calls go. */
class ClientsTest {
    private static final class Sent extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient URI to;

        private Sent(URI to) {
            this.to = to;
        }
    }

    private static final ExecutionInterceptor STOP = new ExecutionInterceptor() {
        @Override
        public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
            throw new Sent(context.httpRequest().getUri());
        }
    };

    @Test
    void bucketsAreNamesOfHostsAtAwsAndPathsElsewhere() {
        assertThat(sent(Clients.s3(Map.of()))).hasToString("https://artifacts.s3.eu-west-1.amazonaws.com/app.zip");
        for (String variable : new String[] {"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"}) {
            assertThat(sent(Clients.s3(Map.of(variable, "http://emulator:4566"))
                    .endpointOverride(URI.create("http://emulator:4566")))).hasToString("http://emulator:4566/artifacts/app.zip");
        }
    }

    private static URI sent(S3ClientBuilder builder) {
        try (S3Client s3 = builder.region(Region.EU_WEST_1).httpClient(UrlConnectionHttpClient.create())
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
                .overrideConfiguration(settings -> settings.addExecutionInterceptor(STOP)).build()) {
            return catchThrowableOfType(Sent.class,
                    () -> s3.getObject(request -> request.bucket("artifacts").key("app.zip"))).to;
        }
    }
}
