/**
 * CodeBuild on the host: projects and builds behind the SDK's {@code CodeBuildClient}.
 *
 * <p>{@link io.pipewright.local.codebuild.LocalCodeBuild} answers the API; {@code BuildRun} walks one build through its phases;
 * what a build is and may become is decided by pure functions ({@code BuildProgress}, {@code PhaseOrder},
 * {@code BuildDefinition}, {@code Buildspec}, {@code ArtifactPattern}). State lives in the shared database and every change of it
 * is one transaction together with the events that it owes.
 *
 * <p>Left out on purpose: containers (images and compute types are accepted and ignored), batch builds, Git sources, caches,
 * test reports, Parameter Store and Secrets Manager. A build runs with the rights of the user who started the server.
 */
package io.pipewright.local.codebuild;
