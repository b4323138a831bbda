package io.pipewright.local.home;

import static io.pipewright.local.home.Sample.approval;
import static io.pipewright.local.home.Sample.deploy;
import static io.pipewright.local.home.Sample.pipeline;
import static io.pipewright.local.home.Sample.source;
import static io.pipewright.local.home.Sample.stage;
import static io.pipewright.local.home.Wire.json;
import static io.pipewright.local.home.Wire.members;
import static io.pipewright.local.home.Wire.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.codepipeline.model.CodePipelineException;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.ListPipelinesResponse;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.PipelineNameInUseException;
import software.amazon.awssdk.services.codepipeline.model.PipelineNotFoundException;
import software.amazon.awssdk.services.codepipeline.model.PipelineSummary;
import software.amazon.awssdk.services.codepipeline.model.PipelineVersionNotFoundException;

/** Pipelines created, read, updated, deleted and listed, on the wire as recordings of CodePipeline show it. */
class PipelineOperationsTest {
    @RegisterExtension
    static final TestHome HOME = new TestHome();

    private static Wire wire() {
        return HOME.wire();
    }

    /** The smallest pipeline as a careless client sends it: nothing in it that has a default. */
    private static ObjectNode bare(String name) {
        return (ObjectNode) json("""
                {'name': '%s', 'roleArn': '%s', 'artifactStore': {'type': 'S3', 'location': 'artifacts'}, 'stages': [
                  {'name': 'Source', 'actions': [{'name': 'Fetch',
                    'actionTypeId': {'category': 'Source', 'owner': 'AWS', 'provider': 'S3', 'version': '1'},
                    'configuration': {'S3ObjectKey': 'app.zip', 'S3Bucket': 'sources', 'PollForSourceChanges': 'false'},
                    'outputArtifacts': [{'name': 'App'}]}]},
                  {'name': 'Gate', 'actions': [{'name': 'Ask',
                    'actionTypeId': {'category': 'Approval', 'owner': 'AWS', 'provider': 'Manual', 'version': '1'}}]}]}
                """.formatted(name, Sample.ROLE));
    }

    private static ObjectNode request(ObjectNode pipeline) {
        return object().set("pipeline", pipeline);
    }

    private static ObjectNode action(ObjectNode pipeline, int stage) {
        return (ObjectNode) pipeline.at("/stages/" + stage + "/actions/0");
    }

    @Test
    void createFillsInWhatTheServiceFillsInAndNothingElse() {
        JsonNode created = wire().ok("CreatePipeline", request(bare("filled"))).path("pipeline");

        assertThat(members(created)).containsExactlyInAnyOrder(
                "name", "roleArn", "artifactStore", "stages", "version", "executionMode", "pipelineType");
        assertThat(created.path("version").asInt()).isEqualTo(1);
        assertThat(created.path("executionMode").asText()).isEqualTo("SUPERSEDED");
        assertThat(created.path("pipelineType").asText()).isEqualTo("V1");
        JsonNode fetch = created.at("/stages/0/actions/0");
        assertThat(members(fetch)).containsExactlyInAnyOrder(
                "name", "actionTypeId", "runOrder", "configuration", "outputArtifacts", "inputArtifacts");
        assertThat(fetch.path("actionTypeId")).isEqualTo(json(
                "{'__type': 'ActionTypeId', 'category': 'Source', 'owner': 'AWS', 'provider': 'S3', 'version': '1'}"));
        assertThat(fetch.path("runOrder").asInt()).isEqualTo(1);
        assertThat(fetch.path("inputArtifacts")).isEqualTo(json("[]"));
        assertThat(members(fetch.path("configuration"))).as("sorted by name")
                .containsExactly("PollForSourceChanges", "S3Bucket", "S3ObjectKey");
        JsonNode ask = created.at("/stages/1/actions/0");
        assertThat(ask.path("configuration")).isEqualTo(json("{}"));
        assertThat(ask.path("outputArtifacts")).isEqualTo(json("[]"));
    }

    @Test
    void whatWasCreatedCanBeReadBack() {
        JsonNode created = wire().ok("CreatePipeline", request(bare("read")));

        JsonNode read = wire().ok("GetPipeline", "{'name': 'read'}");

        assertThat(members(read)).containsExactlyInAnyOrder("pipeline", "metadata");
        assertThat(read.path("pipeline")).isEqualTo(created.path("pipeline"));
        assertThat(members(read.path("metadata"))).containsExactlyInAnyOrder("created", "pipelineArn", "updated");
        assertThat(read.at("/metadata/pipelineArn").asText())
                .isEqualTo("arn:aws:codepipeline:us-east-1:000000000000:read");
        assertThat(read.at("/metadata/created")).isEqualTo(read.at("/metadata/updated"));
        assertThat(read.at("/metadata/created").isNumber()).isTrue();
    }

