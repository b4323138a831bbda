package io.pipewright.local.home;

import static io.pipewright.local.home.Sample.action;
import static io.pipewright.local.home.Sample.deploy;
import static io.pipewright.local.home.Sample.pipeline;
import static io.pipewright.local.home.Sample.source;
import static io.pipewright.local.home.Sample.stage;
import static org.assertj.core.api.Assertions.assertThat;

import io.pipewright.functions.pipeline.Pipelines;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.codepipeline.model.ActionCategory;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.InputArtifact;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;

/** What functions ask of AWS only now and then: their permissions have to hold then, too. */
class RareCallsTest {
    @RegisterExtension
    static final TestHome HOME = new TestHome();

    /** Compressed, more than the table takes. */
    private static ActionDeclaration[] bulky() {
        Random random = new Random(7);
        return IntStream.range(0, 12).mapToObj(i -> {
            byte[] noise = new byte[36_000];
            random.nextBytes(noise);
            return deploy("Put" + i, Map.of("CacheControl", Base64.getEncoder().encodeToString(noise), "Extract", "yes"));
        }).toArray(ActionDeclaration[]::new);
    }

    @Test
    void aLargeDeclarationLiesOutsideTheTableAndRuns() {
        PipelineDeclaration declared = pipeline("bulky", source(), stage("Deploy", bulky()));
        Pipeline pipeline = HOME.create(declared);
        pipeline.awaitFailed(pipeline.firstRun());

        assertThat(HOME.s3().listObjectsV2(request -> request.bucket("pipewright-state").prefix("declarations/")).contents())
                .hasSize(1);
        assertThat(configurations(HOME.codePipeline().getPipeline(request -> request.name("bulky")).pipeline())
                .equals(configurations(declared))).as("it is read as it was written").isTrue();
    }

    private static List<Map<String, String>> configurations(PipelineDeclaration declaration) {
        return declaration.stages().get(1).actions().stream().map(ActionDeclaration::configuration).toList();
    }

    @Test
    void theMachineOfThe500thVersionBeforeIsForgotten() {
        PipelineDeclaration declared = pipeline("often", source(), stage("Deploy", deploy("Put")));
        HOME.create(declared);
        String generation = HOME.home().engine().store().entry("often").orElseThrow().generation();
        String first = HOME.home().engine().store().version(generation, 1).orElseThrow().machine();
        String machine = first.substring(0, first.lastIndexOf(':'));
        assertThat(versions(machine)).isEqualTo(1);

        Pipelines pipelines = new Pipelines(HOME.home().engine("api"));
        IntStream.rangeClosed(1, 500).forEach(i -> pipelines.update(declared.toBuilder()
                .stages(source(), stage("Deploy", deploy("Put" + i))).build()));

        assertThat(versions(machine)).isEqualTo(500);
    }

    private static int versions(String machine) {
        return HOME.home().machines().listStateMachineVersions(request -> request.stateMachineArn(machine).maxResults(1000))
                .stateMachineVersions().size();
    }

    @Test
    void aTestActionRunsOnItsOwnFunction() {
        HOME.home().codeBuild().createProject(request -> request.name("check").serviceRole(Sample.ROLE)
                .source(source -> source.type("CODEPIPELINE").buildspec("version: 0.2\nphases: {build: {commands: [true]}}"))
                .artifacts(artifacts -> artifacts.type("CODEPIPELINE"))
                .environment(environment -> environment.type("LINUX_CONTAINER").image("any").computeType("BUILD_GENERAL1_SMALL")));
        Pipeline pipeline = HOME.create(pipeline("checked", source(), stage("Test", consuming(
                action("Check", ActionCategory.TEST, "CodeBuild", Map.of("ProjectName", "check"))))));
        pipeline.awaitSucceeded(pipeline.firstRun());
    }

    private static ActionDeclaration consuming(ActionDeclaration action) {
        return action.toBuilder().inputArtifacts(InputArtifact.builder().name("App").build()).build();
    }

    @Test
    void aComputeActionFailsClearly() {
        Pipeline pipeline = HOME.create(pipeline("computed", source(), stage("Run", consuming(
                action("Command", ActionCategory.COMPUTE, "Commands", Map.of()).toBuilder().commands("true").build()))));
        String run = pipeline.firstRun();
        pipeline.awaitFailed(run);
        assertThat(pipeline.newest(run, "Command").orElseThrow().status()).isEqualTo(ActionExecutionStatus.FAILED);
    }
}
