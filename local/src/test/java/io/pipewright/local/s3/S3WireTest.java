package io.pipewright.local.s3;

import static io.pipewright.local.s3.S3Contract.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pipewright.local.http.LocalServer;
import io.pipewright.local.http.RawHttp;
import io.pipewright.local.http.RawHttp.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes on the wire, as clients of all kinds were seen to send them. */
class S3WireTest {
    private static final String SIGNED = "Authorization: AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/s3/aws4_request, "
            + "SignedHeaders=host, Signature=" + "0".repeat(64);
    private static final String SIGNATURE = "chunk-signature=" + "a".repeat(64);

    @TempDir
    Path directory;

    private S3TestHome home;
    private LocalServer server;

    @BeforeEach
    void open() {
        home = new S3TestHome(directory);
        server = S3Access.serve(home);
        new LocalS3(home.store).createBucket(b -> b.bucket("shop"));
    }

    @AfterEach
    void close() {
        server.close();
        home.close();
    }

    private Answer send(String line, String body, String... headers) throws IOException {
        List<String> all = new ArrayList<>(Arrays.asList(headers));
        all.add(SIGNED);
        boolean framed = all.stream().anyMatch(header -> header.matches("(?i)(content-length|transfer-encoding):.*"));
        if (!framed && !line.startsWith("GET") && !line.startsWith("HEAD")) {
            all.add("Content-Length: " + utf8(body).length);
        }
        return RawHttp.send(server.port(), line, all, utf8(body));
    }

    private Answer get(String path, String... headers) throws IOException {
        return send("GET " + path, "", headers);
    }

    private Answer put(String path, String body, String... headers) throws IOException {
        return send("PUT " + path, body, headers);
    }

