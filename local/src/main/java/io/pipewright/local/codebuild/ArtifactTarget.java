package io.pipewright.local.codebuild;

import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.services.codebuild.model.ArtifactNamespace;
import software.amazon.awssdk.services.codebuild.model.ArtifactPackaging;
import software.amazon.awssdk.services.codebuild.model.ArtifactsType;
import software.amazon.awssdk.services.codebuild.model.ProjectArtifacts;

/**
 * Where an output goes.
 *
 * @param key the object's key; of unpacked output the prefix of all keys without a final slash, empty for the bucket's root
 */
record ArtifactTarget(String bucket, String key, boolean zip) {

    /**
     * The place that the settings name: {@code path/[build uuid/]name}. Output of type CODEPIPELINE is one ZIP at exactly its
     * location.
     *
     * @param settings of type S3 or CODEPIPELINE
     * @param nameInBuildspec counts only where the settings say {@code overrideArtifactName}
     * @param prefixInBuildspec {@code s3-prefix}: replaces the path where the build id is part of the key
     */
    static ArtifactTarget of(ProjectArtifacts settings, String project, String buildUuid, Optional<String> nameInBuildspec,
            Optional<String> prefixInBuildspec) {
        if (settings.type() == ArtifactsType.CODEPIPELINE) {
            S3Location location = S3Location.parse(settings.location()).orElseThrow();
            return new ArtifactTarget(location.bucket(), location.key(), true);
        }
        String declared = settings.name() == null ? project : settings.name();
        String name = Boolean.TRUE.equals(settings.overrideArtifactName()) ? nameInBuildspec.orElse(declared) : declared;
        boolean zip = settings.packaging() == ArtifactPackaging.ZIP;
        boolean withId = settings.namespaceType() == ArtifactNamespace.BUILD_ID;
        String path = settings.path() == null ? "" : settings.path();
        if (withId && prefixInBuildspec.isPresent()) {
            return new ArtifactTarget(settings.location(),
                    join(prefixInBuildspec.get(), buildUuid, zip && !name.endsWith(".zip") ? name + ".zip" : name), zip);
        }
        return new ArtifactTarget(settings.location(), join(path, withId ? buildUuid : "", name), zip);
    }

    String arn() {
        return "arn:aws:s3:::" + bucket + (key.isEmpty() ? "" : "/" + key);
    }

    private static String join(String... parts) {
        return Stream.of(parts).map(part -> part.replaceAll("^/+|/+$", "")).filter(part -> !part.isEmpty())
                .collect(Collectors.joining("/"));
    }
}
