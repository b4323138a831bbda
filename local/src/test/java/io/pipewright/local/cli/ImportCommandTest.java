package io.pipewright.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pipewright.functions.wire.Codec;
import io.pipewright.local.database.Database;
import io.pipewright.local.home.LocalHome;
import io.pipewright.statemachine.definition.Limits;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.codepipeline.CodePipelineClient;
import software.amazon.awssdk.services.codepipeline.model.GetPipelineResponse;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionSummary;
import software.amazon.awssdk.services.codepipeline.model.TriggerType;
import software.amazon.awssdk.services.s3.S3Client;

/** Imports into homes that run. */
class ImportCommandTest {
    private static final Path CASES = Path.of("src/test/resources/io/pipewright/local/cli/import");
    private static final String PATTERN = """
                  EventPattern:
                    source: [aws.s3]
                    detail-type: [Object Created]
                    detail: { bucket: { name: [!Ref Source] }, object: { key: [%1$s.zip] } }
            """;
    private static final String TEMPLATE = """
            Parameters:
              Source: { Type: String }
            Resources:
              Pipeline:
                Type: AWS::CodePipeline::Pipeline
                Properties:
                  Name: %1$s
                  RoleArn: !Sub arn:aws:iam::${AWS::AccountId}:role/site
                  ArtifactStore: { Type: S3, Location: artifacts }
                  DisableInboundStageTransitions: [{ StageName: Later, Reason: not yet }]
                  Stages:
                    - Name: Source
                      Actions:
                        - Name: Fetch
                          ActionTypeId: { Category: Source, Owner: AWS, Provider: S3, Version: 1 }
                          Configuration: { S3Bucket: !Ref Source, S3ObjectKey: %1$s.zip, PollForSourceChanges: false }
                          OutputArtifacts: [{ Name: App }]
                    - Name: Deploy
                      Actions:
                        - Name: Site
                          ActionTypeId: { Category: Deploy, Owner: AWS, Provider: S3, Version: 1 }
                          Configuration: { BucketName: site, Extract: true }
                          InputArtifacts: [{ Name: App }]
                    - Name: Later
                      Actions:
                        - Name: Ask
                          ActionTypeId: { Category: Approval, Owner: AWS, Provider: Manual, Version: 1 }
              Rule:
                Type: AWS::Events::Rule
                Properties:
            """ + PATTERN + """
                  Targets:
                    - Id: pipeline
                      Arn: !Join [":", [arn:aws:codepipeline, !Ref AWS::Region, !Ref AWS::AccountId, !Ref Pipeline]]
                      RoleArn: arn:aws:iam::111122223333:role/events
            """;
    @TempDir
    private static Path data;
    private static LocalHome home;
    private static CodePipelineClient codePipeline;
    private static S3Client s3;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    @TempDir
    private Path directory;

    @BeforeAll
    static void open() {
        home = home(data);
        codePipeline = Clients.codePipeline(home.endpoint());
        s3 = Clients.s3(home.endpoint());
        Stream.of("artifacts", "source", "site").forEach(bucket -> s3.createBucket(request -> request.bucket(bucket)));
        s3.putBucketVersioning(request -> request.bucket("source").versioningConfiguration(to -> to.status("Enabled")));
        s3.putBucketNotificationConfiguration(request -> request.bucket("source")
                .notificationConfiguration(to -> to.eventBridgeConfiguration(events -> { })));
    }

    private static LocalHome home(Path data) {
        LocalHome home = LocalHome.open(new LocalHome.Options(data, 0, Limits.AWS, Database.Durability.NORMAL));
        home.start();
        return home;
    }

    @AfterAll
    static void close() {
        codePipeline.close();
        s3.close();
        home.close();
    }

