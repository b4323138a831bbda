package io.pipewright.functions.build;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.BuildArtifacts;
import software.amazon.awssdk.services.codebuild.model.ListBuildsForProjectResponse;
import software.amazon.awssdk.services.codebuild.model.ProjectArtifacts;
import software.amazon.awssdk.services.codebuild.model.ProjectSource;
import software.amazon.awssdk.services.codebuild.model.SortOrderType;
import software.amazon.awssdk.services.codebuild.model.StartBuildRequest;

/** Finds builds that a request may have started when nobody kept the answer and its idempotency token has run out. */
final class LostBuild {
    private final CodeBuildClient codeBuild;

    LostBuild(CodeBuildClient codeBuild) {
        this.codeBuild = codeBuild;
    }

    /**
     * Builds of the project that read and write what the request says. One that writes an output is the request's for sure, because
     * no two action executions share an output's key; without outputs there may be several that look alike.
     *
     * @param after only builds that began then or later
     */
    List<Build> candidates(StartBuildRequest request, Instant after) {
        List<Build> found = new ArrayList<>();
        String token = null;
        do {
            String from = token;
            ListBuildsForProjectResponse page = codeBuild.listBuildsForProject(list -> list
                    .projectName(request.projectName()).sortOrder(SortOrderType.DESCENDING).nextToken(from));
            List<Build> builds = page.ids().isEmpty()
                    ? List.of() : codeBuild.batchGetBuilds(get -> get.ids(page.ids())).builds();
            builds.stream().filter(build -> !build.startTime().isBefore(after))
                    .filter(build -> isOf(build, request)).forEach(found::add);
            boolean older = builds.stream().anyMatch(build -> build.startTime().isBefore(after));
            token = older ? null : page.nextToken();
        } while (token != null);
        return found;
    }

    private static boolean isOf(Build build, StartBuildRequest request) {
        return Objects.equals(build.source().location(), request.sourceLocationOverride())
                && build.secondarySources().stream().map(ProjectSource::location).toList()
                        .equals(request.secondarySourcesOverride().stream().map(ProjectSource::location).toList())
                && locations(build).equals(locations(request));
    }

    private static List<String> locations(Build build) {
        return Stream.concat(Stream.ofNullable(build.artifacts()), build.secondaryArtifacts().stream())
                .map(BuildArtifacts::location).filter(location -> location != null && !location.isEmpty()).sorted()
                .toList();
    }

    private static List<String> locations(StartBuildRequest request) {
        return Stream.concat(Stream.of(request.artifactsOverride()), request.secondaryArtifactsOverride().stream())
                .map(LostBuild::arn).flatMap(Optional::stream).sorted().toList();
    }

    private static Optional<String> arn(ProjectArtifacts artifacts) {
        return Optional.ofNullable(artifacts.location()).map(bucket ->
                "arn:aws:s3:::" + bucket + "/" + artifacts.path() + "/" + artifacts.name());
    }
}