    @Test
    void variablesKeepTheirOrderAndAnEmptyListStaysThere() {
        ObjectNode declared = bare("variables").put("pipelineType", "V2");
        declared.set("variables", json("[{'name': 'Zulu', 'defaultValue': 'z'}, {'name': 'Alpha'}]"));
        assertThat(wire().ok("CreatePipeline", request(declared)).at("/pipeline/variables"))
                .isEqualTo(declared.path("variables"));

        ObjectNode empty = bare("no-variables").put("pipelineType", "V2");
        empty.set("variables", json("[]"));
        assertThat(wire().ok("CreatePipeline", request(empty)).at("/pipeline/variables")).isEqualTo(json("[]"));
    }

    @Test
    void unknownMembersAreIgnoredAndNullOnesAreAbsent() {
        ObjectNode pipeline = bare("tolerant").put("version", 17).put("novelty", true);
        pipeline.putNull("executionMode");
        pipeline.putNull("variables");
        ((ObjectNode) action(pipeline, 0).path("actionTypeId")).put("__type", "ActionTypeId");

        JsonNode created = wire().ok("CreatePipeline", request(pipeline)).path("pipeline");

        assertThat(created.path("version").asInt()).isEqualTo(1);
        assertThat(created.has("novelty")).isFalse();
        assertThat(created.has("variables")).isFalse();
        assertThat(created.path("executionMode").asText()).isEqualTo("SUPERSEDED");
    }

    @Test
    void tagsAreEchoed() {
        ObjectNode request = request(bare("tagged"));
        request.set("tags", json("[{'key': 'team', 'value': 'blue'}]"));

        assertThat(wire().ok("CreatePipeline", request).path("tags")).isEqualTo(request.path("tags"));
    }

    @Test
    void tagsThatMayNotBeAreRefused() {
        ObjectNode request = request(bare("overtagged"));
        request.set("tags", json("[{'key': 'AWS:team', 'value': 'blue'}]"));
        wire().call("CreatePipeline", request).isError("InvalidTagsException", "Not allowed to modify system tags. System tags "
                + "start with 'aws:'. msg=[Caller is an end user and not allowed to mutate system tags]");
        ArrayNode tags = request.putArray("tags");
        IntStream.rangeClosed(0, 50).forEach(i -> tags.addObject().put("key", "k" + i).put("value", ""));
        wire().call("CreatePipeline", request).isError("TooManyTagsException",
                "Tag limit exceeded for resource [arn:aws:codepipeline:us-east-1:000000000000:overtagged].");
        assertThatThrownBy(() -> get("overtagged")).isInstanceOf(PipelineNotFoundException.class);
    }

    @Test
    void aTakenNameIsRefused() {
        HOME.create(pipeline("taken", source(), stage("Gate", approval("Ask"))));

        assertThatThrownBy(() -> HOME.create(pipeline("taken", source(), stage("Other", approval("Ask")))))
                .isInstanceOf(PipelineNameInUseException.class);
        assertThat(get("taken").stages().get(1).name()).isEqualTo("Gate");
    }

    private static PipelineDeclaration get(String name) {
        return HOME.codePipeline().getPipeline(request -> request.name(name)).pipeline();
    }

    @Test
    void anUpdateMakesTheNextVersionWhateverNumberItBrings() {
        HOME.create(pipeline("versions", source(), stage("Gate", approval("Ask"))));
        PipelineDeclaration second = pipeline("versions", source(), stage("Renamed", approval("Ask"))).toBuilder()
                .version(99).build();

        assertThat(update(second).version()).isEqualTo(2);
        assertThat(update(second).version()).as("also when nothing has changed").isEqualTo(3);
        assertThat(get("versions").version()).isEqualTo(3);
    }

    private static PipelineDeclaration update(PipelineDeclaration declaration) {
        return HOME.codePipeline().updatePipeline(request -> request.pipeline(declaration)).pipeline();
    }

