package io.pipewright.local.codebuild;

import io.pipewright.local.git.FullClone;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.ProjectSource;
import software.amazon.awssdk.services.codebuild.model.SourceType;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;

/** Brings sources and buildspec of one build into its directory; every failure is a {@link PhaseFailure} of DOWNLOAD_SOURCE. */
final class BuildSources {
    private static final String DEFAULT_BUILDSPEC = "buildspec.yml";

    /** A buildspec's text and the path that the log names. */
    record Found(Path location, String text) {
    }

    private final S3Client s3;
    private final BuildWorkspace workspace;
    private final Build build;
    private final SourceArchive.Limits limits;
    private final String endpoint;
    private final List<Path> directories = new ArrayList<>();
    private Optional<String> resolvedVersion = Optional.empty();

    BuildSources(S3Client s3, BuildWorkspace workspace, Build build, SourceArchive.Limits limits, String endpoint) {
        this.s3 = s3;
        this.workspace = workspace;
        this.build = build;
        this.limits = limits;
        this.endpoint = endpoint;
    }

    /** Downloads and unpacks the primary source and the secondary ones. */
    void download() throws IOException {
        int count = 1 + build.secondarySources().size();
        download(build.source(), "primary source", Optional.ofNullable(build.sourceVersion()), workspace.source(0, count));
        for (int i = 1; i < count; i++) {
            ProjectSource source = build.secondarySources().get(i - 1);
            Optional<String> version = Optional.of(BuildVariables.version(build, source)).filter(text -> !text.isEmpty());
            download(source, "secondary source " + source.sourceIdentifier(), version, workspace.source(i, count));
        }
    }

    /** The sources' directories, the primary one first. */
    List<Path> directories() {
        return directories;
    }

    /** The version of a pipeline's input, the commit of a cloned repository; S3 sources have none. */
    Optional<String> resolvedVersion() {
        return resolvedVersion;
    }

    private void download(ProjectSource source, String what, Optional<String> version, Path directory) throws IOException {
        Files.createDirectories(directory);
        directories.add(directory);
        if (source.type() == SourceType.NO_SOURCE) {
            return;
        }
        if (source.type() == SourceType.CODECOMMIT) {
            cloneRepository(source.location(), what, version, directory);
            return;
        }
        boolean fromPipeline = source.type() == SourceType.CODEPIPELINE;
        S3Location location = S3Location.parse(fromPipeline ? version.orElseThrow() : source.location()).orElseThrow();
        GetObjectRequest.Builder request = GetObjectRequest.builder().bucket(location.bucket()).key(location.key());
        if (!fromPipeline) {
            version.ifPresent(request::versionId);
        }
        Path zip = workspace.download(Integer.toString(directories.size()));
        try {
            String found = s3.getObject(request.build(), ResponseTransformer.toFile(zip)).versionId();
            if (fromPipeline) {
                resolvedVersion = Optional.ofNullable(found);
            }
        } catch (SdkException e) {
            throw PhaseFailure.client("error while downloading key " + location.key() + ", error: " + describe(e) + " for " + what
                    + " and source version " + location.arn());
        }
        try {
            SourceArchive.unpack(zip, directory, limits);
        } catch (ZipException e) {
            throw PhaseFailure.client("error while unpacking " + location.arn() + " for " + what + ": " + e.getMessage());
        }
        Files.delete(zip);
    }

    /** Only repositories of the home: there are no credentials for any other. */
    private void cloneRepository(String url, String what, Optional<String> version, Path directory) {
        if (!url.startsWith(endpoint + "/v1/repos/")) {
            throw PhaseFailure.client("the repository " + url + " for " + what + " is not at " + endpoint + "/v1/repos/");
        }
        try {
            String commit = FullClone.into(directory, url, version);
            if (directory.equals(directories.get(0))) {
                resolvedVersion = Optional.of(commit);
            }
        } catch (IOException e) {
            throw PhaseFailure.client("error while cloning " + url + " for " + what
                    + version.map(text -> " and source version " + text).orElse("") + ": " + e.getMessage());
        }
    }

    /** Finds the buildspec: inline text, an S3 object, or a file of the primary source. */
    Found buildspec() throws IOException {
        String setting = build.source().buildspec();
        if (BuildspecText.isInline(setting)) {
            Files.writeString(workspace.inlineBuildspec(), setting);
            return new Found(workspace.inlineBuildspec(), setting);
        }
        if (S3Location.isArn(setting)) {
            return new Found(workspace.inlineBuildspec(), fetchBuildspec(setting));
        }
        Path path = directories.get(0).resolve(setting == null || setting.isBlank() ? DEFAULT_BUILDSPEC : setting).normalize();
        if (!Files.isRegularFile(path)) {
            throw PhaseFailure.buildspec("stat " + path + ": no such file or directory");
        }
        if (!path.toRealPath().startsWith(workspace.root().toRealPath())) {
            throw PhaseFailure.buildspec("stat " + path + ": the buildspec lies outside of the build's directory");
        }
        try (InputStream content = Files.newInputStream(path)) {
            return new Found(path, text(content));
        }
    }

    private String fetchBuildspec(String arn) throws IOException {
        S3Location location = S3Location.parse(arn)
                .orElseThrow(() -> PhaseFailure.buildspec("the buildspec " + arn + " is not the ARN of an S3 object"));
        GetObjectRequest request = GetObjectRequest.builder().bucket(location.bucket()).key(location.key()).build();
        try (InputStream content = s3.getObject(request, ResponseTransformer.toInputStream())) {
            return text(content);
        } catch (SdkException e) {
            throw PhaseFailure.buildspec("error while downloading the buildspec " + arn + ", error: " + describe(e));
        }
    }

    private static String text(InputStream content) throws IOException {
        byte[] bytes = content.readNBytes(BuildspecReader.MAX_LENGTH + 1);
        if (bytes.length > BuildspecReader.MAX_LENGTH) {
            throw PhaseFailure.buildspec("the buildspec is longer than " + BuildspecReader.MAX_LENGTH + " bytes");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    static String describe(SdkException e) {
        return e instanceof AwsServiceException service && service.awsErrorDetails() != null
                ? service.awsErrorDetails().errorCode() + ": " + service.awsErrorDetails().errorMessage()
                : e.getMessage();
    }
}
