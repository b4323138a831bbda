package io.pipewright.functions.invoke;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.functions.action.Artifacts;
import io.pipewright.functions.settings.Settings;
import io.pipewright.functions.store.ActionRecord;
import io.pipewright.functions.store.ArtifactLocation;
import io.pipewright.functions.store.Job;
import io.pipewright.functions.store.PipelineVersion;
import io.pipewright.functions.store.RunRecord;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.Artifact;
import software.amazon.awssdk.services.codepipeline.model.ArtifactLocationType;
import software.amazon.awssdk.services.codepipeline.model.EncryptionKey;
import software.amazon.awssdk.services.codepipeline.model.JobDetails;

/** What a worker is told of its job: the event of a user's function, and GetJobDetails' answer. */
record JobDescription(Job job, ActionRecord action, RunRecord run, PipelineVersion version, Settings settings) {

    ActionDeclaration declaration() {
        return version.action(action.stage(), action.action());
    }

    private Optional<EncryptionKey> encryptionKey() {
        return Optional.ofNullable(
                Artifacts.store(version.declaration(), declaration(), settings.region()).encryptionKey());
    }

    /** As recorded: neither the action's type nor its place in the pipeline, and a revision that isn't known is null. */
    ObjectNode event(ArtifactCredentials.Session session) {
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        ObjectNode told = event.putObject("CodePipeline.job").put("id", job.id()).put("accountId", settings.account());
        ObjectNode data = told.putObject("data");
        ObjectNode configuration = data.putObject("actionConfiguration").putObject("configuration");
        action.resolved().entrySet().stream().sorted(java.util.Map.Entry.comparingByKey())
                .forEach(entry -> configuration.put(entry.getKey(), entry.getValue()));
        artifacts(data.putArray("inputArtifacts"), action.inputs());
        artifacts(data.putArray("outputArtifacts"), action.outputs());
        data.putObject("artifactCredentials").put("accessKeyId", session.accessKeyId())
                .put("secretAccessKey", session.secretAccessKey()).put("sessionToken", session.sessionToken())
                .put("expirationTime", session.expires().toEpochMilli());
        job.continuationToken().ifPresent(token -> data.put("continuationToken", token));
        encryptionKey().ifPresent(key -> data.putObject("encryptionKey")
                .put("id", key.id()).put("type", key.typeAsString()));
        return event;
    }

    private static void artifacts(ArrayNode list, List<ArtifactLocation> locations) {
        for (ArtifactLocation location : locations) {
            ObjectNode artifact = list.addObject();
            artifact.putObject("location").put("type", "S3").putObject("s3Location")
                    .put("bucketName", location.bucket()).put("objectKey", location.key());
            artifact.put("name", location.name()).put("revision", location.revision().orElse(null));
        }
    }

    JobDetails details(ArtifactCredentials.Session session) {
        return JobDetails.builder().id(job.id()).accountId(settings.account()).data(data -> data
                .actionTypeId(declaration().actionTypeId())
                .actionConfiguration(all -> all.configuration(action.resolved()))
                .pipelineContext(place -> place
                        .pipelineName(run.pipeline()).pipelineArn(settings.pipelineArn(run.pipeline()))
                        .pipelineExecutionId(action.run())
                        .stage(stage -> stage.name(action.stageName()))
                        .action(one -> one.name(action.actionName()).actionExecutionId(action.id())))
                .inputArtifacts(artifacts(action.inputs()))
                .outputArtifacts(artifacts(action.outputs()))
                .artifactCredentials(keys -> keys.accessKeyId(session.accessKeyId())
                        .secretAccessKey(session.secretAccessKey()).sessionToken(session.sessionToken()))
                .continuationToken(job.continuationToken().orElse(null))
                .encryptionKey(encryptionKey().orElse(null))).build();
    }

    private static List<Artifact> artifacts(List<ArtifactLocation> locations) {
        return locations.stream().map(location -> Artifact.builder()
                .name(location.name()).revision(location.revision().orElse(null))
                .location(where -> where.type(ArtifactLocationType.S3)
                        .s3Location(object -> object.bucketName(location.bucket()).objectKey(location.key())))
                .build()).toList();
    }
}