    @Test
    void everyVersionStaysReadableWithItsOwnTime() {
        wire().ok("CreatePipeline", request(bare("old")));
        JsonNode first = wire().ok("GetPipeline", "{'name': 'old'}");
        ObjectNode changed = bare("old");
        ((ObjectNode) changed.at("/stages/1")).put("name", "Changed");
        wire().ok("UpdatePipeline", request(changed));

        JsonNode newest = wire().ok("GetPipeline", "{'name': 'old'}");
        JsonNode old = wire().ok("GetPipeline", "{'name': 'old', 'version': 1}");

        assertThat(old).isEqualTo(first);
        assertThat(newest.at("/pipeline/version").asInt()).isEqualTo(2);
        assertThat(newest.at("/metadata/created")).isEqualTo(first.at("/metadata/created"));
        assertThat(newest.at("/metadata/updated").asDouble()).isGreaterThan(first.at("/metadata/updated").asDouble());
        for (int missing : new int[] {3, Integer.MAX_VALUE}) {
            assertThatThrownBy(() -> HOME.codePipeline().getPipeline(request -> request.name("old").version(missing)))
                    .isInstanceOf(PipelineVersionNotFoundException.class);
        }
    }

    @Test
    void aRefusedUpdateUsesUpNoNumber() {
        HOME.create(pipeline("refused", source(), stage("Gate", approval("Ask"))));

        assertThatThrownBy(() -> update(pipeline("refused", source()))).isInstanceOf(CodePipelineException.class);

        assertThat(update(pipeline("refused", source(), stage("Gate", approval("Ask")))).version()).isEqualTo(2);
    }

    @Test
    void anUpdateWithoutATypeLeavesTheType() {
        wire().ok("CreatePipeline", request(bare("typed").put("pipelineType", "V2")));

        assertThat(wire().ok("UpdatePipeline", request(bare("typed"))).at("/pipeline/pipelineType").asText())
                .isEqualTo("V2");
    }

    @Test
    void anUpdateStartsNothing() {
        Pipeline pipeline = HOME.create(pipeline("quiet", source(), stage("Gate", approval("Ask"))));

        update(pipeline("quiet", source(), stage("Other", approval("Ask"))));

        assertThat(pipeline.runs()).hasSize(1);
    }

    @Test
    void modesChangeByUpdateAndEachExecutionShowsItsOwn() {
        Pipeline pipeline = HOME.create(pipeline("modes", Sample.approvals("Gate")));
        update(pipeline("modes", ExecutionMode.QUEUED, Sample.approvals("Gate")));
        String queued = pipeline.start();
        update(pipeline("modes", ExecutionMode.PARALLEL, Sample.approvals("Gate")));
        String parallel = pipeline.start();

        assertThat(pipeline.summary(pipeline.firstRun()).executionMode()).isEqualTo(ExecutionMode.SUPERSEDED);
        assertThat(pipeline.summary(queued).executionMode()).isEqualTo(ExecutionMode.QUEUED);
        assertThat(pipeline.summary(parallel).executionMode()).isEqualTo(ExecutionMode.PARALLEL);
    }

    @Test
    void deletionAnswersWithoutABodyAndMayBeRepeated() {
        HOME.create(pipeline("gone", source(), stage("Gate", approval("Ask"))));

        for (int i = 0; i < 2; i++) {
            Wire.Answer answer = wire().call("DeletePipeline", "{'name': 'gone'}");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEmpty();
        }

        wire().call("GetPipeline", "{'name': 'gone'}").isError("PipelineNotFoundException",
                "Account '000000000000' does not have a pipeline with name 'gone'");
    }

    @Test
    void aPipelineCreatedAgainHasNoHistory() {
        Pipeline before = HOME.create(pipeline("again", source(), stage("Gate", approval("Ask"))));
        String old = before.firstRun();
        before.awaitToken(old, "Gate", "Ask");
        update(pipeline("again", source(), stage("Gate", approval("Ask"))));
        HOME.codePipeline().deletePipeline(request -> request.name("again"));

        Pipeline after = HOME.create(pipeline("again", source(), stage("Gate", approval("Ask"))));

        assertThat(get("again").version()).isEqualTo(1);
        assertThat(after.runs()).hasSize(1).noneMatch(run -> run.pipelineExecutionId().equals(old));
        assertThatThrownBy(() -> after.run(old)).isInstanceOf(CodePipelineException.class)
                .hasMessageContaining("does not exist in pipeline with name 'again'");
        after.approve(after.firstRun(), "Gate");
        after.awaitSucceeded(after.firstRun());
    }