    private static void assertRefused(Answer answer, int status, String code) {
        assertThat(answer.text()).contains("<Error><Code>" + code + "</Code>");
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).hasValue("application/xml");
    }

    // Uploads

    private Answer putChunked(String kind, String body, String... headers) throws IOException {
        List<String> all = new ArrayList<>(List.of("x-amz-content-sha256: STREAMING-" + kind, "Content-Encoding: aws-chunked",
                "x-amz-decoded-content-length: 5"));
        all.addAll(Arrays.asList(headers));
        return put("/shop/k", body, all.toArray(String[]::new));
    }

    private static final String[] TRAILER = {"x-amz-trailer: x-amz-checksum-crc32", "x-amz-sdk-checksum-algorithm: CRC32"};

    @Test
    void chunksWithAnUnsignedTrailer() throws IOException {
        Answer answer = putChunked("UNSIGNED-PAYLOAD-TRAILER",
                "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n", TRAILER);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("x-amz-checksum-crc32")).hasValue("NhCmhg==");
        assertThat(answer.header("x-amz-checksum-type")).hasValue("FULL_OBJECT");
        assertThat(answer.header("ETag")).hasValue("\"5d41402abc4b2a76b9719d911017c592\"");
        assertThat(answer.body()).isEmpty();
        Answer got = get("/shop/k");
        assertThat(got.text()).isEqualTo("hello");
        assertThat(got.header("Content-Encoding")).isEmpty();
    }

    @Test
    void chunksInsideHttpChunks() throws IOException {
        String inner = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
        String outer = "4\r\n" + inner.substring(0, 4) + "\r\n" + Integer.toHexString(inner.length() - 4) + "\r\n"
                + inner.substring(4) + "\r\n0\r\n\r\n";
        Answer answer = putChunked("UNSIGNED-PAYLOAD-TRAILER", outer, TRAILER[0], "Transfer-Encoding: chunked");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(get("/shop/k").text()).isEqualTo("hello");
    }

    @Test
    void signedChunksWithoutTrailer() throws IOException {
        Answer answer = putChunked("AWS4-HMAC-SHA256-PAYLOAD",
                "3;" + SIGNATURE + "\r\nhel\r\n2;" + SIGNATURE + "\r\nlo\r\n0;" + SIGNATURE + "\r\n\r\n");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("x-amz-checksum-crc64nvme")).isPresent();
        assertThat(get("/shop/k").text()).isEqualTo("hello");
    }

    @Test
    void signedChunksWithASignedTrailer() throws IOException {
        Answer answer = putChunked("AWS4-HMAC-SHA256-PAYLOAD-TRAILER", "5;" + SIGNATURE + "\r\nhello\r\n0;" + SIGNATURE
                + "\r\nx-amz-checksum-crc32:NhCmhg==\r\nx-amz-trailer-signature:" + "b".repeat(64) + "\r\n\r\n", TRAILER);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(get("/shop/k").text()).isEqualTo("hello");
    }

    @Test
    void aMissingLastLineEndIsForgiven() throws IOException {
        assertThat(putChunked("UNSIGNED-PAYLOAD-TRAILER", "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n", TRAILER).status())
                .isEqualTo(200);
    }

    @Test
    void dataMayLookLikeFraming() throws IOException {
        String data = "\r\n0;\r\n\r\n";
        put("/shop/k", "8\r\n" + data + "\r\n0\r\n\r\n", "x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER",
                "Content-Encoding: aws-chunked", "x-amz-decoded-content-length: 8");
        assertThat(get("/shop/k").text()).isEqualTo(data);
    }

    @Test
    void anEmptyObjectIsOneLastChunk() throws IOException {
        Answer answer = put("/shop/k", "0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n",
                "x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER", "Content-Encoding: aws-chunked",
                "x-amz-decoded-content-length: 0", TRAILER[0]);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(get("/shop/k").body()).isEmpty();
    }

    @Test
    void theUsersOwnEncodingStays() throws IOException {
        put("/shop/k", "5\r\nhello\r\n0\r\n\r\n", "x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER",
                "Content-Encoding: gzip,aws-chunked", "x-amz-decoded-content-length: 5");
        assertThat(get("/shop/k").header("Content-Encoding")).hasValue("gzip");
    }

    @Test
    void wrongChunkedUploadsAreRefusedAndNothingIsStored() throws IOException {
        assertRefused(putChunked("UNSIGNED-PAYLOAD-TRAILER", "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n", TRAILER),
                400, "BadDigest");
        assertRefused(putChunked("UNSIGNED-PAYLOAD-TRAILER", "4\r\nhell\r\n0\r\n\r\n"), 400, "IncompleteBody");
        assertRefused(putChunked("UNSIGNED-PAYLOAD-TRAILER", "5\r\nhel"), 400, "IncompleteBody");
        assertRefused(putChunked("UNSIGNED-PAYLOAD-TRAILER", "nonsense\r\n"), 400, "IncompleteBody");
        assertRefused(putChunked("UNSIGNED-PAYLOAD-TRAILER", "5\r\nhello\r\n0\r\n\r\n", TRAILER), 400, "MalformedTrailerError");
        assertRefused(putChunked("UNSIGNED-PAYLOAD-TRAILER", "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n",
                TRAILER[0], "x-amz-checksum-sha1: qvTGHdzF6KLavt4PO0gs2a6pQ00="), 400, "InvalidRequest");
        assertRefused(put("/shop/k", "", "x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER"), 411, "MissingContentLength");
        assertRefused(get("/shop/k"), 404, "NoSuchKey");
        assertThat(home.files()).isEmpty();
    }

    @Test
    void aPlainBodyIsHeldToItsHash() throws IOException {
        assertThat(put("/shop/k", "hello", "x-amz-content-sha256: "
                + "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", "x-amz-checksum-crc32: NhCmhg==").status())
                .isEqualTo(200);
        Answer wrong = put("/shop/k", "hello", "x-amz-content-sha256: " + "0".repeat(64));
        assertRefused(wrong, 400, "XAmzContentSHA256Mismatch");
        assertThat(wrong.text()).contains("<S3ComputedContentSHA256>2cf24dba");
        assertRefused(put("/shop/k", "hello", "x-amz-checksum-crc32: NhCmhg==", "x-amz-checksum-sha1: x"), 400, "InvalidRequest");
        assertRefused(put("/shop/k", "hello", "x-amz-checksum-crc32: x"), 400, "InvalidRequest");
    }

    @Test
    void aClientThatAsksFirstIsToldToContinue() throws IOException {
        assertThat(put("/shop/k", "hello", "Expect: 100-continue").status()).isEqualTo(200);
    }

    @Test
    void headersNobodyAskedForDoNotDisturb() throws IOException {
        put("/shop/k", "hello", "x-amz-meta-Foo: Bar", "x-amz-acl: bucket-owner-full-control");
        Answer got = get("/shop/k?x-id=GetObject", "x-amz-te: append-md5", "x-amz-checksum-crc32: AAAAAA==");
        assertThat(got.text()).isEqualTo("hello");
        assertThat(got.header("x-amz-transfer-encoding")).isEmpty();
        assertThat(got.header("x-amz-checksum-crc64nvme")).isEmpty();
        assertThat(got.header("x-amz-meta-foo")).hasValue("Bar");
        assertThat(got.header("Server")).hasValue("AmazonS3");
        assertThat(got.header("x-amz-request-id")).isPresent();
        assertThat(got.header("Content-Type")).hasValue("binary/octet-stream");
    }

    // Addresses

    @Test
    void aHostCanNameTheBucket() throws IOException {
        Answer stored = put("/a%20b/%C3%BC%2Bc%2520.txt", "hello", "Host: shop.localhost:" + server.port());
        assertThat(stored.status()).isEqualTo(200);
        assertThat(get("/shop/a%20b/%C3%BC%2Bc%2520.txt").text()).isEqualTo("hello");
        assertThat(get("/?list-type=2", "Host: shop.localhost").text()).contains("<Key>a b/ü+c%20.txt</Key>");
        assertThat(get("/shop/a%20b/%C3%BC+c%2520.txt", "Host: s3.localhost").text()).isEqualTo("hello");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../shop/x", "a/../../b", "./", "//", "//a", "a//b", "%2e%2e/x", "%00", "%0A", "a%5Cb"})
    void aPathIsNeverNormalised(String path) throws IOException {
        assertThat(put("/shop/" + path, "at " + path).status()).isEqualTo(200);
        assertThat(get("/shop/" + path).text()).isEqualTo("at " + path);
        assertThat(home.files()).hasSize(1).allMatch(file -> file.startsWith(directory.resolve("s3/objects")));
        assertThat(send("DELETE /shop/" + path, "").status()).isEqualTo(204);
        assertThat(home.files()).isEmpty();
    }

    @Test
    void whatIsNotUtf8IsNoKey() throws IOException {
        assertRefused(put("/shop/%FF", "x"), 400, "InvalidURI");
        assertRefused(put("/shop/%C3%28", "x"), 400, "InvalidURI");
        assertThat(put("/shop/%EF%BF%BD", "x").status()).isEqualTo(200);
    }

    @Test
    void aBrowserDoesNotRunWhatAnObjectSays() throws IOException {
        put("/shop/page", "<script>alert(1)</script>", "Content-Type: text/html");
        assertThat(get("/shop/page").header("Content-Security-Policy")).hasValue("sandbox");
    }

    @Test
    void theRequestMustBeSignedForS3() throws IOException {
        assertThat(RawHttp.get(server.port(), "/shop/k").status()).isEqualTo(404);
        Answer unsigned = RawHttp.get(server.port(), "/k", "Host: shop.localhost");
        assertRefused(unsigned, 403, "AccessDenied");
        assertThat(RawHttp.get(server.port(), "/shop/k", SIGNED.replace("/s3/", "/sns/")).status()).isEqualTo(404);
    }

    // Answers

    @Test
    void listsAreUrlEncodedWhenAsked() throws IOException {
        put("/shop/a%20b/%3C%26%3E", "x");
        put("/shop/%01", "x");
        assertThat(get("/shop?list-type=2&encoding-type=url&prefix=a%20").text())
                .contains("<EncodingType>url</EncodingType>", "<Key>a%20b/%3C%26%3E</Key>", "<Prefix>a%20</Prefix>",
                        "<KeyCount>1</KeyCount>", "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"")
                .containsPattern("<LastModified>\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.000Z</LastModified>");
        assertThat(get("/shop?list-type=2").text()).contains("<Key>a b/&lt;&amp;&gt;</Key>", "<Key>&#x1;</Key>");
        assertRefused(get("/shop?encoding-type=base64"), 400, "InvalidArgument");
        assertRefused(get("/shop?max-keys=x"), 400, "InvalidArgument");
        assertRefused(get("/shop?max-keys=-1"), 400, "InvalidArgument");
    }

    @Test
    void versionsAndMarkersComeInTheirCommonOrder() throws IOException {
        send("PUT /shop?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");
        put("/shop/a", "1");
        send("DELETE /shop/a", "");
        put("/shop/a", "2");
        assertThat(get("/shop?versions").text()).containsPattern("(?s)<KeyMarker></KeyMarker><VersionIdMarker></VersionIdMarker>.*"
                + "<Version>.*<IsLatest>true</IsLatest>.*<DeleteMarker>.*</DeleteMarker><Version>.*</Version></ListVersionsResult>");
    }

    @Test
    void aHeadAnswersWithoutBodyEvenWhenItRefuses() throws IOException {
        put("/shop/k", "hello");
        Answer head = send("HEAD /shop/k", "");
        assertThat(head.header("Content-Length")).hasValue("5");
        assertThat(head.body()).isEmpty();
        Answer missing = send("HEAD /shop/none", "");
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.body()).isEmpty();
        assertThat(send("HEAD /shop", "").header("x-amz-bucket-region")).hasValue("us-east-1");
    }

    @Test
    void rangesAnswerWith206And416() throws IOException {
        put("/shop/k", "0123456789");
        Answer part = get("/shop/k", "Range: bytes=0-8");
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.header("Content-Range")).hasValue("bytes 0-8/10");
        assertThat(get("/shop/k", "Range: bytes=1-0").status()).isEqualTo(200);
        Answer beyond = get("/shop/k", "Range: bytes=10-");
        assertRefused(beyond, 416, "InvalidRange");
        assertThat(beyond.text()).contains("<ActualObjectSize>10</ActualObjectSize>");
        assertThat(get("/shop/k", "Range: bytes=0-9", "x-amz-checksum-mode: ENABLED").header("x-amz-checksum-crc64nvme"))
                .isPresent();
    }

    @Test
    void unchangedIs304WithoutBody() throws IOException {
        String etag = put("/shop/k", "x").header("ETag").orElseThrow();
        Answer answer = get("/shop/k", "If-None-Match: " + etag);
        assertThat(answer.status()).isEqualTo(304);
        assertThat(answer.body()).isEmpty();
        assertThat(get("/shop/k", "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT").status()).isEqualTo(200);
    }

    @Test
    void usEast1IsAnEmptyLocation() throws IOException {
        assertThat(get("/shop?location").text()).endsWith(
                "<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"></LocationConstraint>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ab", "Upper", "under_score", "-dash", "dots..two", "192.168.1.1", "dash-"})
    void aBadBucketNameIsRefused(String name) throws IOException {
        assertRefused(put("/" + name, ""), 400, "InvalidBucketName");
    }

    @Test
    void theOwnerHasFullControl() throws IOException {
        put("/shop/k", "x");
        for (String path : List.of("/shop?acl", "/shop/k?acl")) {
            assertThat(get(path).text()).contains("<AccessControlPolicy", "<Permission>FULL_CONTROL</Permission>",
                    "xsi:type=\"CanonicalUser\"", "<ID>000000000000</ID>");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /shop?policy", "GET /shop?lifecycle", "PUT /shop?encryption", "GET /shop/k?torrent",
        "GET /shop/k?attributes", "PUT /shop?acl", "POST /shop/k?restore", "POST /shop/k?select&select-type=2", "POST /shop",
        "DELETE /shop?tagging", "POST /shop/k"})
    void whatIsMissingIsRefusedByName(String line) throws IOException {
        Answer answer = send(line, "");
        assertRefused(answer, 501, "NotImplemented");
        assertThat(answer.text()).contains("The local S3 does not implement");
    }

    @Test
    void aHeaderThatIsNotImplementedIsRefusedByName() throws IOException {
        Answer answer = put("/shop/k", "x", "x-amz-object-lock-mode: GOVERNANCE");
        assertRefused(answer, 501, "NotImplemented");
        assertThat(answer.text()).contains("<Header>x-amz-object-lock-mode</Header>");
        assertRefused(send("DELETE /shop/k", "", "x-amz-if-match-size: 1"), 501, "NotImplemented");
        assertRefused(put("/shop/k", "x", "x-amz-server-side-encryption-customer-algorithm: AES256"), 501, "NotImplemented");
    }

    @Test
    void anotherOwnerIsDenied() throws IOException {
        assertRefused(get("/shop?location", "x-amz-expected-bucket-owner: 111111111111"), 403, "AccessDenied");
    }

    // Documents

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "not xml",
        "<VersioningConfiguration><Status>Enabled</Status>",
        "<Other/>",
        "<VersioningConfiguration><Status>enabled</Status></VersioningConfiguration>",
        "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><VersioningConfiguration><Status>&e;</Status></VersioningConfiguration>",
        "<!DOCTYPE x><VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"})
    void badDocumentsAreMalformed(String document) throws IOException {
        assertRefused(send("PUT /shop?versioning", document), 400, "MalformedXML");
        assertThat(get("/shop?versioning").text()).doesNotContain("Enabled");
    }

    @Test
    void aVersioningWithoutStatusIsIllegal() throws IOException {
        assertRefused(send("PUT /shop?versioning", "<VersioningConfiguration/>"), 400, "IllegalVersioningConfigurationException");
    }

    @Test
    void aDocumentIsHeldToItsChecksum() throws IOException {
        String delete = "<Delete><Object><Key>a</Key></Object><Quiet>false</Quiet></Delete>";
        assertRefused(send("POST /shop?delete", delete, "Content-MD5: 1B2M2Y8AsgTpgAmY7PhCfg=="), 400, "BadDigest");
        assertRefused(send("POST /shop?delete", delete), 400, "InvalidRequest");
        put("/shop/a", "x");
        Answer deleted = send("POST /shop?delete", delete, "x-amz-checksum-sha256: "
                + ChecksumKind.SHA256.encode(sha256(delete)), "x-amz-sdk-checksum-algorithm: SHA256");
        assertThat(deleted.text()).contains("<DeleteResult", "<Deleted><Key>a</Key></Deleted>");
        assertRefused(get("/shop/a"), 404, "NoSuchKey");
    }

    private static byte[] sha256(String text) {
        Digest digest = ChecksumKind.SHA256.start();
        digest.update(utf8(text), 0, utf8(text).length);
        return digest.result();
    }

    @Test
    void eventBridgeIsAnEmptyElement() throws IOException {
        assertThat(send("PUT /shop?notification", "<NotificationConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
                + "<EventBridgeConfiguration/></NotificationConfiguration>").status()).isEqualTo(200);
        assertThat(get("/shop?notification").text()).contains("<EventBridgeConfiguration></EventBridgeConfiguration>");
        assertRefused(send("PUT /shop?notification", "<NotificationConfiguration><QueueConfiguration><Queue>arn</Queue>"
                + "<Event>s3:ObjectCreated:*</Event></QueueConfiguration></NotificationConfiguration>"), 501, "NotImplemented");
        send("PUT /shop?notification", "<NotificationConfiguration/>");
        assertThat(get("/shop?notification").text()).doesNotContain("EventBridge");
    }

    @Test
    void theRegionMustAgreeWithTheConstraint() throws IOException {
        String europe = SIGNED.replace("us-east-1", "eu-west-1");
        Answer none = RawHttp.send(server.port(), "PUT /shop-eu", List.of(europe, "Content-Length: 0"), new byte[0]);
        assertRefused(none, 400, "IllegalLocationConstraintException");
        String document = "<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>";
        Answer created = RawHttp.send(server.port(), "PUT /shop-eu", List.of(europe, "Content-Length: " + document.length(),
                "Host: localhost:" + server.port()), utf8(document));
        assertThat(created.status()).isEqualTo(200);
        assertThat(created.header("Location")).hasValue("http://shop-eu.localhost:" + server.port() + "/");
        assertThat(created.header("x-amz-bucket-arn")).hasValue("arn:aws:s3:::shop-eu");
        assertThat(get("/").text()).contains("<Bucket><Name>shop</Name>", "<BucketRegion>eu-west-1</BucketRegion>");
    }

    @Test
    void aBucketInUseOrDeletedTwiceIsRefused() throws IOException {
        put("/shop/k", "x");
        assertRefused(send("DELETE /shop", ""), 409, "BucketNotEmpty");
        send("DELETE /shop/k", "");
        assertThat(send("DELETE /shop", "").status()).isEqualTo(204);
        assertRefused(send("DELETE /shop", ""), 404, "NoSuchBucket");
    }
}
