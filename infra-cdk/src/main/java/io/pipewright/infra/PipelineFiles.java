package io.pipewright.infra;

import io.pipewright.functions.findings.Findings;
import io.pipewright.statemachine.definition.Finding;
import io.pipewright.statemachine.definition.Limits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.services.codepipeline.model.ActionCategory;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ArtifactStore;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;

/** The definitions of a folder, all of them right, and what their pipelines need of the deployment. */
record PipelineFiles(List<PipelineFile> files) {
    private static final String MORE = "\n\nMore may show when these are dealt with.";

    PipelineFiles {
        files = List.copyOf(files);
    }

    /**
     * Reads every {@code *.json} file of the folder, in the order of their names; folders in it are left out.
     *
     * @param region where they are deployed
     * @throws WrongDefinitionsException that lists everything that is wrong with any of them
     */
    static PipelineFiles read(Path folder, Limits limits, String region) {
        List<PipelineFile> files = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        for (Path file : jsonFiles(folder)) {
            try {
                PipelineFile read = PipelineFile.read(file);
                files.add(read);
                List<Finding> findings = read.findings(limits, region);
                if (!findings.isEmpty()) {
                    faults.add(String.join("\n", Findings.lines(file.toString(), findings))
                            + (findings.stream().anyMatch(PipelineFile::hidesOthers) ? MORE : ""));
                }
            } catch (WrongDefinitionsException e) {
                faults.add(e.getMessage());
            }
        }
        faults.addAll(repeatedNames(files));
        if (!faults.isEmpty()) {
            throw new WrongDefinitionsException(String.join("\n\n", faults));
        }
        return new PipelineFiles(files);
    }

    private static List<Path> jsonFiles(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".json") && Files.isRegularFile(file)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("The folder " + folder + " can't be read", e);
        }
    }

    private static List<String> repeatedNames(List<PipelineFile> files) {
        List<String> faults = new ArrayList<>();
        Map<String, Path> known = new HashMap<>();
        for (PipelineFile one : files) {
            Path other = known.putIfAbsent(one.name(), one.file());
            if (other != null && !one.name().isEmpty()) {
                faults.add(one.file() + " and " + other + " define one pipeline, " + one.name() + ". Give one of them another name.");
            }
        }
        return faults;
    }

    /** What source actions of a provider name, whoever they act as: events of all of them are listened to. */
    List<String> sources(String provider, String key) {
        return declarations().flatMap(pipeline -> actions(pipeline)
                .filter(action -> is(action, List.of(ActionCategory.SOURCE), provider))
                .flatMap(action -> literal(action.configuration().get(key)))).distinct().toList();
    }

    /** What actions of a provider name that act with the functions' own permissions. */
    List<String> names(List<ActionCategory> categories, String provider, String key) {
        return declarations().flatMap(pipeline -> actions(pipeline)
                .filter(action -> actsAsFunctions(Optional.ofNullable(action.roleArn()).orElse(pipeline.roleArn())))
                .filter(action -> is(action, categories, provider))
                .flatMap(action -> literal(action.configuration().get(key)))).distinct().toList();
    }

    /** Artifact buckets of the pipelines that act with the functions' own permissions. */
    List<String> artifactBuckets() {
        return declarations().filter(pipeline -> actsAsFunctions(pipeline.roleArn()))
                .flatMap(pipeline -> Stream.concat(
                        Optional.ofNullable(pipeline.artifactStore()).stream(), pipeline.artifactStores().values().stream()))
                .map(ArtifactStore::location).flatMap(PipelineFiles::literal).distinct().toList();
    }

    private Stream<PipelineDeclaration> declarations() {
        return files.stream().map(file -> file.declaration(Placeholders.ofAws()));
    }

    private static Stream<ActionDeclaration> actions(PipelineDeclaration pipeline) {
        return pipeline.stages().stream().flatMap(stage -> stage.actions().stream());
    }

    private static boolean is(ActionDeclaration action, List<ActionCategory> categories, String provider) {
        return categories.contains(action.actionTypeId().category()) && action.actionTypeId().provider().equals(provider);
    }

    private static boolean actsAsFunctions(String role) {
        return role.equals(Placeholders.written(Placeholders.PIPELINE_ROLE));
    }

    /** Nothing for variables, which nobody knows yet, and for the stack's own resources, which are granted anyway. */
    private static Stream<String> literal(String name) {
        boolean known = name != null && !name.contains("#{") && Stream.of(
                        Placeholders.ARTIFACT_BUCKET, Placeholders.PIPELINE_ROLE, Placeholders.APPROVER_TOPIC)
                .noneMatch(own -> name.contains(Placeholders.written(own)));
        return known ? Stream.of(name) : Stream.empty();
    }
}
