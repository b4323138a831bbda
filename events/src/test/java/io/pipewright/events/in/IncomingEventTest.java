package io.pipewright.events.in;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.events.in.IncomingEvent.BuildStateChange;
import io.pipewright.events.in.IncomingEvent.CodeCommitReferenceChange;
import io.pipewright.events.in.IncomingEvent.ImagePushed;
import io.pipewright.events.in.IncomingEvent.MachineExecutionChange;
import io.pipewright.events.in.IncomingEvent.ObjectCreated;
import io.pipewright.events.in.IncomingEvent.Unknown;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class IncomingEventTest {
    private static final String OBJECT = event("aws.s3", "Object Created", """
            {"version": "0", "bucket": {"name": "shop-drop"},
             "object": {"key": "in/a b+c.zip", "size": 51234, "etag": "9b2c", "version-id": "Zx81", "sequencer": "0062"},
             "request-id": "C3D1", "requester": "210987654321", "source-ip-address": "198.51.100.7", "reason": "PutObject"}""");
    private static final String BUILD = event("aws.codebuild", "CodeBuild Build State Change", """
            {"build-status": "FAILED", "project-name": "shop",
             "build-id": "arn:aws:codebuild:eu-west-1:210987654321:build/shop:6a5b4c3d-2222-4333-9444-55566677788a",
             "additional-information": {"initiator": "codepipeline/shop-release", "build-number": 41.0, "build-complete": true},
             "current-phase": "COMPLETED", "current-phase-context": "[: ]", "version": "1"}""");
    private static final String MACHINE = event("aws.states", "Step Functions Execution Status Change", """
            {"executionArn": "arn:aws:states:eu-west-1:210987654321:execution:verify:gate-1",
             "stateMachineArn": "arn:aws:states:eu-west-1:210987654321:stateMachine:verify", "name": "gate-1", "status": "SUCCEEDED",
             "startDate": 1930556100000, "stopDate": 1930557300000, "input": "{}", "output": "{\\"ok\\":true}", "error": null,
             "cause": null}""");
    private static final String REFERENCE = event("aws.codecommit", "CodeCommit Repository State Change", """
            {"event": "referenceUpdated", "repositoryName": "shop", "repositoryId": "0f0e", "referenceType": "branch",
             "referenceName": "main", "referenceFullName": "refs/heads/main", "commitId": "4f1e", "oldCommitId": "0011"}""");
    private static final String IMAGE = event("aws.ecr", "ECR Image Action", """
            {"result": "SUCCESS", "repository-name": "shop", "image-digest": "sha256:9f1c", "action-type": "PUSH", "image-tag": "rel-17"}""");

    private final Envelope envelope = IncomingEvent.parse(json(OBJECT)).envelope();

    @Test
    void everyEventHasItsEnvelope() {
        assertThat(envelope).isEqualTo(new Envelope("aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee", "aws.s3", "Object Created", "210987654321",
                "eu-west-1", Instant.parse("2031-03-04T09:14:10Z")));
    }

    @Test
    void anObjectCame() {
        assertThat(IncomingEvent.parse(json(OBJECT)))
                .isEqualTo(new ObjectCreated(envelope, "shop-drop", "in/a b+c.zip", "Zx81", "9b2c", "0062"));
    }

    @Test
    void anObjectCameInABucketWithoutVersions() {
        ObjectNode event = json(OBJECT);
        ((ObjectNode) event.at("/detail/object")).remove("version-id");
        assertThat(IncomingEvent.parse(event)).isEqualTo(new ObjectCreated(envelope, "shop-drop", "in/a b+c.zip", null, "9b2c", "0062"));
    }

    @Test
    void aBuildEnded() {
        BuildStateChange change = (BuildStateChange) IncomingEvent.parse(json(BUILD));
        assertThat(change.buildId()).isEqualTo("shop:6a5b4c3d-2222-4333-9444-55566677788a");
        assertThat(change.project()).isEqualTo("shop");
        assertThat(change.status()).isEqualTo("FAILED");
        assertThat(change.initiator()).isEqualTo("codepipeline/shop-release");
    }

    @ParameterizedTest
    @CsvSource({"IN_PROGRESS,false", "QUEUED,false", "SUCCEEDED,true", "FAILED,true", "STOPPED,true", "FAULT,true", "TIMED_OUT,true"})
    void aBuildIsOverInItsEndStates(String status, boolean over) {
        ObjectNode event = json(BUILD);
        ((ObjectNode) event.path("detail")).put("build-status", status).remove("additional-information");
        assertThat(((BuildStateChange) IncomingEvent.parse(event)).isTerminal()).isEqualTo(over);
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop:6a5b", "arn:aws:codebuild:eu-west-1:210987654321:build/shop", "arn:aws:codebuild:eu-west-1:2:project/a:b", ""})
    void aBuildIdMustBeTheArnOfABuild(String id) {
        ObjectNode event = json(BUILD);
        ((ObjectNode) event.path("detail")).put("build-id", id);
        assertThatThrownBy(() -> IncomingEvent.parse(event)).isInstanceOf(MalformedEventException.class).hasMessageContaining("detail.build-id");
    }

    @Test
    void aMachineEnded() {
        MachineExecutionChange change = (MachineExecutionChange) IncomingEvent.parse(json(MACHINE));
        assertThat(change.executionArn()).isEqualTo("arn:aws:states:eu-west-1:210987654321:execution:verify:gate-1");
        assertThat(change.stateMachineArn()).isEqualTo("arn:aws:states:eu-west-1:210987654321:stateMachine:verify");
        assertThat(change.name()).isEqualTo("gate-1");
        assertThat(change.output()).isEqualTo("{\"ok\":true}");
        assertThat(change.error()).isNull();
        assertThat(change.cause()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"RUNNING,false", "PENDING_REDRIVE,false", "SUCCEEDED,true", "FAILED,true", "TIMED_OUT,true", "ABORTED,true"})
    void aMachineIsOverInItsEndStates(String status, boolean over) {
        ObjectNode event = json(MACHINE);
        ((ObjectNode) event.path("detail")).put("status", status);
        assertThat(((MachineExecutionChange) IncomingEvent.parse(event)).isTerminal()).isEqualTo(over);
    }

    @Test
    void aBranchMoved() {
        CodeCommitReferenceChange change = (CodeCommitReferenceChange) IncomingEvent.parse(json(REFERENCE));
        assertThat(change.repository()).isEqualTo("shop");
        assertThat(change.referenceType()).isEqualTo("branch");
        assertThat(change.referenceName()).isEqualTo("main");
        assertThat(change.commitId()).isEqualTo("4f1e");
        assertThat(change.oldCommitId()).isEqualTo("0011");
        assertThat(change.isPresent()).isTrue();
    }

    @Test
    void aBranchWent() {
        ObjectNode event = json(REFERENCE);
        ((ObjectNode) event.path("detail")).put("event", "referenceDeleted").remove("commitId");
        assertThat(((CodeCommitReferenceChange) IncomingEvent.parse(event)).isPresent()).isFalse();
    }

    @Test
    void anImageCame() {
        ImagePushed image = (ImagePushed) IncomingEvent.parse(json(IMAGE));
        assertThat(image.repository()).isEqualTo("shop");
        assertThat(image.digest()).isEqualTo("sha256:9f1c");
        assertThat(image.tag()).isEqualTo("rel-17");
    }

    @ParameterizedTest
    @CsvSource({"action-type,DELETE", "result,FAILURE"})
    void anImageThatDidNotComeIsUnknown(String member, String value) {
        ObjectNode event = json(IMAGE);
        ((ObjectNode) event.path("detail")).put(member, value);
        assertThat(IncomingEvent.parse(event)).isInstanceOf(Unknown.class);
    }

    @Test
    void otherKindsAreUnknown() {
        assertThat(IncomingEvent.parse(json(event("aws.s3", "Object Deleted", "{}")))).isInstanceOf(Unknown.class);
        assertThat(IncomingEvent.parse(json(event("aws.codebuild", "Object Created", "{}")))).isInstanceOf(Unknown.class);
    }

    @Test
    void whatIsNoEventIsRefused() {
        assertThatThrownBy(() -> IncomingEvent.parse(null)).isInstanceOf(MalformedEventException.class);
        for (String text : List.of("null", "7", "\"x\"", "[]", "{}", "true")) {
            assertThatThrownBy(() -> IncomingEvent.parse(tree(text))).isInstanceOf(MalformedEventException.class);
        }
    }

    @Test
    void theMessageNamesWhatIsMissing() {
        ObjectNode event = json(OBJECT);
        ((ObjectNode) event.at("/detail/bucket")).put("name", 7);
        assertThatThrownBy(() -> IncomingEvent.parse(event)).isInstanceOf(MalformedEventException.class)
                .hasMessage("The event has no detail.bucket.name, or it is not a text");
    }

    @ParameterizedTest
    @MethodSource("samples")
    void noChangeOfAnEventMakesTheReaderCrash(String sample) {
        ObjectNode event = json(sample);
        for (Place place : places(event)) {
            for (String replacement : List.of("null", "7", "-1.5e300", "true", "\"\"", "\"x\"", "[]", "[1]", "{}", "{\"a\":[]}",
                    "\"+999999999-12-31T23:59:59Z\"", "\"2031-02-30T00:00:00Z\"", "\"::build/:\"")) {
                place.set().accept(tree(replacement));
                readOrRefused(event);
            }
            place.set().accept(place.original());
        }
        assertThat(event).isEqualTo(json(sample));
    }

    static List<String> samples() {
        return List.of(OBJECT, BUILD, MACHINE, REFERENCE, IMAGE);
    }

    private static void readOrRefused(JsonNode event) {
        try {
            assertThat(IncomingEvent.parse(event)).isNotNull();
        } catch (MalformedEventException refused) {
            assertThat(refused).hasMessageStartingWith("The event has no ");
        }
    }

    private record Place(JsonNode original, Consumer<JsonNode> set) {
    }

    private static List<Place> places(JsonNode json) {
        List<Place> places = new ArrayList<>();
        if (json instanceof ObjectNode object) {
            object.fieldNames().forEachRemaining(name -> places.add(new Place(object.get(name), value -> object.set(name, value))));
        } else if (json instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                int index = i;
                places.add(new Place(array.get(i), value -> array.set(index, value)));
            }
        }
        json.forEach(child -> places.addAll(places(child)));
        return places;
    }

    private static String event(String source, String detailType, String detail) {
        return """
                {"version": "0", "id": "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee", "detail-type": "%s", "source": "%s",
                 "account": "210987654321", "time": "2031-03-04T09:14:10Z", "region": "eu-west-1", "resources": ["arn:aws:s3:::shop-drop"],
                 "detail": %s}""".formatted(detailType, source, detail);
    }

    private static ObjectNode json(String text) {
        return (ObjectNode) tree(text);
    }

    private static JsonNode tree(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
