package io.pipewright.local.cli;

import io.pipewright.statemachine.definition.Normalizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codebuild.model.CreateProjectRequest;
import software.amazon.awssdk.services.codebuild.model.UpdateProjectRequest;
import software.amazon.awssdk.services.codepipeline.CodePipelineClient;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionSummary;
import software.amazon.awssdk.services.codepipeline.model.PipelineNotFoundException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Brings a project's pipeline up to date and starts exactly one execution of it.
 *
 * <p>CodePipeline starts executions by itself in two cases, and a second one must not be added to them: a created pipeline runs at once,
 * and a pipeline that listens to its source runs when the source is uploaded.
 */
final class Launch {
    private static final int LOOK_MILLIS = 50;

    private final Connection connection;
    private final Project project;
    private final CodePipelineClient codePipeline;
    private final S3Client s3;

    Launch(Connection connection, Project project) {
        this.connection = connection;
        this.project = project;
        this.codePipeline = connection.codePipeline();
        this.s3 = connection.s3();
    }

    /**
     * Does all of it.
     *
     * @param givenUp whether to stop waiting for an execution that CodePipeline is to start
     * @return the execution's id; empty if it was given up
     */
    Optional<String> start(BooleanSupplier givenUp) {
        makeBuckets();
        makeTopics();
        makeBuildProjects();
        Optional<PipelineDeclaration> existing = existing();
        existing.ifPresent(this::update);
        // Before the pipeline is created: its first execution starts at once.
        Map<Project.S3Source, String> versions = upload();
        Set<String> uploaded = versions.entrySet().stream().filter(source -> source.getKey().polled())
                .map(Map.Entry::getValue).collect(Collectors.toSet());
        if (existing.isEmpty()) {
            codePipeline.createPipeline(project.request());
            return uploaded.isEmpty() ? await(givenUp, Set.of()) : await(givenUp, uploaded);
        }
        return uploaded.isEmpty() ? Optional.of(startExecution()) : await(givenUp, uploaded);
    }

    private String startExecution() {
        String token = UUID.randomUUID().toString();
        return codePipeline.startPipelineExecution(request -> request
                .name(project.pipeline().name()).clientRequestToken(token)).pipelineExecutionId();
    }

    private void makeBuckets() {
        Set<String> versioned = project.sources().stream().map(Project.S3Source::bucket).collect(Collectors.toSet());
        Set<String> buckets = new HashSet<>(project.targetBuckets());
        buckets.addAll(versioned);
        for (String bucket : buckets) {
            if (!exists(bucket)) {
                s3.createBucket(request -> request.bucket(bucket));
            }
            // CodePipeline reads versions; without them a source can't be followed.
            if (versioned.contains(bucket)
                    && s3.getBucketVersioning(request -> request.bucket(bucket)).status() != BucketVersioningStatus.ENABLED) {
                s3.putBucketVersioning(request -> request.bucket(bucket)
                        .versioningConfiguration(versioning -> versioning.status(BucketVersioningStatus.ENABLED)));
            }
        }
    }

    /** Topics of the local account; one that is there already stays as it is. */
    private void makeTopics() {
        project.topics().forEach(name -> connection.sns().createTopic(request -> request.name(name)));
    }

    private boolean exists(String bucket) {
        try {
            s3.headBucket(request -> request.bucket(bucket));
            return true;
        } catch (NoSuchBucketException missing) {
            return false;
        } catch (S3Exception e) {
            if (e.statusCode() == 404) {
                return false;
            }
            throw e;
        }
    }

    private void makeBuildProjects() {
        List<CreateProjectRequest> wanted = project.buildProjects();
        if (wanted.isEmpty()) {
            return;
        }
        CodeBuildClient codeBuild = connection.codeBuild();
        List<String> missing = codeBuild.batchGetProjects(request -> request
                .names(wanted.stream().map(CreateProjectRequest::name).toList())).projectsNotFound();
        for (CreateProjectRequest one : wanted) {
            if (missing.contains(one.name())) {
                codeBuild.createProject(one);
            } else {
                codeBuild.updateProject(update(one));
            }
        }
    }

    /** The two requests have the same members. */
    private static UpdateProjectRequest update(CreateProjectRequest project) {
        UpdateProjectRequest.Builder update = UpdateProjectRequest.builder();
        Map<String, Object> values = new HashMap<>();
        project.sdkFields().forEach(field -> values.put(field.memberName(), field.getValueOrDefault(project)));
        update.sdkFields().stream().filter(field -> values.get(field.memberName()) != null)
                .forEach(field -> field.set(update, values.get(field.memberName())));
        return update.build();
    }

    private Optional<PipelineDeclaration> existing() {
        try {
            return Optional.of(codePipeline.getPipeline(request -> request.name(project.pipeline().name())).pipeline());
        } catch (PipelineNotFoundException e) {
            return Optional.empty();
        }
    }

    /** An update ends what runs, so there is none without a change. */
    private void update(PipelineDeclaration existing) {
        PipelineDeclaration wanted = Normalizer.normalize(
                project.pipeline(), existing.version(), Optional.of(existing.pipelineType()));
        if (!wanted.equals(existing)) {
            codePipeline.updatePipeline(request -> request.pipeline(project.pipeline()));
        }
    }

    private Map<Project.S3Source, String> upload() {
        Map<Project.S3Source, String> versions = new HashMap<>();
        if (project.sources().isEmpty()) {
            return versions;
        }
        try {
            Path zip = Files.createTempFile(connection.data(), "source", ".zip");
            try {
                SourceZip.pack(project.directory(), zip);
                for (Project.S3Source source : project.sources()) {
                    versions.put(source, s3.putObject(
                            request -> request.bucket(source.bucket()).key(source.key()), zip).versionId());
                }
            } finally {
                Files.delete(zip);
            }
            return versions;
        } catch (IOException e) {
            throw new UncheckedIOException("The source in " + project.directory() + " can't be packed", e);
        }
    }

    /** The newest execution, or the newest that began with one of these source versions. */
    private Optional<String> await(BooleanSupplier givenUp, Set<String> versions) {
        while (!givenUp.getAsBoolean()) {
            Optional<String> found = codePipeline.listPipelineExecutions(request -> request
                            .pipelineName(project.pipeline().name())).pipelineExecutionSummaries().stream()
                    .filter(execution -> versions.isEmpty() || isOf(execution, versions))
                    .map(PipelineExecutionSummary::pipelineExecutionId)
                    .findFirst();
            if (found.isPresent()) {
                return found;
            }
            Pause.millis(LOOK_MILLIS);
        }
        return Optional.empty();
    }

    private static boolean isOf(PipelineExecutionSummary execution, Set<String> versions) {
        return execution.sourceRevisions().stream().anyMatch(revision -> versions.contains(revision.revisionId()));
    }
}
