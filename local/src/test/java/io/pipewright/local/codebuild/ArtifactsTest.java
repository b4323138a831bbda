package io.pipewright.local.codebuild;

import static io.pipewright.local.codebuild.Home.message;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.BuildPhaseType;
import software.amazon.awssdk.services.codebuild.model.StatusType;

/** Which files become an output, and as what. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArtifactsTest {
    private Path directory;
    private Home home;

    @BeforeAll
    void open(@TempDir Path directory) {
        this.directory = directory;
        home = Home.withProject(directory);
    }

    @AfterAll
    void close() {
        home.close();
    }

    /** Makes the tree by commands and uploads by the given artifacts section (JSON members). */
    private Build upload(String commands, String artifacts) {
        return home.run(home.source("buildspec.yml", "version: 0.2\nphases: {build: {commands: ['" + commands.replace("'", "''")
                + "']}}\nartifacts: {" + artifacts + "}\n"));
    }

    private Map<String, String> entries(String commands, String artifacts) {
        Build build = upload(commands, artifacts);
        assertThat(build.buildStatus()).as("%s", home.log(build.id())).isEqualTo(StatusType.SUCCEEDED);
        return Zips.read(home.content("out/app.zip"));
    }

    private static final String TREE = "rm buildspec.yml; mkdir -p b-1 b-2/s target .git node_modules/x; echo 1 >b-1/f1; echo 2 >b-2/f2; "
            + "echo 3 >b-2/s/f3; echo jar >target/app.jar; echo c >.git/config; echo m >node_modules/x/m.js; echo top >top.txt";

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {
        "files: ['*/f3'], base-directory: b-2                         | s/f3",
        "files: ['**/*'], base-directory: 'b*', discard-paths: yes    | f1 f2 f3",
        "files: [target/app.jar]                                      | target/app.jar",
        "files: ['target/*']                                          | target/app.jar",
        "files: ['b-2/*']                                             | b-2/f2",
        "files: ['b-2/**/*']                                          | b-2/f2 b-2/s/f3",
        "files: ['b-2/**']                                            | b-2/f2 b-2/s/f3",
        "files: ['**/f?']                                             | b-1/f1 b-2/f2 b-2/s/f3",
        "files: ['b-[12]/f[!1]']                                      | b-2/f2",
        "files: ['./top.txt', none]                                   | top.txt",
        "files: ['**/*'], base-directory: 'b*'                        | f1 f2 s/f3",
        "files: ['**/*'], base-directory: target                      | app.jar",
        "files: ['**/*'], base-directory: b-2/s                       | f3",
        "files: ['**/*'], exclude-paths: ['**/f*', '.git/**', top.*]  | node_modules/x/m.js target/app.jar",
        "files: '**/*', exclude-paths: 'node_modules/**/*'            | .git/config b-1/f1 b-2/f2 b-2/s/f3 target/app.jar top.txt",
        "files: ['${NAME}.txt'], base-directory: $(echo .)            | top.txt",
    })
    void theTreeBecomesTheseEntries(String artifacts, String names) {
        assertThat(entries(TREE + "; NAME=top", artifacts).keySet()).containsExactlyInAnyOrder(names.split(" "));
    }

    @Test
    void aLaterFileOfTheSameNameWins() {
        assertThat(entries("mkdir a b; echo 1 >a/f; echo 2 >b/f", "files: ['*/f'], discard-paths: yes"))
                .containsExactly(Map.entry("f", "2\n"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {
        "files: [none.jar]                                       | no matching artifact paths found",
        "files: [target]                                         | no matching artifact paths found",
        "files: ['**/*'], base-directory: none                   | no matching base directory path found for none",
        "files: ['**/*'], base-directory: 'none*'                | no matching base directory path found for none*",
        "files: ['../../../../secret']                           | lies outside",
        "files: ['/etc/passwd']                                  | lies outside",
        "files: ['a/../../b']                                    | lies outside",
        "files: ['**/*'], base-directory: /etc                   | lies outside",
        "files: ['**/*'], base-directory: '../../../../../../..' | lies outside",
        "files: ['**/*'], base-directory: out                    | lies outside",
        "files: ['$(exit 1)x', 'link']                           | no matching artifact paths found",
    })
    void withoutAnyFileTheUploadFails(String artifacts, String message) {
        Build build = upload("mkdir target; touch target/app.jar; ln -s /etc out; ln -s /etc/passwd link", artifacts);

        assertThat(build.buildStatus()).isEqualTo(StatusType.FAILED);
        assertThat(Home.phase(build, BuildPhaseType.UPLOAD_ARTIFACTS).contexts().get(0).statusCode()).isEqualTo("CLIENT_ERROR");
        assertThat(message(build, BuildPhaseType.UPLOAD_ARTIFACTS)).contains(message);
    }

    @Test
    void anOutputThatTheBuildspecDoesNotDefineFailsTheUpload() {
        Build build = home.run(home.source("buildspec.yml", "version: 0.2\nphases: {}\n"));

        assertThat(message(build, BuildPhaseType.UPLOAD_ARTIFACTS)).startsWith("no matching artifact paths found");
    }

    @Test
    void modesAreKeptFromSourceToOutput() throws Exception {
        Path zip = directory.resolve("modes.zip");
        Files.write(zip, Zips.of("buildspec.yml", "version: 0.2\nphases: {build: {commands: [./run.sh, chmod 750 made.sh]}}\n"
                + "artifacts: {files: ['**/*']}\n", "run.sh", "#!/bin/sh\necho ran >made.sh\n", "plain.txt", ""));
        ZipModes.write(zip, Map.of("buildspec.yml", ZipModes.regular(0644), "run.sh", ZipModes.regular(0755),
                "plain.txt", ZipModes.regular(0640)));
        var request = home.source();
        home.put("in/source", Files.readAllBytes(zip));

        assertThat(home.run(request).buildStatus()).isEqualTo(StatusType.SUCCEEDED);
        Files.write(zip, home.content("out/app.zip"));
        assertThat(ZipModes.read(zip)).containsOnly(Map.entry("buildspec.yml", 0100644), Map.entry("run.sh", 0100755),
                Map.entry("plain.txt", 0100640), Map.entry("made.sh", 0100750));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void linksInsideAreKeptOnlyIfAsked(boolean kept) throws Exception {
        Map<String, String> entries = entries("rm buildspec.yml; mkdir d; echo x >d/f; ln -s d/f inside; ln -s d dir; "
                + "ln -s /etc/passwd outside; ln -s nowhere broken; ln -s .. d/loop; ln -s $PWD/d/f absolute",
                "files: ['**/*'], enable-symlinks: " + kept);
        Path zip = directory.resolve("links-" + kept + ".zip");
        Files.write(zip, home.content("out/app.zip"));

        if (kept) {
            assertThat(entries).containsOnly(Map.entry("d/f", "x\n"), Map.entry("inside", "d/f"), Map.entry("dir", "d"),
                    Map.entry("d/loop", ".."), Map.entry("absolute", "x\n"));
            assertThat(ZipModes.isLink(ZipModes.read(zip).get("inside"))).isTrue();
            assertThat(ZipModes.isLink(ZipModes.read(zip).get("d/f"))).isFalse();
            Path unpacked = Files.createDirectory(directory.resolve("unpacked"));
            SourceArchive.unpack(zip, unpacked, SourceArchive.Limits.DEFAULT);
            assertThat(unpacked.resolve("inside")).isSymbolicLink().hasContent("x\n");
        } else {
            assertThat(entries).contains(Map.entry("d/f", "x\n"), Map.entry("inside", "x\n"), Map.entry("dir/f", "x\n"),
                    Map.entry("absolute", "x\n")).doesNotContainKeys("outside", "broken");
        }
    }

    @Test
    void aLongPatternOfStarsIsMatchedQuickly() {
        String name = "a".repeat(200);

        assertThat(ArtifactPattern.of("**/".repeat(50) + "*a".repeat(60) + "b").matches(("d/".repeat(100)) + name)).isFalse();
        assertThat(ArtifactPattern.of("**/" + "*a".repeat(60)).matches("x/" + name)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"'[', '[', true", "'[]', '[]', true", "'a[]]', 'a]', true", "'a\\*', 'a*', true", "'a\\*', 'ab', false", "'[^a]', b, true",
        "'[a-c]x', bx, true", "'[a-c]x', dx, false", "'*', '.hidden', true", "'*', 'a/b', false", "'**', 'a/b', true", "'a/**/b', 'a/b', true",
        "'a//b', 'a/b', true", "'?', '', false"})
    void patternsMatchNames(String pattern, String path, boolean matches) {
        assertThat(ArtifactPattern.of(pattern).matches(path)).isEqualTo(matches);
    }

    @Test
    void moreFilesThanAPlainZipCanCountKeepTheirModes() throws Exception {
        Path tree = Files.createDirectories(directory.resolve("many"));
        Path file = Files.writeString(tree.resolve("f"), "x");
        Map<String, ArtifactFiles.Output> files = new TreeMap<>();
        for (int i = 0; i < 70_000; i++) {
            files.put("f" + i, new ArtifactFiles.Output(file, false));
        }
        Path zip = tree.resolve("many.zip");
        ArtifactArchive.pack(files, zip);

        assertThat(ZipModes.read(zip)).hasSize(70_000)
                .containsEntry("f69999", ZipModes.regular(ArtifactFiles.permissions(file)));
    }
}
