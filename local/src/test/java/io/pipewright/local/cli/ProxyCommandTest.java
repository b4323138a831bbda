package io.pipewright.local.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pipewright.local.http.LocalServer;
import io.pipewright.local.http.Request;
import io.pipewright.local.http.Response;
import io.pipewright.local.http.Route;
import io.pipewright.local.proxy.Proxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyCommandTest {
    private static final List<String> PROPERTIES =
            List.of("aws.configFile", "aws.sharedCredentialsFile");

    @TempDir
    static Path directory;

    private static LocalServer server;
    private static final List<String> AUTHORIZATIONS = new ArrayList<>();

    /** CloudFormation, as far as DescribeStacks goes. */
    private static final class CloudFormation implements Route {
        @Override
        public boolean matches(Request request) {
            return true;
        }

        @Override
        public void handle(Request request, Response response) throws IOException {
            AUTHORIZATIONS.add(request.header("Authorization").orElse(""));
            String form = request.bodyText(4096);
            assertThat(form).startsWith("Action=DescribeStacks&Version=2010-05-15&StackName=");
            String stack = form.substring(form.lastIndexOf('=') + 1);
            switch (stack) {
                case "Pipewright" -> answer(response, 200, outputs("ApproverTopic", "arn:aws:sns:x", "ApiEndpoint", "https://a1.example/live"));
                case "Other" -> answer(response, 200, outputs("Bucket", "b"));
                case "Forbidden" -> answer(response, 403, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>User: ann is not "
                        + "authorized to perform: cloudformation:DescribeStacks</Message></Error></ErrorResponse>");
                default -> answer(response, 400, "<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack "
                        + "with id " + stack + " does not exist</Message></Error><RequestId>r</RequestId></ErrorResponse>");
            }
        }

        private static void answer(Response response, int status, String xml) throws IOException {
            response.send(status, "text/xml", xml);
        }

        private static String outputs(String... pairs) {
            StringBuilder xml = new StringBuilder("<DescribeStacksResponse xmlns=\"http://cloudformation.amazonaws.com/doc/2010-05-15/\">"
                    + "<DescribeStacksResult><Stacks><member><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>");
            for (int i = 0; i < pairs.length; i += 2) {
                xml.append("<member><OutputKey>").append(pairs[i]).append("</OutputKey><OutputValue>").append(pairs[i + 1])
                        .append("</OutputValue></member>");
            }
            return xml + "</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>";
        }
    }

    @BeforeAll
    static void open() throws IOException {
        server = new LocalServer(0, List.of(new CloudFormation()));
        server.start();
        Path config = Files.writeString(directory.resolve("config"), "[profile ann]\nregion = eu-west-1\n[profile nowhere]\nx = y\n");
        Path credentials = Files.writeString(directory.resolve("credentials"),
                "[ann]\naws_access_key_id = AKIAANN\naws_secret_access_key = secret\n");
        System.setProperty(PROPERTIES.get(0), config.toString());
        System.setProperty(PROPERTIES.get(1), credentials.toString());
    }

    @AfterAll
    static void close() {
        server.close();
        PROPERTIES.forEach(System::clearProperty);
    }

    private static Proxy open(String... words) {
        return ProxyCommand.open(Stream.concat(Stream.of("--port", "0"), Arrays.stream(words)).toList(),
                Map.of("AWS_ENDPOINT_URL_CLOUDFORMATION", "http://127.0.0.1:" + server.port()));
    }

    @Test
    void theStackSaysWhereItsApiIs() {
        try (Proxy proxy = open("--profile", "ann", "--region", "eu-west-1")) {
            assertThat(ProxyCommand.welcome(proxy)).contains(
                    "export AWS_ENDPOINT_URL_CODEPIPELINE=" + proxy.endpoint(),
                    "export AWS_ACCESS_KEY_ID=" + proxy.keys().accessKeyId() + " AWS_SECRET_ACCESS_KEY="
                            + proxy.keys().secretAccessKey(),
                    "export AWS_REGION=eu-west-1 AWS_DEFAULT_REGION=eu-west-1");
            assertThat(ProxyCommand.welcome(proxy)).allMatch(line -> line.matches("(#|export|unset) .*"));
        }
        assertThat(AUTHORIZATIONS).anyMatch(value -> value.matches(
                "AWS4-HMAC-SHA256 Credential=AKIAANN/\\d{8}/eu-west-1/cloudformation/aws4_request, .*"));
    }

    @Test
    void whoKnowsTheApiNeedsNoStack() {
        int before = AUTHORIZATIONS.size();
        open("--profile", "ann", "--region", "eu-west-1", "--api-url", "https://a1.example/live").close();
        assertThat(AUTHORIZATIONS).hasSize(before);
    }

    private static void assertFails(String message, String... words) {
        assertThatThrownBy(() -> open(words).close()).isInstanceOf(CommandFailedException.class)
                .hasMessageContaining(message);
    }

    @Test
    void whatIsMissingIsNamed() {
        assertFails("There is no stack Absent in eu-west-1", "--profile", "ann", "--region", "eu-west-1", "--stack", "Absent");
        assertFails("has no output ApiEndpoint: its state is CREATE_COMPLETE", "--profile", "ann", "--region", "eu-west-1", "--stack", "Other");
        assertFails("Allow cloudformation:DescribeStacks", "--profile", "ann", "--region", "eu-west-1", "--stack", "Forbidden");
        assertFails("The profile bob gives no credentials", "--profile", "bob", "--region", "eu-west-1");
        assertThatThrownBy(() -> ProxyCommand.open(List.of("--port", "0", "--profile", "ann", "--region", "eu-west-1"),
                Map.of("AWS_ENDPOINT_URL", "http://127.0.0.1:9")).close())
                .isInstanceOf(CommandFailedException.class).hasMessageContaining("doesn't answer at http://127.0.0.1:9");
    }

    @Test
    void aPortThatIsTakenIsNamed() {
        assertFails("Use --port with another number", "--profile", "ann", "--region", "eu-west-1",
                "--port", Integer.toString(server.port()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--port 70000", "--api-url ftp://x", "--unknown x", "operand"})
    void wrongWordsAreRefused(String words) {
        assertThatThrownBy(() -> open(Stream.concat(Stream.of("--profile", "ann", "--region", "eu-west-1"),
                Stream.of(words.split(" "))).toArray(String[]::new)).close()).isInstanceOf(UsageException.class);
    }
}
