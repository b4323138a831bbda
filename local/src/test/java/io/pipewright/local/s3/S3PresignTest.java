package io.pipewright.local.s3;

import static io.pipewright.local.s3.S3Contract.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pipewright.local.http.LocalServer;
import io.pipewright.local.http.RawHttp;
import io.pipewright.local.http.RawHttp.Answer;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

class S3PresignTest {
    @TempDir
    Path directory;

    private S3TestHome home;
    private LocalServer server;
    private S3Presigner presigner;

    @BeforeEach
    void open() {
        home = new S3TestHome(directory);
        server = S3Access.serve(home);
        LocalS3 s3 = new LocalS3(home.store);
        s3.createBucket(b -> b.bucket("shop"));
        s3.putObject(b -> b.bucket("shop").key("k"), RequestBody.fromString("hello"));
        presigner = S3Presigner.builder().endpointOverride(URI.create("http://127.0.0.1:" + server.port()))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(true).build()).build();
    }

    @AfterEach
    void close() {
        presigner.close();
        server.close();
        home.close();
    }

    private Answer get(String pathAndQuery, String... headers) throws IOException {
        return RawHttp.get(server.port(), pathAndQuery, headers);
    }

    private static String target(URL url) {
        return url.getPath() + "?" + url.getQuery();
    }

    @Test
    void aPresignedUrlIsEnoughToRead() throws IOException {
        URL url = presigner.presignGetObject(p -> p.signatureDuration(Duration.ofMinutes(5))
                .getObjectRequest(g -> g.bucket("shop").key("k").responseContentType("text/html"))).url();
        Answer answer = get(target(url));
        assertThat(answer.text()).isEqualTo("hello");
        assertThat(answer.header("Content-Type")).hasValue("text/html");
    }

    @Test
    void aPresignedUrlIsEnoughToWrite() throws IOException {
        var signed = presigner.presignPutObject(p -> p.signatureDuration(Duration.ofMinutes(5))
                .putObjectRequest(g -> g.bucket("shop").key("new").contentType("text/plain")));
        Answer answer = RawHttp.send(server.port(), "PUT " + target(signed.url()),
                List.of("Content-Type: text/plain", "Content-Length: 3"), utf8("new"));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(get(target(presigner.presignGetObject(p -> p.signatureDuration(Duration.ofMinutes(5))
                .getObjectRequest(g -> g.bucket("shop").key("new"))).url())).text()).isEqualTo("new");
    }

    private static String version4(Instant signed, String seconds) {
        return "/shop/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AK%2F20260101%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date="
                + DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC).format(signed)
                + "&X-Amz-Expires=" + seconds + "&X-Amz-SignedHeaders=host&X-Amz-Signature=" + "0".repeat(64);
    }

    private static void assertRefused(Answer answer, int status, String code, String detail) {
        assertThat(answer.text()).contains("<Code>" + code + "</Code>").contains(detail);
        assertThat(answer.status()).isEqualTo(status);
    }

    @Test
    void anExpiredUrlIsDenied() throws IOException {
        assertThat(get(version4(Instant.now().minusSeconds(50), "60")).text()).isEqualTo("hello");
        Answer expired = get(version4(Instant.now().minusSeconds(120), "60"));
        assertRefused(expired, 403, "AccessDenied", "<Message>Request has expired</Message>");
        assertThat(expired.text()).contains("<X-Amz-Expires>60</X-Amz-Expires>", "<Expires>", "<ServerTime>");
    }

    @Test
    void anIncompleteUrlIsRefused() throws IOException {
        String complete = version4(Instant.now(), "60");
        assertRefused(get(complete.replaceAll("&X-Amz-Signature=0+", "")), 400, "AuthorizationQueryParametersError", "requires");
        assertRefused(get(version4(Instant.now(), "604801")), 400, "AuthorizationQueryParametersError", "week");
        assertRefused(get(version4(Instant.now(), "soon")), 400, "AuthorizationQueryParametersError", "number");
        assertRefused(get(complete, "x-amz-acl: public-read"), 403, "AccessDenied", "<HeadersNotSigned>x-amz-acl</HeadersNotSigned>");
    }

    @Test
    void signatureVersion2IsAcceptedUntilItExpires() throws IOException {
        long later = Instant.now().plusSeconds(60).getEpochSecond();
        assertThat(get("/shop/k?AWSAccessKeyId=AK&Signature=abc%3D&Expires=" + later).text()).isEqualTo("hello");
        assertRefused(get("/shop/k?AWSAccessKeyId=AK&Signature=abc%3D&Expires=1700000000"), 403, "AccessDenied", "expired");
        assertRefused(get("/shop/k?AWSAccessKeyId=AK&Signature=abc%3D"), 403, "AccessDenied", "requires");
    }
}
