package io.pipewright.local.sts;

import io.pipewright.local.http.QueryAnswer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;
import software.amazon.awssdk.services.sts.model.StsException;

/** The twin behind its interface, and again behind the wire with the SDK's own client in front. */
class StsContractTest {
    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00.5Z");
    private static final LocalSts TWIN =
        new LocalSts("123456789012", "arn:aws:iam::123456789012:user/me & <you>", Clock.fixed(NOW, ZoneOffset.UTC));

    abstract static class Contract {
        StsClient client;

        @Test
        void theCallerIsWhoTheHomeSays() {
            GetCallerIdentityResponse identity = client.getCallerIdentity();
            assertThat(identity.account()).isEqualTo("123456789012");
            assertThat(identity.arn()).isEqualTo("arn:aws:iam::123456789012:user/me & <you>");
            assertThat(identity.userId()).matches("AIDA[A-Z2-7]{16}").isEqualTo(client.getCallerIdentity().userId());
        }

        @Test
        void anAssumedRoleComesWithCredentialsForAWhile() {
            AssumeRoleResponse assumed = client.assumeRole(request -> request.roleArn("arn:aws:iam::210987654321:role/ci/deployer")
                .roleSessionName("run-1").externalId("arn:aws:codepipeline:us-east-1:123456789012:p").policy("{}").durationSeconds(900));
            assertThat(assumed.assumedRoleUser().arn()).isEqualTo("arn:aws:sts::210987654321:assumed-role/deployer/run-1");
            assertThat(assumed.assumedRoleUser().assumedRoleId()).matches("AROA[A-Z2-7]{16}:run-1");
            assertThat(assumed.credentials().accessKeyId()).matches("ASIA[A-Z2-7]{16}");
            assertThat(assumed.credentials().secretAccessKey()).hasSize(40);
            assertThat(assumed.credentials().sessionToken()).isNotBlank();
            assertThat(assumed.credentials().expiration()).isEqualTo(Instant.parse("2026-11-20T10:15:00Z"));
        }

        @Test
        void credentialsLastAnHourUnlessSaidOtherwise() {
            assertThat(client.assumeRole(request -> request.roleArn("arn:aws:iam::210987654321:role/r").roleSessionName("ab"))
                .credentials().expiration()).isEqualTo(Instant.parse("2026-11-20T11:00:00Z"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "deployer", "arn:aws:iam::1:role/deployer", "arn:aws:iam::210987654321:user/deployer",
            "arn:aws:iam::210987654321:role/", "arn:aws:s3:::bucket-of-some-length", "arn:aws:iam::210987654321:role/a b"})
        void aMalformedRoleIsRefused(String role) {
            assertValidation("", () -> client.assumeRole(request -> request.roleArn(role).roleSessionName("run-1")));
        }

        @Test
        void aMalformedSessionIsRefused() {
            assertValidation("at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
                () -> client.assumeRole(request -> request.roleArn("arn:aws:iam::210987654321:role/r").roleSessionName("a b")));
        }

        @ParameterizedTest
        @ValueSource(ints = {-1, 0, 899, 43_201, Integer.MAX_VALUE})
        void aDurationOutOfRangeIsRefused(int seconds) {
            assertValidation("at 'durationSeconds' failed to satisfy constraint", () -> client.assumeRole(
                request -> request.roleArn("arn:aws:iam::210987654321:role/r").roleSessionName("ab").durationSeconds(seconds)));
        }

        @Test
        void whatHasNoMeaningHereIsRefusedByName() {
            assertValidation("SerialNumber is not supported", () -> client.assumeRole(request -> request
                .roleArn("arn:aws:iam::210987654321:role/r").roleSessionName("ab").serialNumber("arn:aws:iam::123456789012:mfa/me")));
            assertValidation("Tags is not supported", () -> client.assumeRole(request -> request
                .roleArn("arn:aws:iam::210987654321:role/r").roleSessionName("ab").tags(tag -> tag.key("k").value("v"))));
        }

        private static void assertValidation(String message, ThrowingCallable call) {
            assertThatThrownBy(call).isInstanceOfSatisfying(StsException.class, thrown -> {
                assertThat(thrown.statusCode()).isEqualTo(400);
                assertThat(thrown.awsErrorDetails().errorCode()).isEqualTo("ValidationError");
                assertThat(thrown.awsErrorDetails().errorMessage()).contains(message);
            });
        }
    }

    @Nested
    class Twin extends Contract {
        @BeforeEach
        void open() {
            client = TWIN;
        }
    }

    @Nested
    class Wire extends Contract {
        private HttpServer server;

        @BeforeEach
        void open() throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", StsContractTest::serve);
            server.start();
            client = StsClient.builder().endpointOverride(URI.create("http://localhost:" + server.getAddress().getPort()))
                .region(Region.US_EAST_1).credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b"))).build();
        }

        @AfterEach
        void close() {
            client.close();
            server.stop(0);
        }

        @Test
        void anOperationThatIsNotThereIsRefusedByName() {
            assertThatThrownBy(() -> client.getSessionToken()).isInstanceOfSatisfying(StsException.class, thrown -> {
                assertThat(thrown.awsErrorDetails().errorCode()).isEqualTo("InvalidAction");
                assertThat(thrown.awsErrorDetails().errorMessage()).isEqualTo("Could not find operation GetSessionToken for version 2011-06-15");
                assertThat(thrown.requestId()).isEqualTo("request-1");
            });
        }
    }

    private static void serve(HttpExchange exchange) throws IOException {
        Map<String, String> form = new HashMap<>();
        for (String pair : new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8).split("&")) {
            String[] parts = pair.split("=", 2);
            form.put(URLDecoder.decode(parts[0], StandardCharsets.UTF_8), parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        QueryAnswer answer = StsQuery.answer(form, TWIN, "request-1");
        byte[] body = answer.xml().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/xml");
        exchange.sendResponseHeaders(answer.status(), body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Test
    void aFormThatIsNoRequestIsRefused() {
        assertThat(StsQuery.answer(Map.of(), TWIN, "r").xml()).contains("<Code>InvalidAction</Code>");
        assertThat(StsQuery.answer(Map.of("Action", "GetCallerIdentity", "Version", "1"), TWIN, "r").status()).isEqualTo(400);
        assertThat(StsQuery.answer(Map.of("Action", "AssumeRole", "Version", "2011-06-15", "DurationSeconds", "soon"), TWIN, "r").xml())
            .contains("<Code>MalformedInput</Code>");
        assertThat(StsQuery.answer(Map.of("Action", "<x>\u0000&", "Version", "2011-06-15"), TWIN, "r").xml())
            .contains("Could not find operation &lt;x&gt;?&amp; for version");
    }
}