    @Test
    void missingPipelinesAreNamedInTheServicesWords() {
        String other = "The account with AWS account ID '000000000000' does not include a pipeline named 'absent'";
        String run = UUID.randomUUID().toString();

        wire().call("GetPipeline", "{'name': 'absent'}").isError("PipelineNotFoundException",
                "Account '000000000000' does not have a pipeline with name 'absent'");
        wire().call("ListActionExecutions", "{'pipelineName': 'absent'}").isError("PipelineNotFoundException", other);
        wire().call("ListPipelineExecutions", "{'pipelineName': 'absent'}").isError("PipelineNotFoundException", other);
        wire().call("GetPipelineState", "{'name': 'absent'}").isError("PipelineNotFoundException", other);
        wire().call("StartPipelineExecution", "{'name': 'absent'}").isError("PipelineNotFoundException", other);
        wire().call("GetPipelineExecution", object().put("pipelineName", "absent").put("pipelineExecutionId", run))
                .isError("PipelineNotFoundException", other);
        assertThatThrownBy(() -> update(pipeline("absent", source(), stage("Gate", approval("Ask")))))
                .isInstanceOf(PipelineNotFoundException.class);
    }

    @Test
    void theShapeIsCheckedBeforeTheDeclarationAndThatBeforeTheName() {
        HOME.create(pipeline("order", source(), stage("Gate", approval("Ask"))));
        ObjectNode wrong = bare("order");
        ((com.fasterxml.jackson.databind.node.ArrayNode) wrong.path("stages")).remove(1);
        wire().call("CreatePipeline", request(wrong)).isError("InvalidStructureException",
                "Pipeline has only 1 stage(s). There should be a minimum of 2 stages in a pipeline");

        wrong.put("roleArn", "no role");
        wire().call("CreatePipeline", request(wrong)).isError("ValidationException",
                "1 validation error detected: Value at 'pipeline.roleArn' failed to satisfy constraint: "
                        + "Member must satisfy regular expression pattern: arn:aws(-[\\w]+)*:iam::[0-9]{12}:role/.*");
    }

    @Test
    void brokenConstraintsAreCountedAndListed() {
        ObjectNode pipeline = bare("constrained").put("pipelineType", "V2");
        pipeline.set("variables", json("[{'name': ''}]"));
        wire().call("CreatePipeline", request(pipeline)).isError("ValidationException",
                "2 validation errors detected: Value at 'pipeline.variables.1.member.name' failed to satisfy constraint: "
                        + "Member must have length greater than or equal to 1; "
                        + "Value at 'pipeline.variables.1.member.name' failed to satisfy constraint: "
                        + "Member must satisfy regular expression pattern: [A-Za-z0-9@\\-_]+");

        ObjectNode empty = bare("constrained");
        action(empty, 0).set("configuration", json("{'S3Bucket': '', 'S3ObjectKey': 'k'}"));
        wire().call("CreatePipeline", request(empty)).isError("ValidationException",
                "1 validation error detected: Value at 'pipeline.stages.1.member.actions.1.member.configuration' failed to "
                        + "satisfy constraint: Map value must satisfy constraint: [Member must have length less than or "
                        + "equal to 50000, Member must have length greater than or equal to 1]");

        wire().call("CreatePipeline", "{}").isError("ValidationException",
                "1 validation error detected: Value at 'pipeline' failed to satisfy constraint: Member must not be null");
    }

    @Test
    void declarationsAreRefusedInTheServicesWords() {
        ObjectNode missing = bare("faulty");
        ((ObjectNode) action(missing, 0).path("configuration")).remove("S3Bucket");
        wire().call("CreatePipeline", request(missing)).isError("InvalidActionDeclarationException",
                "Action configuration for action 'Fetch' is missing required configuration 'S3Bucket'");

        ObjectNode unknown = bare("faulty");
        action(unknown, 1).set("configuration", json("{'Colour': 'blue'}"));
        wire().call("CreatePipeline", request(unknown)).isError("InvalidActionDeclarationException",
                "Action configuration for action 'Ask' contains unknown configuration 'Colour'");

        ObjectNode typed = bare("faulty");
        typed.set("variables", json("[{'name': 'A'}]"));
        wire().call("CreatePipeline", request(typed.put("pipelineType", "V1"))).isError("InvalidStructureException",
                "Pipeline variable can only be used with V2 pipelines");

        ObjectNode twice = bare("faulty").put("pipelineType", "V2");
        twice.set("variables", json("[{'name': 'A'}, {'name': 'A'}]"));
        wire().call("CreatePipeline", request(twice)).isError("InvalidStructureException",
                "Variable names must be unique. The following variable name is already in use: A");

        ObjectNode undeclared = bare("faulty").put("pipelineType", "V2");
        action(undeclared, 1).set("configuration", json("{'CustomData': '#{variables.Nobody}'}"));
        wire().call("CreatePipeline", request(undeclared)).isError("InvalidStructureException",
                "The referenced variables haven't been declared.\n");

        ObjectNode inSource = bare("faulty").put("pipelineType", "V2");
        inSource.set("variables", json("[{'name': 'A', 'defaultValue': 'a'}]"));
        ((ObjectNode) action(inSource, 0).path("configuration")).put("S3ObjectKey", "#{variables.A}");
        wire().call("CreatePipeline", request(inSource)).isError("InvalidStructureException",
                "Variables at the pipeline level cannot be used in source actions.\nStageName=[Source], ActionName=[Fetch], "
                        + "ActionConfigurationKey=[S3ObjectKey], VariableReferenceText=[variables.A]");
        assertThatThrownBy(() -> get("faulty")).isInstanceOf(PipelineNotFoundException.class);
    }

