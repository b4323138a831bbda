package io.pipewright.infra;

import static io.pipewright.infra.Deployment.list;
import static io.pipewright.infra.Deployment.object;
import static io.pipewright.infra.Deployment.properties;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the stack promises to whoever deploys it. */
class PromisesTest {
    private static final Deployment USUAL = Deployment.usual();
    private static final Deployment FULL = Deployment.full();
    private static final Path MODEL = Path.of("..", "functions", "src", "main", "resources", "io", "pipewright", "functions", "wire",
            "codepipeline-2015-07-09.json");

    // Size

    @Test
    void theStackStaysSmallAndHasNoFunctionsButOurs() {
        for (Deployment deployment : List.of(USUAL, FULL)) {
            assertThat(deployment.size()).isLessThanOrEqualTo(200);
            assertThat(deployment.resources("AWS::Lambda::Function").values())
                    .extracting(function -> properties(function).get("Handler"))
                    .containsExactlyInAnyOrderElementsOf(Handler.all().map(Handler::type).toList());
        }
        assertThat(USUAL.resources(Pipelines.TYPE)).isEmpty();
    }

    // Functions

    @Test
    void everyFunctionRunsOnArmFromSnapshotsWithTracesAndJsonLogs() {
        assertThat(USUAL.resources("AWS::Lambda::Function").values()).allSatisfy(function -> assertThat(properties(function))
                .containsEntry("Runtime", "java25")
                .containsEntry("Architectures", List.of("arm64"))
                .containsEntry("SnapStart", Map.of("ApplyOn", "PublishedVersions"))
                .containsEntry("TracingConfig", Map.of("Mode", "Active"))
                .containsEntry("MemorySize", 1024)
                .hasEntrySatisfying("LoggingConfig", logging -> assertThat(object(logging))
                        .containsEntry("LogFormat", "JSON").containsKey("LogGroup")));
        assertThat(USUAL.resources("AWS::Logs::LogGroup").values()).singleElement()
                .satisfies(logs -> assertThat(properties(logs)).containsEntry("RetentionInDays", 90));
    }

    @Test
    void functionsRunOnX86WhereNothingElseIs() {
        assertThat(FULL.resources("AWS::Lambda::Function").values()).allSatisfy(function -> assertThat(properties(function))
                .containsEntry("Architectures", List.of("x86_64")));
    }

    @Test
    void everyFunctionHasTheNameThatMachinesCallAndAnAlias() {
        assertThat(USUAL.resources("AWS::Lambda::Function").values())
                .extracting(function -> properties(function).get("FunctionName"))
                .containsExactlyInAnyOrderElementsOf(Handler.all().map(one -> "pipewright-" + one.text()).toList());
        assertThat(USUAL.resources("AWS::Lambda::Alias").values()).hasSize(Handler.values().length)
                .allSatisfy(alias -> assertThat(properties(alias)).containsEntry("Name", "live"));
    }

    @Test
    void everyFunctionKnowsItsSurroundings() {
        assertThat(USUAL.resources("AWS::Lambda::Function").values()).allSatisfy(function -> assertThat(
                object(object(properties(function).get("Environment")).get("Variables")))
                .containsKeys("PIPEWRIGHT_ACCOUNT", "PIPEWRIGHT_DEFAULT_ROLE", "PIPEWRIGHT_TABLE", "PIPEWRIGHT_BUCKET", "PIPEWRIGHT_MACHINE_ROLE",
                        "PIPEWRIGHT_REVIEW_URL")
                .containsEntry("PIPEWRIGHT_FUNCTION_PREFIX", "pipewright-")
                .containsEntry("PIPEWRIGHT_FUNCTION_QUALIFIER", "live")
                .containsEntry("PIPEWRIGHT_LIMITS", "history-days=365"));
    }

