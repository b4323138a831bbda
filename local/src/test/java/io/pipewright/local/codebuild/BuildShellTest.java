package io.pipewright.local.codebuild;

import static io.pipewright.local.codebuild.Home.commands;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.BuildPhaseType;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariable;
import software.amazon.awssdk.services.codebuild.model.StatusType;

/** The shell that all commands of a build seem to share. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BuildShellTest {
    private Home home;

    @BeforeAll
    void open(@TempDir Path directory) {
        home = Home.withProject(directory);
    }

    @AfterAll
    void close() {
        home.close();
    }

    static Stream<Arguments> persistence() {
        return Stream.of(
                arguments("the directory", List.of("mkdir -p a/b", "cd a", "cd b", "basename $(pwd)"), "b"),
                arguments("the directory before", List.of("mkdir a", "cd a", "cd - >/dev/null", "cd -", "pwd"), "a"),
                arguments("an exported variable", List.of("export X='a b'", "sh -c 'echo $X'"), "a b"),
                arguments("a plain assignment", List.of("X=plain", "sh -c 'echo $X'"), "plain"),
                arguments("a value of several lines and quotes", List.of("X=\"it's\n\\\"two\\\" lines\"", "echo \"$X\" | wc -l | tr -d ' '"), "2"),
                arguments("an unset variable", List.of("unset LANG", "echo ${LANG-gone}"), "gone"),
                arguments("an unset variable of the build", List.of("unset CODEBUILD_LOG_PATH", "echo ${CODEBUILD_LOG_PATH-gone}"), "gone"),
                arguments("a background process", List.of("(while ! [ -e go ]; do sleep 0.02; done; echo seen >out) &",
                        "touch go", "while ! [ -s out ]; do sleep 0.02; done", "cat out"), "seen"),
                arguments("a search path", List.of("mkdir bin", "echo 'echo mine' >bin/tool; chmod +x bin/tool", "PATH=$PWD/bin:$PATH", "tool"),
                        "mine"),
                arguments("the status of the command before", List.of("true", "echo $CODEBUILD_LAST_EXIT"), "0"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("persistence")
    void keepsFromCommandToCommand(String what, List<String> list, String lastLine) {
        assertThat(lastLine(list, "sh")).endsWith(lastLine);
        assertThat(lastLine(list, "bash")).endsWith(lastLine);
    }

    static Stream<Arguments> forgotten() {
        return Stream.of(
                arguments("functions", List.of("f() { echo f; }", "command -v f || echo gone")),
                arguments("aliases", List.of("alias g=ls", "alias g 2>/dev/null || echo gone")),
                arguments("set -e", List.of("set -e", "false; echo gone")),
                arguments("set -u", List.of("set -u", "echo $NOT_SET gone")),
                arguments("traps", List.of("trap 'echo still' INT", "trap >traps; grep still traps || echo gone")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forgotten")
    void forgetsAtTheEndOfACommand(String what, List<String> list) {
        assertThat(lastLine(list, "sh")).endsWith("gone");
        assertThat(lastLine(list, "bash")).endsWith("gone");
    }

    private String lastLine(List<String> list, String shell) {
        Build build = home.run(spec(list, shell));
        List<String> output = home.output(build.id());
        assertThat(build.buildStatus()).as("%s", home.log(build.id())).isEqualTo(StatusType.SUCCEEDED);
        return output.get(output.size() - 1);
    }

    private static String spec(List<String> list, String shell) {
        StringBuilder text = new StringBuilder("version: 0.2\nenv: {shell: " + shell + "}\nphases:\n  build:\n    commands:\n");
        list.forEach(command -> text.append("      - \"")
                .append(command.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n")).append("\"\n"));
        return text.toString();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "false; true                | 0",
        "true; false                | 1",
        "exit 7                     | 7",
        "'false | true'             | 0",
        "set -e; false; true        | 1",
        "no-such-command            | 127",
        "kill -9 $$                 | 137",
        "(exit 3) && true           | 3",
        "trap - EXIT; exit 4        | 4",
        "exec sh -c 'exit 5'        | 5",
        "set -C; X=1                | 0",
        "return 6                   | 6",
        "if                         | 2",
        "cd no-such-directory       | 2",
    })
    void theStatusIsThatOfTheWholeText(String command, int status) {
        Build build = home.run(spec(List.of(command), "sh"));

        assertThat(build.buildStatus()).isEqualTo(status == 0 ? StatusType.SUCCEEDED : StatusType.FAILED);
        if (status != 0) {
            assertThat(Home.phase(build, BuildPhaseType.BUILD).contexts()).singleElement().satisfies(context -> {
                assertThat(context.statusCode()).isEqualTo("COMMAND_EXECUTION_ERROR");
                assertThat(context.message())
                        .isEqualTo("Error while executing command: " + command + ". Reason: exit status " + status);
            });
        }
    }

    @Test
    void aBlockIsOneCommandOfWhichTheLastStatusCounts() {
        Build build = home.run("""
                version: 0.2
                phases:
                  build:
                    commands:
                      - |
                        false
                        if true; then
                          echo inside
                        fi
                """);

        assertThat(build.buildStatus()).isEqualTo(StatusType.SUCCEEDED);
        assertThat(home.output(build.id())).as("the block as it is written, then its output")
                .containsExactly("if true; then", "  echo inside", "fi", "", "inside");
    }

    @Test
    void aFailedCommandKeepsItsDirectoryAndVariablesForTheNextPhase() {
        Build build = home.run("""
                version: 0.2
                env: {exported-variables: [X, Y]}
                phases:
                  build:
                    commands: ['mkdir d', 'cd d; X=1; false']
                  post_build:
                    commands: ['Y=$(basename $PWD)-$CODEBUILD_BUILD_SUCCEEDING']
                """);

        assertThat(build.exportedEnvironmentVariables()).extracting(variable -> variable.name() + "=" + variable.value())
                .containsExactly("X=1", "Y=d-0");
    }

    @Test
    void bashIsGivenWhereAskedFor() {
        Build build = home.run("version: 0.2\nenv: {shell: bash}\nphases: {build: {commands: ['a=(x y); [[ ${#a[@]} == 2 ]]']}}\n");

        assertThat(build.buildStatus()).isEqualTo(StatusType.SUCCEEDED);
    }

    @Test
    void variablesArriveLiterally() {
        String value = "a'b\"c $HOME `id` $(id) \\ \n*";
        Build build = home.run(commands("version: 0.2\nenv: {exported-variables: [X]}\nphases: {}\n")
                .environmentVariablesOverride(EnvironmentVariable.builder().name("X").value(value).build()));

        assertThat(build.exportedEnvironmentVariables()).singleElement()
                .satisfies(variable -> assertThat(variable.value()).isEqualTo(value));
    }

    @Test
    void aNameThatNoShellCanHoldIsLeftOut() {
        Build build = home.run(commands("version: 0.2\nphases: {build: {commands: ['true']}}\n")
                .environmentVariablesOverride(EnvironmentVariable.builder().name("a.b; touch x").value("1").build()));

        assertThat(build.buildStatus()).isEqualTo(StatusType.SUCCEEDED);
        assertThat(home.log(build.id())).anyMatch(line -> line.contains("Skipping environment variable a.b; touch x"));
    }

    @Test
    void standardInputIsEmpty() {
        assertThat(home.run(spec(List.of("cat"), "sh")).buildStatus()).isEqualTo(StatusType.SUCCEEDED);
    }

    @Test
    void aBuildThatKillsItsOwnShellFails() {
        Build build = home.run(spec(List.of("kill -9 $PPID; sleep 300"), "sh"));

        assertThat(build.buildStatus()).isEqualTo(StatusType.FAILED);
        assertThat(Home.phase(build, BuildPhaseType.BUILD).contexts().get(0).statusCode()).isEqualTo("SINGLE_BUILD_CONTAINER_DEAD");
    }
}
