package io.pipewright.events.in;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/** An event that came in. Members that EventBridge's senders leave out at times are null where the record says so. */
public sealed interface IncomingEvent {
    /** What EventBridge says about it. */
    Envelope envelope();

    /**
     * Reads an event as EventBridge delivers it to a function.
     *
     * @return {@link Unknown} for every kind that nothing here waits for
     * @throws MalformedEventException for everything that is no event, and for nothing else does this method throw
     */
    static IncomingEvent parse(JsonNode event) {
        Fields fields = Fields.of(event);
        Envelope envelope = new Envelope(
                fields.text("id"),
                fields.text("source"),
                fields.text("detail-type"),
                fields.text("account"),
                fields.text("region"),
                fields.time("time"));
        Fields detail = fields.object("detail");
        return switch (envelope.source() + "/" + envelope.detailType()) {
            case "aws.s3/Object Created" -> ObjectCreated.of(envelope, detail);
            case "aws.codebuild/CodeBuild Build State Change" -> BuildStateChange.of(envelope, detail);
            case "aws.states/Step Functions Execution Status Change" -> MachineExecutionChange.of(envelope, detail);
            case "aws.codecommit/CodeCommit Repository State Change" -> CodeCommitReferenceChange.of(envelope, detail);
            case "aws.ecr/ECR Image Action" -> imageAction(envelope, detail);
            default -> new Unknown(envelope);
        };
    }

    private static IncomingEvent imageAction(Envelope envelope, Fields detail) {
        boolean pushed = detail.text("action-type").equals("PUSH") && detail.text("result").equals("SUCCESS");
        return pushed ? ImagePushed.of(envelope, detail) : new Unknown(envelope);
    }

    /**
     * S3 has a new object or a new version of one.
     *
     * @param key as it is: unlike S3's own notices, EventBridge's are not URL-encoded
     * @param versionId null in a bucket without versions
     * @param etag without quotes; may be null
     * @param sequencer its place among the events of this key; may be null
     */
    record ObjectCreated(
            Envelope envelope, String bucket, String key, String versionId, String etag, String sequencer)
            implements IncomingEvent {
        static ObjectCreated of(Envelope envelope, Fields detail) {
            Fields object = detail.object("object");
            return new ObjectCreated(
                    envelope,
                    detail.object("bucket").text("name"),
                    object.text("key"),
                    object.optionalText("version-id"),
                    object.optionalText("etag"),
                    object.optionalText("sequencer"));
        }
    }

    /**
     * A CodeBuild build began or ended.
     *
     * @param buildId {@code <project>:<uuid>}, the id that CodeBuild's API uses
     * @param project name of the project
     * @param status {@code IN_PROGRESS}, {@code SUCCEEDED}, {@code FAILED}, {@code STOPPED}, …
     * @param initiator who started it, such as {@code codepipeline/<pipeline>}; may be null
     */
    record BuildStateChange(Envelope envelope, String buildId, String project, String status, String initiator) implements IncomingEvent {
        private static final Set<String> ENDS = Set.of("SUCCEEDED", "FAILED", "STOPPED", "FAULT", "TIMED_OUT");

        static BuildStateChange of(Envelope envelope, Fields detail) {
            return new BuildStateChange(
                    envelope,
                    buildId(detail),
                    detail.text("project-name"),
                    detail.text("build-status"),
                    new Fields(detail.json().path("additional-information"), "").optionalText("initiator"));
        }

        /** Whether the build is over. */
        public boolean isTerminal() {
            return ENDS.contains(status);
        }

        /** The event has the ARN, {@code arn:aws:codebuild:<region>:<account>:build/<project>:<uuid>}. */
        private static String buildId(Fields detail) {
            String arn = detail.text("build-id");
            String id = arn.substring(arn.indexOf("/") + 1);
            if (!arn.contains(":build/") || !id.contains(":")) {
                throw detail.missing("build-id", "the ARN of a build");
            }
            return id;
        }
    }

    /**
     * A Step Functions execution began or ended.
     *
     * @param executionArn ARN of the execution
     * @param stateMachineArn ARN of the machine, without version
     * @param name name of the execution
     * @param status {@code RUNNING}, {@code SUCCEEDED}, {@code FAILED}, {@code TIMED_OUT}, {@code ABORTED}, {@code PENDING_REDRIVE}
     * @param error name of the error that ended it; may be null
     * @param cause text of that error; may be null
     * @param output JSON text of what it returned; null unless it succeeded, and null too when it is larger than an event may be
     */
    record MachineExecutionChange(
            Envelope envelope,
            String executionArn,
            String stateMachineArn,
            String name,
            String status,
            String error,
            String cause,
            String output) implements IncomingEvent {
        private static final Set<String> ENDS = Set.of("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED");

        static MachineExecutionChange of(Envelope envelope, Fields detail) {
            return new MachineExecutionChange(
                    envelope,
                    detail.text("executionArn"),
                    detail.text("stateMachineArn"),
                    detail.text("name"),
                    detail.text("status"),
                    detail.optionalText("error"),
                    detail.optionalText("cause"),
                    detail.optionalText("output"));
        }

        /** Whether the execution is over. */
        public boolean isTerminal() {
            return ENDS.contains(status);
        }
    }

    /**
     * A branch or tag of a CodeCommit repository came, moved or went.
     *
     * @param event {@code referenceCreated}, {@code referenceUpdated} or {@code referenceDeleted}
     * @param repository name of the repository
     * @param referenceType {@code branch} or {@code tag}
     * @param referenceName without {@code refs/heads/} or {@code refs/tags/}
     * @param commitId the commit that it now points to; null when it went
     * @param oldCommitId the one that it pointed to; null when it came
     */
    record CodeCommitReferenceChange(
            Envelope envelope,
            String event,
            String repository,
            String referenceType,
            String referenceName,
            String commitId,
            String oldCommitId) implements IncomingEvent {
        static CodeCommitReferenceChange of(Envelope envelope, Fields detail) {
            String event = detail.text("event");
            boolean gone = event.equals("referenceDeleted");
            return new CodeCommitReferenceChange(
                    envelope,
                    event,
                    detail.text("repositoryName"),
                    detail.text("referenceType"),
                    detail.text("referenceName"),
                    gone ? null : detail.text("commitId"),
                    detail.optionalText("oldCommitId"));
        }

        /** Whether the reference now points to a commit, rather than being gone. */
        public boolean isPresent() {
            return commitId != null;
        }
    }

    /**
     * An image was pushed to an ECR repository. Deletions and failed pushes are {@link Unknown}.
     *
     * @param repository name of the repository
     * @param digest {@code sha256:…}
     * @param tag the tag that was pushed; null for an image without
     */
    record ImagePushed(Envelope envelope, String repository, String digest, String tag) implements IncomingEvent {
        static ImagePushed of(Envelope envelope, Fields detail) {
            return new ImagePushed(
                    envelope, detail.text("repository-name"), detail.text("image-digest"), detail.optionalText("image-tag"));
        }
    }

    /** An event of a kind that nothing here waits for. */
    record Unknown(Envelope envelope) implements IncomingEvent {
    }
}
