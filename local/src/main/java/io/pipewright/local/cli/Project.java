package io.pipewright.local.cli;

import io.pipewright.functions.findings.Findings;
import io.pipewright.functions.findings.Members;
import io.pipewright.local.home.LocalHome;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.functions.wire.Codec;
import io.pipewright.statemachine.definition.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.services.codebuild.model.CreateProjectRequest;
import software.amazon.awssdk.services.codepipeline.model.ActionCategory;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ArtifactStore;
import software.amazon.awssdk.services.codepipeline.model.CreatePipelineRequest;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;

/**
 * A directory with a pipeline: its source, {@code pipeline.json}, and the CodeBuild projects of {@code codebuild/*.json}.
 *
 * @param request as the AWS CLI would send it to create the pipeline
 */
record Project(Path directory, CreatePipelineRequest request, List<CreateProjectRequest> buildProjects) {

    private static final String PIPELINE = "pipeline.json";

    /**
     * Where a source action reads.
     *
     * @param polled whether a new version of the object starts the pipeline
     */
    record S3Source(String bucket, String key, boolean polled) {
    }

    Project {
        buildProjects = List.copyOf(buildProjects);
    }

    /**
     * Looks whether there is a project at all, which takes no time.
     *
     * @throws CommandFailedException if there is none
     */
    static void find(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new CommandFailedException("There is no directory " + directory + ".");
        }
        if (!Files.exists(directory.resolve(PIPELINE))) {
            throw new CommandFailedException(directory + " has no " + PIPELINE + ". It holds a pipeline as"
                    + " aws codepipeline create-pipeline --cli-input-json takes it.");
        }
    }

    /** @throws CommandFailedException if something is missing or not what it should be */
    static Project read(Path directory) {
        Path file = directory.resolve(PIPELINE);
        ObjectNode input = PipelineFile.read(file);
        refuse(file, Findings.ofShape(input));
        return new Project(directory, Codec.read(CreatePipelineRequest::builder, input), buildProjects(directory.resolve("codebuild")));
    }

    private static List<CreateProjectRequest> buildProjects(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".json")).sorted()
                    .map(Project::buildProject).toList();
        } catch (IOException e) {
            throw new CommandFailedException(folder + " can't be read: " + e.getMessage(), e);
        }
    }

    private static CreateProjectRequest buildProject(Path file) {
        ObjectNode json = PipelineFile.object(file);
        refuse(file, Members.check(json, CreateProjectRequest.builder().build(), "CodeBuild"));
        return Codec.read(CreateProjectRequest::builder, json);
    }

    private static void refuse(Path file, List<Finding> findings) {
        if (!findings.isEmpty()) {
            throw new CommandFailedException(String.join("\n", Findings.lines(file.toString(), findings)));
        }
    }

    PipelineDeclaration pipeline() {
        return request.pipeline();
    }

    /** The objects that the directory is uploaded as. */
    Set<S3Source> sources() {
        Set<S3Source> sources = new LinkedHashSet<>();
        for (ActionDeclaration action : actions(ActionCategory.SOURCE, "S3")) {
            Map<String, String> configuration = action.configuration();
            if (configuration.keySet().containsAll(List.of("S3Bucket", "S3ObjectKey"))) {
                sources.add(new S3Source(configuration.get("S3Bucket"), configuration.get("S3ObjectKey"),
                        !"false".equals(configuration.get("PollForSourceChanges"))));
            }
        }
        return sources;
    }

    /** Buckets that artifacts and deployed files go to. */
    Set<String> targetBuckets() {
        List<String> buckets = new ArrayList<>();
        if (pipeline().artifactStore() != null) {
            buckets.add(pipeline().artifactStore().location());
        }
        pipeline().artifactStores().values().stream().map(ArtifactStore::location).forEach(buckets::add);
        actions(ActionCategory.DEPLOY, "S3").forEach(action -> buckets.add(action.configuration().get("BucketName")));
        buckets.removeIf(bucket -> bucket == null || bucket.contains("#{"));
        return new LinkedHashSet<>(buckets);
    }

    /** Names of the local account's topics that approvals are announced on. */
    Set<String> topics() {
        String local = "arn:aws:sns:" + LocalHome.REGION + ":" + LocalHome.ACCOUNT + ":";
        return actions(ActionCategory.APPROVAL, "Manual").stream()
                .map(action -> action.configuration().getOrDefault("NotificationArn", ""))
                .filter(arn -> arn.startsWith(local) && !arn.contains("#{"))
                .map(arn -> arn.substring(local.length()))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private List<ActionDeclaration> actions(ActionCategory category, String provider) {
        return pipeline().stages().stream().flatMap(stage -> stage.actions().stream())
                .filter(action -> action.actionTypeId().category() == category
                        && Objects.equals(action.actionTypeId().provider(), provider))
                .toList();
    }
}
