package io.pipewright.local.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.TryAgain;
import io.pipewright.functions.customresource.CustomResourceHandler;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.log.Log;
import io.pipewright.functions.store.PipelineEntry;
import io.pipewright.functions.store.Store;
import io.pipewright.functions.wire.Codec;
import io.pipewright.local.home.ResponseBucket.Answer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.PipelineSummary;
import software.amazon.awssdk.services.codepipeline.model.TriggerType;

/** Pipelines as resources of stacks: the function gets what CloudFormation sends, the home shows what comes of it. */
class CustomResourceHandlerTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String STACK = "arn:aws:cloudformation:us-east-1:000000000000:stack/Pipewright/51af3dc0-da77-11e4-872e-1234567db123";

    @RegisterExtension
    static final TestHome HOME = new TestHome();

    private static ResponseBucket bucket;
    private static CustomResourceHandler handler;

    @BeforeAll
    static void open() {
        bucket = new ResponseBucket();
        handler = new CustomResourceHandler(HOME.home().engine());
    }

    @AfterAll
    static void close() {
        bucket.close();
    }

    // What CloudFormation sends

    private static ObjectNode request(String type, String logicalId) {
        return JSON.createObjectNode().put("RequestType", type).put("StackId", STACK)
                .put("RequestId", UUID.randomUUID().toString()).put("LogicalResourceId", logicalId)
                .put("ResourceType", "Custom::PipewrightPipeline");
    }

    private static ObjectNode create(String logicalId, String definition) {
        ObjectNode request = request("Create", logicalId);
        request.putObject("ResourceProperties").put("ServiceToken", "arn").put("ServiceTimeout", "900").put("Definition", definition);
        return request;
    }

    private static ObjectNode update(String logicalId, String physicalId, String definition) {
        ObjectNode request = create(logicalId, definition);
        return request.put("RequestType", "Update").put("PhysicalResourceId", physicalId);
    }

    private static ObjectNode delete(String logicalId, String physicalId, String definition) {
        return update(logicalId, physicalId, definition).put("RequestType", "Delete");
    }

    private static Answer send(ObjectNode request) throws IOException {
        return bucket.send(handler, request);
    }

    private static Answer succeed(ObjectNode request) throws IOException {
        Answer answer = send(request);
        assertThat(answer.status()).as(answer.reason()).isEqualTo("SUCCESS");
        return answer;
    }

    private static Answer fail(ObjectNode request) throws IOException {
        Answer answer = send(request);
        assertThat(answer.status()).isEqualTo("FAILED");
        assertThat(answer.reason()).isNotBlank();
        assertThat(answer.bytes()).isLessThanOrEqualTo(4096);
        return answer;
    }

    // What a template holds

    private static PipelineDeclaration pipeline(String name, String... stages) {
        return Sample.pipeline(name, Sample.approvals(stages));
    }

    private static String definition(PipelineDeclaration pipeline) {
        return JSON.createObjectNode().set("pipeline", Codec.write(pipeline)).toString();
    }

    private static String definition(String name, String... stages) {
        return definition(pipeline(name, stages));
    }

    // What is there

    private static boolean exists(String name) {
        return HOME.codePipeline().listPipelines().pipelines().stream().map(PipelineSummary::name).anyMatch(name::equals);
    }

    private static PipelineDeclaration stored(String name) {
        return HOME.codePipeline().getPipeline(request -> request.name(name)).pipeline();
    }

    private static Pipeline pipeline(String name) {
        return new Pipeline(HOME.codePipeline(), name, ExecutionMode.SUPERSEDED);
    }

    @Test
    void aPipelineIsCreatedUpdatedAndDeleted() throws IOException {
        Answer created = succeed(create("Whole", definition("whole", "Ask")));
        assertThat(created.physicalId()).isEqualTo("whole");
        assertThat(created.headers()).doesNotContainKey("content-type");
        assertThat(created.json().path("StackId").asText()).isEqualTo(STACK);
        assertThat(created.json().path("LogicalResourceId").asText()).isEqualTo("Whole");
        assertThat(pipeline("whole").runs()).singleElement().satisfies(run -> {
            assertThat(run.trigger().triggerType()).isEqualTo(TriggerType.CREATE_PIPELINE);
            assertThat(run.trigger().triggerDetail()).isEqualTo(STACK + "/Whole");
        });

        Answer updated = succeed(update("Whole", "whole", definition("whole", "Ask", "Again")));
        assertThat(updated.physicalId()).isEqualTo("whole");
        assertThat(stored("whole").version()).isEqualTo(2);
        assertThat(stored("whole").stages()).hasSize(3);

        succeed(delete("Whole", "whole", definition("whole", "Ask", "Again")));
        assertThat(exists("whole")).isFalse();
    }

    @Test
    void whatGetPipelinePrintsIsADefinition() throws IOException {
        ObjectNode printed = (ObjectNode) JSON.readTree(definition("printed", "Ask"));
        printed.putObject("metadata").put("pipelineArn", "arn:aws:codepipeline:us-east-1:000000000000:other").put("created", "then");
        succeed(create("Printed", printed.toString()));
        assertThat(exists("printed")).isTrue();
    }

    // Names

    @Test
    void aNewNameIsAReplacement() throws IOException {
        succeed(create("Renamed", definition("old-name", "Ask")));
        Answer renamed = succeed(update("Renamed", "old-name", definition("new-name", "Ask")));
        assertThat(renamed.physicalId()).isEqualTo("new-name");
        assertThat(exists("old-name")).isTrue();
        succeed(delete("Renamed", "old-name", definition("old-name", "Ask")));
        assertThat(exists("old-name")).isFalse();
        assertThat(exists("new-name")).isTrue();
    }

    /** Whichever of the two ids CloudFormation has in mind when it goes back. */
    @Test
    void aRollbackComesBackToTheOldNameAndItsHistory() throws IOException {
        for (String known : List.of("kept", "given-up")) {
            succeed(create("Back" + known, definition("kept", "Ask")));
            String first = pipeline("kept").firstRun();
            succeed(update("Back" + known, "kept", definition("given-up", "Ask")));
            Answer back = succeed(update("Back" + known, known, definition("kept", "Ask")));
            assertThat(back.physicalId()).isEqualTo("kept");
            succeed(delete("Back" + known, "given-up", definition("given-up", "Ask")));
            assertThat(exists("given-up")).isFalse();
            assertThat(pipeline("kept").firstRun()).isEqualTo(first);
            assertThat(stored("kept").version()).isEqualTo(1);
            succeed(delete("Back" + known, "kept", definition("kept", "Ask")));
        }
    }

    // Repeated requests

    @Test
    void aRepeatedRequestChangesNothing() throws IOException {
        ObjectNode create = create("Repeated", definition("repeated", "Ask"));
        succeed(create);
        succeed(create);
        assertThat(pipeline("repeated").runs()).hasSize(1);

        ObjectNode update = update("Repeated", "repeated", definition("repeated", "Ask", "Again"));
        succeed(update);
        succeed(update);
        assertThat(stored("repeated").version()).isEqualTo(2);

        ObjectNode delete = delete("Repeated", "repeated", definition("repeated", "Ask", "Again"));
        succeed(delete);
        succeed(delete);
        assertThat(exists("repeated")).isFalse();
    }

    @Test
    void aRequestThatComesAgainLateChangesNothing() throws IOException {
        ObjectNode create = create("Late", definition("late", "Ask"));
        ObjectNode update = update("Late", "late", definition("late", "Ask", "Second"));
        ObjectNode delete = delete("Late", "late", definition("late", "Ask"));
        succeed(create);
        succeed(update);
        succeed(update("Late", "late", definition("late", "Ask", "Third")));
        succeed(update);
        assertThat(stored("late").stages().get(2).name()).isEqualTo("Third");

        succeed(delete);
        succeed(create);
        assertThat(exists("late")).isFalse();

        succeed(create("Late", definition("late", "Ask")));
        succeed(delete);
        assertThat(exists("late")).isTrue();
    }

    /** Where the function died before it had written down its answer, only the pipeline itself tells. */
    @Test
    void aRequestWhoseAnswerWasLostIsCarriedOutOnce() throws IOException {
        succeed(create("Lost", definition("lost", "Ask")));
        succeed(create("Lost", definition("lost", "Ask")));
        assertThat(pipeline("lost").runs()).hasSize(1);
        assertThat(stored("lost").version()).isEqualTo(1);

        succeed(update("Lost", "lost", definition("lost", "Ask", "Again")));
        succeed(update("Lost", "lost", definition("lost", "Ask", "Again")));
        assertThat(stored("lost").version()).isEqualTo(2);
    }

    @Test
    void anAnswerThatIsNotTakenIsGivenAgain() throws IOException {
        ObjectNode create = create("Untaken", definition("untaken", "Ask"));
        bucket.answerWith(503);
        try {
            assertThatThrownBy(() -> send(create)).isInstanceOf(IOException.class).hasMessageContaining("503")
                    .hasMessageNotContaining("signature");
        } finally {
            bucket.answerWith(200);
        }
        succeed(create);
        assertThat(pipeline("untaken").runs()).hasSize(1);
        assertThat(stored("untaken").version()).isEqualTo(1);
    }

    // Whose pipeline it is

    @Test
    void aPipelineThatIsThereAlreadyIsNotTakenOver() throws IOException {
        HOME.create(pipeline("by-hand", "Ask"));
        Answer refused = fail(create("ByHand", definition("by-hand", "Ask", "Again")));
        assertThat(refused.reason()).contains("PipelineNameInUseException", "'by-hand' already exists", "give the definition another name");
        assertThat(stored("by-hand").version()).isEqualTo(1);
        succeed(delete("ByHand", refused.physicalId(), definition("by-hand", "Ask", "Again")));
        assertThat(exists("by-hand")).isTrue();
    }

    @Test
    void anotherResourcesPipelineIsNotTakenOver() throws IOException {
        succeed(create("First", definition("wanted", "Ask")));
        succeed(create("Second", definition("second", "Ask")));
        Answer refused = fail(update("Second", "second", definition("wanted", "Ask", "Again")));
        assertThat(refused.physicalId()).isEqualTo("second");
        assertThat(stored("wanted").version()).isEqualTo(1);
        assertThat(exists("second")).isTrue();
    }

    @Test
    void aPipelineThatWasDeletedByHandIsMadeAgainAndNotMissed() throws IOException {
        succeed(create("Gone", definition("gone", "Ask")));
        HOME.codePipeline().deletePipeline(request -> request.name("gone"));
        succeed(update("Gone", "gone", definition("gone", "Ask", "Again")));
        assertThat(stored("gone").stages()).hasSize(3);
        HOME.codePipeline().deletePipeline(request -> request.name("gone"));
        succeed(delete("Gone", "gone", definition("gone", "Ask", "Again")));
    }

    @Test
    void aPipelineThatSomebodyMadeInItsPlaceIsLeftAlone() throws IOException {
        succeed(create("Place", definition("place", "Ask")));
        HOME.codePipeline().deletePipeline(request -> request.name("place"));
        HOME.create(pipeline("place", "Ask"));
        fail(update("Place", "place", definition("place", "Ask", "Again")));
        succeed(delete("Place", "place", definition("place", "Ask")));
        assertThat(stored("place").version()).isEqualTo(1);
    }

    // What is refused

    @Test
    void everythingThatIsWrongWithADefinitionIsInTheReason() throws IOException {
        PipelineDeclaration wrong = Sample.pipeline("wrong", Sample.source(),
                Sample.stage("Twice", Sample.approval("Ask")), Sample.stage("Twice", Sample.approval("Ask"), Sample.approval("Ask")));
        Answer refused = fail(create("Wrong", definition(wrong)));
        assertThat(refused.reason()).startsWith("The definition of Wrong has 2 findings:")
                .contains("stages[2].name", "stage-names-unique", "stages[2].actions[1]", "→ ");
        assertThat(exists("wrong")).isFalse();
        succeed(delete("Wrong", refused.physicalId(), definition(wrong)));
    }

    @Test
    void anUpdateThatIsRefusedLeavesThePipelineAlone() throws IOException {
        succeed(create("Refused", definition("refused", "Ask")));
        Answer refused = fail(update("Refused", "refused", definition("refused", "Source")));
        assertThat(refused.physicalId()).isEqualTo("refused");
        assertThat(stored("refused").version()).isEqualTo(1);
    }

    @Test
    void aReasonThatIsTooLongSaysThatThereIsMore() throws IOException {
        ObjectNode input = (ObjectNode) JSON.readTree(definition("long", "Ask"));
        ObjectNode stages = (ObjectNode) input.path("pipeline");
        for (int i = 0; i < 200; i++) {
            stages.withArray("stages").addObject().put("name", "ä".repeat(200));
        }
        assertThat(fail(create("Long", input.toString())).reason()).endsWith("… (there is more)");
    }

    @Test
    void whatHoldsNoDefinitionIsRefused() throws IOException {
        for (String none : List.of("", "[]", "{\"pipeline\": ", "{}", "{\"pipeline\": 7}")) {
            Answer refused = fail(create("None", none));
            succeed(delete("None", refused.physicalId(), none));
        }
        ObjectNode bare = request("Create", "None");
        bare.putObject("ResourceProperties").putObject("Definition").putObject("pipeline");
        assertThat(fail(bare).reason()).contains("The property Definition must hold, as text, the JSON of a pipeline");
    }

    // Faults

    @Test
    void aFaultIsAnAnswerToo() throws IOException {
        Engine known = HOME.home().engine();
        Store nowhere = new Store(known.clients().dynamo(), known.clients().s3(),
                new Store.Config("no-such-table", known.settings().bucket(), 1, Clock.systemUTC()));
        CustomResourceHandler broken = new CustomResourceHandler(
                new Engine(nowhere, known.clients(), known.settings(), Clock.systemUTC(), Log.to(line -> { })));
        Answer answer = bucket.send(broken, create("Broken", definition("broken", "Ask")));
        assertThat(answer.status()).isEqualTo("FAILED");
        assertThat(answer.reason()).contains("Pipewright itself failed", "Requested resource not found");
        assertThat(answer.physicalId()).isEqualTo("broken");
    }

    /** Lambda sends the event again in a minute; by then the other update is over. */
    @Test
    void anUpdateBesideAnotherIsNotAnsweredYet() throws IOException {
        succeed(create("Busy", definition("busy", "Ask")));
        Store store = HOME.home().engine().store();
        PipelineEntry entry = store.entry("busy").orElseThrow();
        assertThat(store.putVersion(Store.version(entry.generation(), 2, pipeline("busy", "Ask", "Other"),
                store.version(entry.generation(), 1).orElseThrow().machine(), System.currentTimeMillis()))).isTrue();
        ObjectNode update = update("Busy", "busy", definition("busy", "Ask", "Again"));
        assertThatThrownBy(() -> send(update)).isInstanceOf(TryAgain.class);
        assertThat(bucket.hasAnswer(update.path("RequestId").asText())).isFalse();
    }

    @Test
    void whatCloudFormationDoesNotSendIsNoRequest() {
        for (String event : List.of("{}", "{\"RequestType\": \"Read\", \"StackId\": \"s\"}")) {
            assertThatThrownBy(() -> handler.handleRequest(new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)),
                    new ByteArrayOutputStream(), null)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