    @Test
    void whatFailsAsynchronouslyIsKept() {
        Collection<Map<String, Object>> kept = USUAL.resources("AWS::Lambda::EventInvokeConfig").values();
        assertThat(kept).hasSize(4).allSatisfy(config -> {
            assertThat(properties(config)).containsEntry("Qualifier", "live");
            assertThat(properties(config).get("DestinationConfig").toString()).contains("OnFailure", "FunctionsUndelivered");
        });
        assertThat(USUAL.resources("AWS::SQS::Queue").values()).singleElement().satisfies(queue ->
                assertThat(properties(queue)).containsEntry("SqsManagedSseEnabled", true)
                        .containsEntry("MessageRetentionPeriod", 14 * 24 * 3600));
    }

    // Who calls

    @Test
    void machinesMayCallAliasesAndNothingElse() {
        List<Map<String, Object>> statements = USUAL.resources("AWS::IAM::Policy").entrySet().stream()
                .filter(policy -> policy.getKey().startsWith("MachinesRole"))
                .flatMap(policy -> Deployment.statements(properties(policy.getValue()).get("PolicyDocument"))).toList();
        assertThat(statements).singleElement().satisfies(statement -> {
            assertThat(statement).containsEntry("Action", "lambda:InvokeFunction");
            assertThat(list(statement.get("Resource"))).hasSize(Handler.ofMachines().size())
                    .allSatisfy(PromisesTest::isAlias);
        });
    }

    @Test
    void rulesCallAliasesAndKeepWhatTheyCannotDeliver() {
        assertThat(FULL.resources("AWS::Events::Rule").values()).isNotEmpty().allSatisfy(rule ->
                assertThat(list(properties(rule).get("Targets"))).singleElement().satisfies(target -> {
                    isAlias(object(target).get("Arn"));
                    assertThat(object(target)).containsKeys("DeadLetterConfig", "RetryPolicy");
                }));
    }

    @Test
    void objectsOfNamedBucketsAloneStartAnything() {
        assertThat(patterns(USUAL)).noneMatch(pattern -> pattern.contains("aws.s3"));
        assertThat(patterns(FULL)).filteredOn(pattern -> pattern.contains("aws.s3")).singleElement()
                .satisfies(pattern -> assertThat(pattern).contains("Object Created", "bucket={name=[drop, {Fn::Join="));
    }

    @Test
    void pushesToBranchesOfNamedRepositoriesAloneStartAnything() {
        assertThat(patterns(USUAL)).noneMatch(pattern -> pattern.contains("aws.codecommit"));
        assertThat(patterns(FULL)).filteredOn(pattern -> pattern.contains("aws.codecommit")).singleElement()
                .satisfies(pattern -> assertThat(pattern).contains("repositoryName=[shop, docs]", "referenceType=[branch]"));
    }

    @Test
    void aScheduleStartsItsPipelineOncePerOccasion() {
        assertThat(FULL.resources("AWS::Events::Rule").values()).map(Deployment::properties)
                .filteredOn(rule -> "cron(0 3 ? * MON,FRI *)".equals(rule.get("ScheduleExpression"))).singleElement().satisfies(rule -> {
                    assertThat(rule).containsEntry("Name", "team-a-schedule-1");
                    Map<String, Object> target = object(list(rule.get("Targets")).get(0));
                    assertThat(target.get("Arn").toString()).contains("FunctionstriggerLive");
                    assertThat(target.get("InputTransformer").toString()).contains("{id=$.id}",
                            "{\"clientRequestToken\":<id>,\"name\":\"shop\",\"ruleArn\":\"arn:", ":rule/team-a-schedule-1\"}");
                });
    }

    @Test
    void endsOfOurMachinesAloneAreNoticed() {
        assertThat(patterns(FULL)).filteredOn(pattern -> pattern.contains("aws.states")).hasSize(2)
                .allSatisfy(pattern -> assertThat(pattern).contains("prefix=", ":stateMachine:team-a-"))
                .anySatisfy(pattern -> assertThat(pattern).contains("ABORTED", "TIMED_OUT", "FAILED"))
                .anySatisfy(pattern -> assertThat(pattern).contains("anything-but=[Failed]"));
    }

