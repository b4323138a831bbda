package io.pipewright.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pipewright.statemachine.definition.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Definitions are judged before anything is deployed. */
class PipelineFilesTest {
    @TempDir
    private Path folder;

    private void write(String file, String name, String more, String secondStage) throws IOException {
        Files.writeString(folder.resolve(file), """
                {"pipeline": {"name": "%s", "roleArn": "${PipelineRoleArn}",%s
                 "artifactStore": {"type": "S3", "location": "${ArtifactBucket}"},
                 "stages": [
                  {"name": "Source", "actions": [{"name": "Fetch",
                    "actionTypeId": {"category": "Source", "owner": "AWS", "provider": "S3", "version": "1"},
                    "configuration": {"S3Bucket": "sources", "S3ObjectKey": "a.zip"}, "outputArtifacts": [{"name": "A"}]}]},
                  {"name": "%s", "actions": [{"name": "Ask",
                    "actionTypeId": {"category": "Approval", "owner": "AWS", "provider": "Manual", "version": "1"},
                    "configuration": {"NotificationArn": "${ApproverTopic}"}}]}]}}
                """.formatted(name, more, secondStage));
    }

    private PipelineFiles read() {
        return PipelineFiles.read(folder, Limits.AWS, "eu-central-1");
    }

    @Test
    void jsonFilesOfTheFolderAreDefinitions() throws IOException {
        write("b.json", "second", "", "Ask");
        write("a.json", "first", "", "Ask");
        Files.writeString(folder.resolve("README.md"), "# Ours");
        Files.createDirectory(folder.resolve("old.json"));
        assertThat(read().files()).extracting(PipelineFile::name).containsExactly("first", "second");
    }

    @Test
    void theExampleOfTheGuideIsRight() throws IOException {
        String guide = Files.readString(Path.of("..", "docs", "operations.md"));
        int example = guide.indexOf("```json\n{ \"pipeline\"") + "```json\n".length();
        Files.writeString(folder.resolve("example.json"), guide.substring(example, guide.indexOf("```", example)));
        assertThat(read().files()).extracting(PipelineFile::name).containsExactly("shop");
    }

    @Test
    void anEmptyFolderHasNone() {
        assertThat(read().files()).isEmpty();
    }

    @Test
    void everythingThatIsWrongWithAnyFileIsSaidAtOnce() throws IOException {
        write("fine.json", "fine", "", "Ask");
        write("stages.json", "stages", "", "Source");
        write("members.json", "members", "\"pipelineTyp\": \"V2\", \"executionMode\": \"QUEUD\",", "Ask");
        Files.writeString(folder.resolve("text.json"), "{\"pipeline\": ");
        Files.writeString(folder.resolve("list.json"), "[]");
        assertThatThrownBy(this::read).isInstanceOf(WrongDefinitionsException.class)
                .hasMessageContaining(folder.resolve("stages.json") + " has 1 finding:")
                .hasMessageContaining("1. stages[1].name")
                .hasMessageContaining(folder.resolve("members.json") + " has 2 findings:")
                .hasMessageContaining("→ Did you mean pipelineType?")
                .hasMessageContaining("executionMode")
                .hasMessageContaining(folder.resolve("text.json") + " is not JSON: line 1, column")
                .hasMessageContaining(folder.resolve("list.json") + " must hold a JSON object")
                .hasMessageNotContaining("fine.json");
    }

    @Test
    void placeholdersThatNobodyKnowsAreRefusedWithTheirPlace() throws IOException {
        write("shell.json", "shell", "\"tag${Nobody}\": \"${AWS::Nothing} ${!HOME}\",", "Ask");
        assertThatThrownBy(this::read)
                .hasMessageContaining("shell.json has 2 findings:")
                .hasMessageContaining("1. tag${Nobody}")
                .hasMessageContaining("There is no placeholder ${AWS::Nothing}.")
                .hasMessageContaining("Use one of ${AWS::AccountId}, ${AWS::Partition}, ${AWS::Region}, ${ApproverTopic}, "
                        + "${ArtifactBucket}, ${PipelineRoleArn}; or write ${!AWS::Nothing} for that very text.")
                .hasMessageContaining("More may show when these are dealt with.")
                .hasMessageNotContaining("HOME");
    }

    @Test
    void twoFilesCannotDefineOnePipeline() throws IOException {
        write("a.json", "same", "", "Ask");
        write("b.json", "same", "", "Ask");
        assertThatThrownBy(this::read).hasMessage(folder.resolve("b.json") + " and " + folder.resolve("a.json")
                + " define one pipeline, same. Give one of them another name.");
    }

    @Test
    void aDefinitionThatNoEventCanHoldIsRefused() throws IOException {
        StringBuilder variables = new StringBuilder("\"pipelineType\": \"V2\", \"variables\": [");
        for (int i = 0; i < 50; i++) {
            variables.append(i == 0 ? "" : ",").append("{\"name\": \"v").append(i).append("\", \"defaultValue\": \"")
                    .append("x".repeat(1000)).append("\", \"description\": \"").append("\\\"".repeat(200)).append("\"}");
        }
        write("large.json", "large", variables + "],", "Ask");
        assertThat(read().files()).hasSize(1);
        write("large.json", "large", variables.toString().replace("\\\"", "\\\\\\\"\\\\\\\"") + "],", "Ask");
        assertThatThrownBy(this::read).hasMessageContaining("definition-size").hasMessageContaining("Keep it below 120000");
    }

    @Test
    void limitsOfTheDeploymentHold() throws IOException {
        write("a.json", "two-stages", "", "Ask");
        assertThatThrownBy(() -> PipelineFiles.read(folder, Limits.AWS.with("stages", "1"), "eu-central-1"))
                .hasMessageContaining("too many stages");
    }
}
