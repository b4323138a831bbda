package io.pipewright.local.codebuild;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.codebuild.model.ArtifactsType;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.BuildArtifacts;
import software.amazon.awssdk.services.codebuild.model.Project;
import software.amazon.awssdk.services.codebuild.model.ProjectArtifacts;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** Collects and uploads the outputs of one build; what can't be made is a {@link PhaseFailure} of UPLOAD_ARTIFACTS. */
final class BuildOutputs {
    private static final String BUILD_ARN_METADATA = "codebuild-buildarn";

    private final S3Client s3;
    private final BuildWorkspace workspace;
    private final BuildShell shell;
    private final BuildLog log;
    private final Path source;

    /** @param source the primary source's directory */
    BuildOutputs(S3Client s3, BuildWorkspace workspace, BuildShell shell, BuildLog log, Path source) {
        this.s3 = s3;
        this.workspace = workspace;
        this.shell = shell;
        this.log = log;
        this.source = source;
    }

    /** Uploads all outputs that the definition asks for and returns the build with their places and sums. */
    Build upload(Build build, Project definition, Buildspec spec) throws IOException, BuildShell.ShellDied {
        Build.Builder uploaded = build.toBuilder();
        if (definition.artifacts().type() != ArtifactsType.NO_ARTIFACTS) {
            uploaded.artifacts(upload(build, definition.artifacts(), spec.artifacts()));
        }
        if (definition.hasSecondaryArtifacts()) {
            List<BuildArtifacts> secondary = new ArrayList<>();
            for (ProjectArtifacts settings : definition.secondaryArtifacts()) {
                secondary.add(settings.type() == ArtifactsType.NO_ARTIFACTS
                        ? BuildDefinition.artifacts(settings, build.projectName(), BuildLocations.uuid(build.id()))
                        : upload(build, settings, Optional.ofNullable(spec.secondaryArtifacts().get(settings.artifactIdentifier()))));
            }
            uploaded.secondaryArtifacts(secondary);
        }
        return uploaded.build();
    }

    private BuildArtifacts upload(Build build, ProjectArtifacts settings, Optional<Buildspec.Artifacts> spec)
            throws IOException, BuildShell.ShellDied {
        Buildspec.Artifacts declared = spec.orElseThrow(() -> PhaseFailure.client("no matching artifact paths found"
                + (settings.artifactIdentifier() == null ? "" : " for secondary artifact " + settings.artifactIdentifier())
                + ": the buildspec does not define it"));
        Buildspec.Artifacts artifacts = expand(declared);
        Map<String, ArtifactFiles.Output> files = ArtifactFiles.select(artifacts, source, workspace.root(), log::write);
        ArtifactTarget target = ArtifactTarget.of(settings, build.projectName(), BuildLocations.uuid(build.id()), artifacts.name(),
                artifacts.s3Prefix());
        BuildArtifacts.Builder result = BuildDefinition.artifacts(settings, build.projectName(), BuildLocations.uuid(build.id()))
                .toBuilder().location(target.arn());
        try {
            if (target.zip()) {
                Path zip = workspace.download("output" + Optional.ofNullable(settings.artifactIdentifier()).orElse("") + ".zip");
                ArtifactArchive.pack(files, zip);
                put(build, target.bucket(), target.key(), zip);
                result.sha256sum(ArtifactArchive.digest(zip, "SHA-256")).md5sum(ArtifactArchive.digest(zip, "MD5"));
            } else {
                for (Map.Entry<String, ArtifactFiles.Output> file : files.entrySet()) {
                    put(build, target.bucket(), (target.key().isEmpty() ? "" : target.key() + "/") + file.getKey(),
                            file.getValue().path());
                }
            }
        } catch (SdkException e) {
            throw PhaseFailure.client("error while uploading to " + target.arn() + ", error: " + BuildSources.describe(e));
        }
        return result.build();
    }

    /** All texts with variables and commands expanded, as the last command left the environment. */
    private Buildspec.Artifacts expand(Buildspec.Artifacts declared) throws IOException, BuildShell.ShellDied {
        return new Buildspec.Artifacts(expand(declared.files()), shell.expand(declared.baseDirectory()), declared.discardPaths(),
                expand(declared.excludePaths()), declared.enableSymlinks(), expand(declared.name()), expand(declared.s3Prefix()));
    }

    private List<String> expand(List<String> texts) throws IOException, BuildShell.ShellDied {
        List<String> expanded = new ArrayList<>();
        for (String text : texts) {
            expanded.add(shell.expand(text));
        }
        return expanded;
    }

    private Optional<String> expand(Optional<String> text) throws IOException, BuildShell.ShellDied {
        return text.isPresent() ? Optional.of(shell.expand(text.get())) : text;
    }

    private void put(Build build, String bucket, String key, Path file) {
        s3.putObject(PutObjectRequest.builder().bucket(bucket).key(key).metadata(Map.of(BUILD_ARN_METADATA, build.arn())).build(),
                RequestBody.fromFile(file));
    }
}