    private static List<String> patterns(Deployment deployment) {
        return deployment.resources("AWS::Events::Rule").values().stream()
                .map(rule -> String.valueOf(properties(rule).get("EventPattern"))).toList();
    }

    @Test
    void theReconcilerLooksEveryMinute() {
        assertThat(USUAL.resources("AWS::Events::Rule").values())
                .anySatisfy(rule -> assertThat(properties(rule)).containsEntry("ScheduleExpression", "rate(1 minute)"));
    }

    private static void isAlias(Object arn) {
        assertThat(object(arn).get("Ref").toString()).startsWith("Functions").contains("Live");
    }

    // Permissions

    @Test
    void noStatementAllowsWildcardActionsOrEverything() {
        for (Deployment deployment : List.of(USUAL, FULL)) {
            assertThat(deployment.resources("AWS::IAM::Policy").values())
                    .flatExtracting(policy -> Deployment.statements(properties(policy).get("PolicyDocument")).toList())
                    .allSatisfy(statement -> {
                        Map<String, Object> one = object(statement);
                        assertThat(list(one.get("Action"))).noneMatch(action -> action.toString().contains("*"));
                        if (list(one.get("Resource")).contains("*")) {
                            assertThat(list(one.get("Action")))
                                    .containsExactlyInAnyOrder("xray:PutTelemetryRecords", "xray:PutTraceSegments");
                        }
                    });
            assertThat(deployment.resources("AWS::IAM::Role").values())
                    .allSatisfy(role -> assertThat(properties(role)).doesNotContainKey("ManagedPolicyArns"));
        }
    }

    @Test
    void everyFunctionHasARoleOfItsOwn() {
        assertThat(USUAL.resources("AWS::Lambda::Function").values())
                .extracting(function -> properties(function).get("Role")).doesNotHaveDuplicates();
    }