    @Test
    void aTemplateBecomesAPipelineThatItsRuleStarts() throws IOException {
        assertThat(create(template("by-rule"), "--value", "Source=source")).as(this::said).isZero();
        assertThat(said()).contains("pipeline by-rule: created", "transition of by-rule into Later: disabled",
                "rule by-rule-Rule-pipewright: is in place");

        s3.putObject(request -> request.bucket("source").key("by-rule.zip"), RequestBody.fromBytes(zip()));

        Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(50)).untilAsserted(() ->
                assertThat(codePipeline.getPipelineState(request -> request.name("by-rule")).stageStates().get(2))
                        .satisfies(later -> {
                            assertThat(later.inboundTransitionState().disabledReason()).isEqualTo("not yet");
                            assertThat(later.inboundExecution()).isNotNull();
                        }));
        PipelineExecutionSummary run = codePipeline.listPipelineExecutions(request -> request.pipelineName("by-rule"))
                .pipelineExecutionSummaries().get(0);
        assertThat(run.trigger().triggerType()).isEqualTo(TriggerType.CLOUD_WATCH_EVENT);
        assertThat(s3.headObject(request -> request.bucket("site").key("index.html")).contentLength()).isPositive();
    }

    @Test
    void aPolledSourceNeedsNoRuleAndASecondImportChangesOnlyWhatDiffers() throws IOException {
        Path template = template("polled");
        assertThat(create(template, "--value", "Source=source", "--poll")).as(this::said).isZero();
        assertThat(said()).doesNotContain("rule polled");
        assertThat(create(template, "--value", "Source=source", "--poll")).isZero();
        assertThat(said()).contains("pipeline polled: is there already, the same");
        assertThat(create(template, "--value", "Source=artifacts", "--poll")).isZero();
        assertThat(said()).contains("pipeline polled: updated to version 2");
        assertThat(codePipeline.getPipeline(request -> request.name("polled")).pipeline().stages().get(0).actions().get(0).configuration())
                .containsEntry("PollForSourceChanges", "true").containsEntry("S3Bucket", "artifacts");
    }

    @Test
    void whatOneHomeAnswersAnotherTakes() throws IOException {
        create(template("moving"), "--value", "Source=source");
        GetPipelineResponse before = codePipeline.getPipeline(request -> request.name("moving"));
        Path answer = Files.writeString(directory.resolve("answer.json"), Codec.write(before).toString());
        Path there = directory.resolve("there");

        assertThat(run("", Map.of(), "import", answer.toString(), "--create", "--data", there.toString())).as(this::said).isZero();

        try (LocalHome other = home(there); CodePipelineClient client = Clients.codePipeline(other.endpoint())) {
            assertThat(client.getPipeline(request -> request.name("moving")).pipeline()).isEqualTo(before.pipeline());
        }
    }

    @Test
    void nothingIsMadeWhileAValueIsMissing() throws IOException {
        Path folder = directory.resolve("out");

        assertThat(create(template("missing"), "--out", folder.toString())).isEqualTo(1);

        assertThat(errors()).contains("Stages[0].Actions[0].Configuration.S3Bucket", "--value Source=VALUE",
                "Nothing is written or created");
        assertThat(folder).doesNotExist();
        assertThat(codePipeline.listPipelines().pipelines()).extracting("name").doesNotContain("missing");
    }

    @Test
    void whatIsRefusedIsToldAndTheRestIsDone() throws IOException {
        String nightly = TEMPLATE.replace(PATTERN, "      ScheduleExpression: rate(1 day)\n").formatted("nightly");
        Path template = Files.writeString(directory.resolve("nightly.yaml"), nightly);

        assertThat(create(template, "--value", "Source=source")).as(this::said).isEqualTo(1);

        assertThat(said()).contains("pipeline nightly: created",
                "rule nightly-Rule-pipewright: not created: ValidationException: ScheduleExpression is not supported");
    }

    @Test
    void filesLieWhereDeploymentsLookForThem() throws IOException {
        Path folder = directory.resolve("out");
        String template = Files.readString(CASES.resolve("s3-cloudtrail/input.yaml"));

        assertThat(run(template, Map.of(), "import", "-", "--out", folder.toString(), "--account", "111122223333",
                "--region", "us-east-1", "--value", "Approvers=arn:aws:sns:us-east-1:111122223333:a")).as(this::said).isZero();

        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.filter(Files::isRegularFile).map(file -> folder.relativize(file).toString())).containsExactlyInAnyOrder(
                    "pipelines/catalogue-release.json", "transitions/catalogue-release.Publish.json",
                    "rules/catalogue-release-UploadRule-pipewright.rule.json",
                    "rules/catalogue-release-UploadRule-pipewright.targets.json", "trust/catalogue-release.json");
        }
        Path pipeline = folder.resolve("pipelines/catalogue-release.json");
        assertThat(new ObjectMapper().readTree(pipeline.toFile()).at("/pipeline/stages/0/actions/0/configuration/S3Bucket").asText())
                .isEqualTo("catalogue-source");
        assertThat(run("", Map.of(), "validate", pipeline.toString())).isZero();
    }

    @Test
    void onlyWhatIsWantedIsImported() {
        String template = CASES.resolve("refused/input.yaml").toString();
        assertThat(run("", Map.of(), "import", template, "--only", "conditional", "--value", "Nowhere=x")).isEqualTo(1);
        assertThat(said()).contains("pipelines/conditional.json").doesNotContain("broken", "Broken");
        assertThat(run("", Map.of(), "import", template, "--only", "nobody")).isEqualTo(1);
        assertThat(errors()).contains("no pipeline is called nobody");
    }

    @Test
    void anActionTypeComesWithThePipelineThatUsesIt() {
        String template = CASES.resolve("two-stacks/input.yaml").toString();
        run("", Map.of(), "import", template, "--only", "web");
        assertThat(said()).contains("action-types/Test-Loadtest-2.json");
        assertThat(run("", Map.of(), "import", template, "--only", "nobody")).isEqualTo(1);
        assertThat(errors()).contains("no pipeline is called nobody");
        assertThat(said()).doesNotContain("action-types");
    }

    @Test
    void whatIsNothingToImportIsNamed() throws IOException {
        assertThat(run("", Map.of(), "import")).isEqualTo(2);
        assertThat(errors()).contains("FILE is missing.", "Usage: pipewright import");
        assertThat(run("[]", Map.of(), "import", "-")).isEqualTo(1);
        assertThat(errors()).contains("standard input is neither an answer of aws codepipeline get-pipeline");
        assertThat(run("Resources: {}", Map.of(), "import", "-")).isEqualTo(1);
        assertThat(errors()).contains("There is nothing to import in standard input");
        assertThat(run("a: [", Map.of(), "import", "-")).isEqualTo(1);
        assertThat(errors()).contains("standard input is not YAML");
        String template = template("x").toString();
        assertThat(run("", Map.of(), "import", template, "--stack-resources", template)).isEqualTo(1);
        assertThat(errors()).contains("x.yaml holds no answer of aws cloudformation describe-stack-resources");
        assertThat(run("", Map.of(), "import", template, "--value", "Source")).isEqualTo(2);
        assertThat(run("", Map.of("AWS_ENDPOINT_URL", "http://127.0.0.1:1"), "import", template, "--create", "--account", "111122223333",
                "--region", "us-east-1", "--value", "Source=source")).isEqualTo(1);
        assertThat(errors()).contains("Nothing answers at http://127.0.0.1:1");
    }

    private Path template(String pipeline) throws IOException {
        return Files.writeString(directory.resolve(pipeline + ".yaml"), TEMPLATE.formatted(pipeline));
    }

    private int create(Path file, String... more) {
        List<String> words = new ArrayList<>(List.of("import", file.toString(), "--create"));
        words.addAll(List.of(more));
        return run("", Map.of("AWS_ENDPOINT_URL", home.endpoint().toString()), words.toArray(String[]::new));
    }

    private int run(String typed, Map<String, String> environment, String... words) {
        out.reset();
        err.reset();
        Console console = new Console(Terminal.NONE, new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8));
        return Main.run(List.of(words), console, environment);
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8) + errors();
    }

    private String errors() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private static byte[] zip() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("index.html"));
            zip.write("hello".getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }
}