    @Test
    void valuesOfTheWrongTypeAreSerializationErrors() {
        assertThat(wire().call("GetPipeline", "{'name': 7}").json().path("__type").asText())
                .isEqualTo("SerializationException");
        assertThat(wire().call("GetPipeline", "[]").json().path("__type").asText()).isEqualTo("SerializationException");
        Wire.Answer broken = wire().send("CodePipeline_20150709.GetPipeline", "{\"name\": ".getBytes(StandardCharsets.UTF_8));
        assertThat(broken.json()).isEqualTo(json("{'__type': 'SerializationException'}"));
        assertThat(broken.status()).isEqualTo(400);
        assertThat(broken.requestId()).matches("[0-9a-f-]{36}");
    }

    @Test
    void aBodyBeyondAllMeasureIsRefused() {
        Wire.Answer answer = new Wire(HOME.home().endpoint()).send(
                "CodePipeline_20150709.GetPipeline", new byte[48 * 1024 * 1024]);

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.json()).isEqualTo(json("{'__type': 'RequestEntityTooLargeException'}"));
    }

    @Test
    void whatIsNoOperationIsUnknown() {
        assertThat(wire().call("MakeCoffee", "{}").status()).isEqualTo(404);
        assertThat(wire().send("CodePipeline_19700101.GetPipeline", new byte[] {'{', '}'}).json().path("__type").asText())
                .isEqualTo("UnknownOperationException");
    }

    @Test
    void callsOfOtherServicesAndOfWhatTwinsLackAreRefusedByName() {
        assertThat(wire().send("DynamoDB_20120810.ListTables", new byte[] {'{', '}'}).json()).isEqualTo(json("{'__type': "
                + "'NotImplementedException', 'message': \"This release of Pipewright doesn't serve the operation "
                + "DynamoDB_20120810.ListTables.\"}"));
        assertThat(wire().send("CodeBuild_20161006.ListFleets", new byte[] {'{', '}'}).json()).isEqualTo(json("{'__type': "
                + "'NotImplementedException', 'message': \"This release of Pipewright doesn't serve the operation ListFleets.\"}"));
    }

    @Test
    void pipelinesAreListedByNameInPages() {
        List<String> mine = List.of("list-a", "list-b", "list-c");
        mine.forEach(name -> HOME.create(pipeline(name, source(), stage("Gate", approval("Ask")))));

        List<String> names = new ArrayList<>();
        String token = null;
        do {
            String from = token;
            ListPipelinesResponse page = HOME.codePipeline().listPipelines(
                    request -> request.maxResults(2).nextToken(from));
            assertThat(page.pipelines()).hasSizeLessThanOrEqualTo(2);
            page.pipelines().stream().map(PipelineSummary::name).forEach(names::add);
            token = page.nextToken();
        } while (token != null);

        assertThat(names).isSorted().doesNotHaveDuplicates().containsAll(mine);
        JsonNode element = wire().ok("ListPipelines", "{}").at("/pipelines/0");
        assertThat(members(element)).containsExactlyInAnyOrder(
                "name", "version", "pipelineType", "executionMode", "created", "updated");
        wire().call("ListPipelines", "{'nextToken': 'x'}").isError("InvalidNextTokenException",
                "The nextToken value 'x' is not valid. Specify a valid nextToken value, and then try again.");
    }

    @Test
    void theStateOfANewPipelineShowsItsStagesInOrder() {
        HOME.create(pipeline("ordered", source(), stage("One", approval("Ask")), stage("Two", deploy("Put"))));

        assertThat(wire().ok("GetPipelineState", "{'name': 'ordered'}").at("/stageStates").findValuesAsText("stageName"))
                .isEqualTo(List.of("Source", "One", "Two"));
    }
}