    private static Set<String> actions(Deployment deployment, Handler handler) {
        return deployment.statements(handler.text()).stream().flatMap(statement -> list(statement.get("Action")).stream())
                .map(String::valueOf).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void whatNobodyNamedIsNotAllowed() {
        assertThat(Handler.all().flatMap(handler -> actions(USUAL, handler).stream()))
                .noneMatch(action -> action.startsWith("codebuild:") || action.startsWith("kms:")
                        || action.equals("lambda:InvokeFunction") || action.equals("s3:GetObjectVersion"));
    }

    @Test
    void rolesAreAssumedOnlyIfTaggedOrNamed() {
        assertThat(FULL.statements("build")).filteredOn(one -> one.get("Action").equals("sts:AssumeRole")).hasSize(2)
                .anySatisfy(one -> assertThat(one).containsEntry(
                        "Condition", Map.of("StringEquals", Map.of("aws:ResourceTag/pipewright", "team-a"))))
                .anySatisfy(one -> assertThat(one).containsEntry("Resource", "arn:aws:iam::111122223333:role/release")
                        .doesNotContainKey("Condition"));
    }

    @Test
    void theRoleOfPipelinesIsAssumedByThoseWhoHandOutJobsAlone() {
        assertThat(USUAL.resources("AWS::IAM::Role").entrySet())
                .filteredOn(role -> role.getKey().startsWith("PipelineRole")).singleElement()
                .satisfies(role -> assertThat(Deployment.statements(
                        properties(role.getValue()).get("AssumeRolePolicyDocument")).map(String::valueOf))
                        .hasSize(4).anyMatch(one -> one.contains("FunctionsinvokeRole"))
                        .anyMatch(one -> one.contains("FunctionsjobsRole"))
                        .anyMatch(one -> one.contains("FunctionsapiRole"))
                        .anyMatch(one -> one.contains("FunctionsreconcilerRole")));
    }

    @Test
    void theMachinesRoleIsPassedToStepFunctionsAlone() {
        assertThat(USUAL.statements("api")).filteredOn(one -> one.get("Action").equals("iam:PassRole")).singleElement()
                .satisfies(one -> assertThat(one).containsEntry(
                        "Condition", Map.of("StringEquals", Map.of("iam:PassedToService", "states.amazonaws.com"))));
    }

    // Data

    @Test
    void theTableIsTheStoresAndSurvives() {
        assertThat(USUAL.resources("AWS::DynamoDB::Table").values()).singleElement().satisfies(table -> {
            assertThat(table).containsEntry("DeletionPolicy", "Retain").containsEntry("UpdateReplacePolicy", "Retain");
            assertThat(properties(table))
                    .containsEntry("KeySchema", List.of(
                            Map.of("AttributeName", "pk", "KeyType", "HASH"),
                            Map.of("AttributeName", "sk", "KeyType", "RANGE")))
                    .containsEntry("AttributeDefinitions", List.of(
                            Map.of("AttributeName", "pk", "AttributeType", "S"),
                            Map.of("AttributeName", "sk", "AttributeType", "S")))
                    .containsEntry("BillingMode", "PAY_PER_REQUEST")
                    .containsEntry("TimeToLiveSpecification", Map.of("AttributeName", "ttl", "Enabled", true))
                    .containsEntry("PointInTimeRecoverySpecification", Map.of("PointInTimeRecoveryEnabled", true))
                    .containsEntry("SSESpecification", Map.of("SSEEnabled", true))
                    .containsEntry("DeletionProtectionEnabled", true);
        });
    }

    @Test
    void aRestoredTableTakesThePlaceOfTheStacksOwn() {
        Deployment deployment = Deployment.of(Map.of("table", "restored"));

        assertThat(deployment.resources("AWS::DynamoDB::Table")).isEmpty();
        assertThat(deployment.resources("AWS::Lambda::Function").values()).allSatisfy(function -> assertThat(
                object(object(properties(function).get("Environment")).get("Variables"))).containsEntry("PIPEWRIGHT_TABLE", "restored"));
        assertThat(deployment.statements("gate")).filteredOn(one -> one.get("Action").toString().contains("dynamodb:PutItem"))
                .singleElement().satisfies(one -> assertThat(one.get("Resource").toString()).contains(":table/restored"));
    }

    @Test
    void bucketsAreEncryptedPrivateAndTidy() {
        assertThat(USUAL.resources("AWS::S3::Bucket").values()).hasSize(2).allSatisfy(bucket -> {
            assertThat(bucket).containsEntry("DeletionPolicy", "Retain");
            assertThat(properties(bucket)).containsKeys("BucketEncryption", "LifecycleConfiguration")
                    .containsEntry("PublicAccessBlockConfiguration", Map.of("BlockPublicAcls", true,
                            "BlockPublicPolicy", true, "IgnorePublicAcls", true, "RestrictPublicBuckets", true));
        });
        assertThat(USUAL.resources("AWS::S3::Bucket").values()).anySatisfy(bucket ->
                assertThat(properties(bucket).get("LifecycleConfiguration").toString()).contains("ExpirationInDays=90"));
    }

    @Test
    void nothingTravelsInTheClear() {
        for (String type : List.of("AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy")) {
            assertThat(USUAL.resources(type).values()).isNotEmpty().allSatisfy(policy ->
                    assertThat(properties(policy).get("PolicyDocument").toString())
                            .contains("Effect=Deny").contains("aws:SecureTransport=false"));
        }
        assertThat(USUAL.resources("AWS::S3::BucketPolicy").values()).allSatisfy(policy ->
                assertThat(properties(policy).get("PolicyDocument").toString()).contains("s3:TlsVersion=1.2"));
    }

    @Test
    void theTopicThatCarriesLinksIsEncrypted() {
        assertThat(USUAL.resources("AWS::SNS::Topic").entrySet()).filteredOn(topic -> topic.getKey().startsWith("Approvers"))
                .singleElement().satisfies(topic -> assertThat(properties(topic.getValue())).containsKey("KmsMasterKeyId"));
    }

    // The API

    @Test
    void theApiTakesSignedCallsAloneAndLeadsToTheAlias() {
        assertThat(methods("Api")).singleElement().satisfies(method -> {
            assertThat(method).containsEntry("AuthorizationType", "AWS_IAM").containsEntry("HttpMethod", "POST");
            assertThat(method.get("Integration").toString()).contains("FunctionsapiLive");
        });
    }

    @Test
    void policiesForCallersStandOnPaths() {
        assertThat(invoked("read-only")).isNotEmpty().allSatisfy(path -> assertThat(path).containsPattern("/live/POST/(Get|List)"));
        assertThat(invoked("approver")).anySatisfy(path -> assertThat(path).contains("/live/POST/PutApprovalResult/*"))
                .noneMatch(path -> path.contains("Update") || path.contains("Start"));
        assertThat(invoked("full-access")).singleElement().satisfies(path -> assertThat(path).contains("/live/POST/*"));
    }

    /** Details of jobs carry credentials: whoever reads doesn't get them. */
    @Test
    void readersMayMakeEveryCallThatChangesNothingAndNoOther() throws IOException {
        Set<String> looking = new TreeSet<>();
        new ObjectMapper().readTree(MODEL.toFile()).path("operations").fieldNames().forEachRemaining(looking::add);
        looking.removeIf(operation -> !operation.matches("(Get|List).*") || operation.matches("Get.*JobDetails"));

        assertThat(invoked("read-only").stream().map(arn -> arn.replaceAll(".*/POST/(\\w+).*", "$1")).collect(Collectors.toSet()))
                .isEqualTo(looking);
        assertThat(invoked("read-only")).as("a name never goes on in a wildcard").allMatch(arn -> arn.matches(".*/POST/\\w+(/\\*)?[^*]*"));
    }

    private static List<String> invoked(String name) {
        return USUAL.resources("AWS::IAM::ManagedPolicy").values().stream()
                .filter(policy -> properties(policy).get("ManagedPolicyName").toString().contains("pipewright-" + name))
                .flatMap(policy -> Deployment.statements(properties(policy).get("PolicyDocument")))
                .filter(statement -> statement.get("Action").equals("execute-api:Invoke"))
                .flatMap(statement -> list(statement.get("Resource")).stream()).map(String::valueOf).toList();
    }

    @Test
    void pagesAndJobsLeadToTheirOwnFunctions() {
        assertThat(methods("PublicPages")).hasSize(3).allSatisfy(method ->
                assertThat(method.get("Integration").toString()).containsPattern("Functions(review|jobs)Live"));
    }

    private static List<Map<String, Object>> methods(String api) {
        return USUAL.resources("AWS::ApiGateway::Method").entrySet().stream()
                .filter(method -> method.getKey().startsWith(api)).map(method -> properties(method.getValue())).toList();
    }

    @Test
    void gatewayErrorsSpeakTheClientsProtocol() {
        assertThat(USUAL.resources("AWS::ApiGateway::GatewayResponse").values()).isNotEmpty().allSatisfy(answer -> {
            assertThat(properties(answer).get("ResponseTemplates").toString()).contains("\"__type\":");
            assertThat(properties(answer).get("ResponseParameters").toString()).contains("application/x-amz-json-1.1");
        });
        for (String refused : List.of("ACCESS_DENIED", "EXPIRED_TOKEN", "DEFAULT_4XX")) {
            assertThat(USUAL.resources("AWS::ApiGateway::GatewayResponse").values()).anySatisfy(answer ->
                    assertThat(properties(answer)).containsEntry("ResponseType", refused).containsEntry("StatusCode", "400"));
        }
    }

    // Operations

    @Test
    void everyAlarmReachesTheTopicAndThereIsADashboard() {
        Set<Object> names = USUAL.resources("AWS::CloudWatch::Alarm").values().stream()
                .map(alarm -> properties(alarm).get("AlarmName")).collect(Collectors.toSet());
        assertThat(names).isEqualTo(Stream.of("Undelivered", "RunErrors", "SurfaceErrors", "RunThrottles", "SurfaceThrottles",
                "ServerErrors", "BrokenMachines", "TableThrottles", "ReconcilerSilent")
                .map(name -> "pipewright-" + name).collect(Collectors.toSet()));
        assertThat(USUAL.resources("AWS::CloudWatch::Alarm").values()).allSatisfy(alarm ->
                assertThat(properties(alarm).get("AlarmActions").toString()).contains("OperationsTopic"));
        assertThat(USUAL.resources("AWS::CloudWatch::Dashboard")).hasSize(1);
    }

    // What may be decided

    @Test
    void decisionsAreFollowed() {
        assertThat(FULL.resources("AWS::Lambda::Function").values()).allSatisfy(function -> assertThat(properties(function))
                .containsEntry("Runtime", "java21").containsEntry("MemorySize", 2048)
                .hasEntrySatisfying("FunctionName", name -> assertThat(name.toString()).startsWith("team-a-"))
                .hasEntrySatisfying("Environment", environment -> assertThat(environment.toString())
                        .contains("PIPEWRIGHT_LIMITS=history-days=30,pipelines=10")));
        assertThat(FULL.resources("AWS::DynamoDB::Table").values()).singleElement().satisfies(table -> {
            assertThat(table).containsEntry("DeletionPolicy", "Delete");
            assertThat(properties(table).get("SSESpecification").toString()).contains("SSEType=KMS", ":key/0f0e0d0c");
        });
        assertThat(FULL.resources("AWS::Logs::LogGroup").values())
                .allSatisfy(logs -> assertThat(properties(logs)).containsEntry("RetentionInDays", 14));
        assertThat(FULL.resources("AWS::SNS::Subscription").values())
                .extracting(subscription -> properties(subscription).get("Endpoint"))
                .containsExactlyInAnyOrder("approvers@example.com", "operators@example.com");
    }

    @Test
    void aPrivateApiIsReachedThroughItsEndpointAlone() {
        assertThat(FULL.resources("AWS::EC2::VPCEndpoint")).hasSize(1);
        assertThat(FULL.resources("AWS::ApiGateway::RestApi").values()).filteredOn(api ->
                properties(api).get("Name").equals("team-a-api")).singleElement().satisfies(api -> {
            assertThat(properties(api).get("EndpointConfiguration").toString()).contains("PRIVATE");
            assertThat(properties(api).get("Policy").toString()).contains("Effect=Deny", "StringNotEquals={aws:SourceVpce=");
        });
    }

    @Test
    void anEndpointInAVpcNeedsItsPlaceAndItsCallers() {
        assertThatThrownBy(() -> Deployment.stack(Map.of("vpc", "vpc-1", "vpcCallers", "10.0.0.0/8")))
                .hasMessageContaining("vpc needs vpcSubnets too");
        assertThatThrownBy(() -> Deployment.stack(Map.of("vpc", "vpc-1", "vpcSubnets", "subnet-1")))
                .hasMessageContaining("vpc needs vpcCallers too");
    }

    @Test
    void listsComeFromTheCommandLineAsJsonToo() {
        Deployment deployment = Deployment.of(Map.of("schedules", "[\"shop=cron(0 3 ? * MON,FRI *)\", \"docs=rate(1 day)\"]"));
        assertThat(deployment.resources("AWS::Events::Rule").values()).map(rule -> properties(rule).get("ScheduleExpression"))
                .contains("cron(0 3 ? * MON,FRI *)", "rate(1 day)");
    }

    @Test
    void decisionsThatMakeNoSenseAreRefusedByName() {
        Map.of("prefix", "Team A", "removalPolicy", "keep", "memory", "much", "logDays", "6", "java", "8", "apiAccessLogs", "yes",
                        "schedules", "shop=daily", "architecture", "arm", "sourceBuckets", "[shop]", "limits", "pipeline=10")
                .forEach((key, value) -> assertThatThrownBy(() -> Deployment.stack(Map.of(key, value)))
                        .hasMessageContaining("The context " + key + " is \"" + value + "\"; it must be "));
    }
}
