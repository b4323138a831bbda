package io.pipewright.local.codebuild;

import static io.pipewright.local.codebuild.Home.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.BuildPhaseType;
import software.amazon.awssdk.services.codebuild.model.StatusType;

/** Buildspecs and archives that nobody wrote in good faith: each fails its build clearly and harms nothing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileInputTest {
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

    static Stream<Arguments> buildspecs() {
        StringBuilder bomb = new StringBuilder("version: 0.2\na0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 12; i++) {
            String below = "*a" + (i - 1);
            bomb.append("a%d: &a%d [%s]\n".formatted(i, i, String.join(",", Collections.nCopies(9, below))));
        }
        return Stream.of(
                arguments("not YAML", "version: 0.2\nphases: [}\n", "Invalid YAML"),
                arguments("a tab", "version: 0.2\n\tphases: {}\n", "Invalid YAML"),
                arguments("nothing", "\n\n", "Missing version"),
                arguments("a text", "just\ntext\n", "Expected buildspec to be a map"),
                arguments("a list", "- version\n- phases\n", "Expected buildspec to be a map: found a list"),
                arguments("two documents", "version: 0.2\n---\nversion: 0.2\n", "Invalid YAML"),
                arguments("no version", "phases: {}\n\n", "Missing version"),
                arguments("an old version", "version: 0.1\nphases: {}\n", "Invalid buildspec version: 0.1"),
                arguments("another version", "version: 2\nphases: {}\n", "Invalid buildspec version: 2"),
                arguments("no phases", "version: 0.2\nartifacts: {files: [x]}\n", "Missing phases"),
                arguments("phases as a list", "version: 0.2\nphases: [build]\n", "Expected buildspec.phases to be a map"),
                arguments("a misspelled phase", "version: 0.2\nphases: {biuld: {commands: [make]}}\n",
                        "Invalid buildspec phase name: biuld. Expected: BUILD,INSTALL,POST_BUILD,PRE_BUILD"),
                arguments("a phase as text", "version: 0.2\nphases: {build: make}\n", "Expected buildspec.phases.build to be a map: found text"),
                arguments("a map as command", "version: 0.2\nphases:\n  build:\n    commands:\n      - echo a: b\n      - c: d\n",
                        "Expected buildspec.phases.build.commands[0] to be of string type: found subkeys instead"),
                arguments("a list as command", "version: 0.2\nphases: {build: {commands: [[a]]}}\n", "commands[0] to be of string type: found a list"),
                arguments("commands as a map", "version: 0.2\nphases: {build: {commands: {a: b}}}\n", "commands to be a list: found subkeys"),
                arguments("a wrong policy", "version: 0.2\nphases: {build: {on-failure: MAYBE}}\n", "Invalid on-failure: MAYBE"),
                arguments("too many retries", "version: 0.2\nphases: {build: {on-failure: RETRY-101}}\n", "Invalid on-failure: RETRY-101"),
                arguments("a wrong pattern", "version: 0.2\nphases: {build: {on-failure: 'RETRY-('}}\n", "Invalid on-failure: RETRY-("),
                arguments("another shell", "version: 0.2\nenv: {shell: powershell.exe}\nphases: {}\n", "Invalid env.shell: powershell.exe"),
                arguments("a shell with arguments", "version: 0.2\nenv: {shell: 'sh -c id'}\nphases: {}\n", "Invalid env.shell"),
                arguments("a variable name that is code", "version: 0.2\nenv: {variables: {'X;id': 1}}\nphases: {}\n", "Invalid variable name"),
                arguments("a map as variable", "version: 0.2\nenv: {variables: {X: {a: b}}}\nphases: {}\n", "env.variables.X to be of string type"),
                arguments("no files", "version: 0.2\nphases: {}\nartifacts: {base-directory: x}\n", "Missing files in buildspec.artifacts"),
                arguments("a wrong flag", "version: 0.2\nphases: {}\nartifacts: {files: [x], discard-paths: maybe}\n", "to be yes or no: found maybe"),
                arguments("a map as key", "version: 0.2\n? {a: b}\n: c\nphases: {}\n", "key of buildspec"),
                arguments("a name twice", "version: 0.2\nphases: {}\nphases: {}\n", "Invalid YAML"),
                arguments("a Java object", "version: 0.2\nphases: !!javax.script.ScriptEngineManager [x]\n", "Invalid YAML"),
                arguments("a binary", "version: 0.2\nphases: {build: {commands: [!!binary aWQ=]}}\n", "commands[0] to be of string type"),
                arguments("an unknown alias", "version: 0.2\nphases: *x\n", "Invalid YAML"),
                arguments("a list in itself", "version: 0.2\nphases: {build: {commands: &a [*a]}}\n", "commands[0] to be of string type"),
                arguments("a map in itself", "version: 0.2\nphases: &a {build: *a}\nx: y\n", null),
                arguments("control characters", "version: 0.2\nphases: {build: {commands: [\"\u0001\"]}}\n", "Invalid YAML"),
                arguments("deep nesting", "version: 0.2\nphases: " + "[".repeat(5000) + "]".repeat(5000) + "\n", "Invalid YAML"),
                arguments("an alias bomb", bomb + "phases: *a11\n", "Invalid YAML"),
                arguments("too long", "version: 0.2\nphases: {}\n#" + "x".repeat(1 << 20), "longer than 1048576"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("buildspecs")
    void aWrongBuildspecFailsTheDownload(String what, String buildspec, String message) {
        Build build = home.run(buildspec.contains("\n") && !buildspec.isBlank()
                ? Home.commands(buildspec) : home.source("buildspec.yml", buildspec));

        if (message == null) {
            assertThat(build.buildStatus()).as("harmless").isEqualTo(StatusType.SUCCEEDED);
            return;
        }
        assertThat(build.buildStatus()).isEqualTo(StatusType.FAILED);
        assertThat(Home.phase(build, BuildPhaseType.DOWNLOAD_SOURCE).contexts().get(0).statusCode()).isEqualTo("YAML_FILE_ERROR");
        assertThat(message(build, BuildPhaseType.DOWNLOAD_SOURCE)).contains(message).hasSizeLessThan(500);
    }

    @Test
    void aBuildspecPathStaysInTheSource() {
        Build build = home.run(home.source("a.txt", "").buildspecOverride("/etc/passwd"));
        assertThat(message(build, BuildPhaseType.DOWNLOAD_SOURCE)).contains("outside");
        build = home.run(home.source("a.txt", "").buildspecOverride("../../../../../../../../../../etc/passwd"));
        assertThat(message(build, BuildPhaseType.DOWNLOAD_SOURCE)).contains("outside");
    }

    @Test
    void aMissingSourceIsNamed() {
        Build build = home.run(home.source().sourceLocationOverride("store/in/missing.zip"));

        assertThat(Home.phase(build, BuildPhaseType.DOWNLOAD_SOURCE).contexts().get(0).statusCode()).isEqualTo("CLIENT_ERROR");
        assertThat(message(build, BuildPhaseType.DOWNLOAD_SOURCE)).contains("in/missing.zip").contains("NoSuchKey")
                .contains("primary source");
    }

    static Stream<Arguments> archives() {
        byte[] zip = Zips.of("a.txt", "hello hello hello hello");
        byte[] damaged = zip.clone();
        damaged[40] ^= 0x55;
        return Stream.of(
                arguments("no ZIP", "hello".getBytes(), ""),
                arguments("nothing", new byte[0], ""),
                arguments("a cut ZIP", Arrays.copyOf(zip, zip.length - 30), ""),
                arguments("a damaged entry", damaged, ""),
                arguments("a way up", Zips.of("../evil.txt", "x"), "../evil.txt lies outside"),
                arguments("a hidden way up", Zips.of("a/../../evil.txt", "x"), "lies outside"),
                arguments("an absolute name", Zips.of("/tmp/evil.txt", "x"), "/tmp/evil.txt lies outside"),
                arguments("a file as directory", Zips.of("a", "x", "a/b", "y"), "can't be written"),
                arguments("a name with a NUL", Zips.of("a\0b", "x"), ""),
                arguments("a very long name", Zips.of("n".repeat(5000), "x"), "can't be written"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("archives")
    void aWrongArchiveFailsTheDownload(String what, byte[] archive, String message) {
        var request = home.source();
        home.put("in/source", archive);
        Build build = home.run(request);

        assertThat(build.buildStatus()).isEqualTo(StatusType.FAILED);
        assertThat(Home.phase(build, BuildPhaseType.DOWNLOAD_SOURCE).contexts().get(0).statusCode()).isEqualTo("CLIENT_ERROR");
        assertThat(message(build, BuildPhaseType.DOWNLOAD_SOURCE))
                .startsWith("error while unpacking arn:aws:s3:::store/in/source for primary source").contains(message);
    }

    /** Links as name → target, besides one plain file. */
    private Path links(String... namesAndTargets) throws Exception {
        Map<String, Integer> modes = new HashMap<>();
        for (int i = 0; i < namesAndTargets.length; i += 2) {
            modes.put(namesAndTargets[i], namesAndTargets[i + 1].startsWith("=") ? ZipModes.regular(0644) : ZipModes.link());
        }
        Path zip = Files.createTempFile(directory, "links", ".zip");
        Files.write(zip, Zips.of(namesAndTargets));
        ZipModes.write(zip, modes);
        return zip;
    }

    static Stream<Arguments> escapingLinks() {
        return Stream.of(
                arguments((Object) new String[] {"link", "/etc"}),
                arguments((Object) new String[] {"link", "../outside"}),
                arguments((Object) new String[] {"a/link", "../../outside"}),
                arguments((Object) new String[] {"a/b/d", "../..", "e", "a/b/d/../../.."}),
                arguments((Object) new String[] {"link", "a", "link/evil", "=x"}),
                arguments((Object) new String[] {"a/x", "=x", "l", "a", "l/m", "x"}),
                arguments((Object) new String[] {"link", "a".repeat(5000)}));
    }

    @ParameterizedTest
    @MethodSource("escapingLinks")
    void linksThatLeadOutAreRefused(String[] namesAndTargets) throws Exception {
        Path zip = links(namesAndTargets);
        Path target = Files.createTempDirectory(directory, "unpacked");

        assertThatThrownBy(() -> SourceArchive.unpack(zip, target, SourceArchive.Limits.DEFAULT)).isInstanceOf(ZipException.class);
        assertThat(directory.resolve("outside")).doesNotExist();
    }

    @Test
    void linksThatStayInsideAreKept() throws Exception {
        Path zip = links("a/f", "=text", "a/l", "f", "m", "a/l", "n", "a", "later", "not/there");
        Path target = Files.createTempDirectory(directory, "unpacked");
        SourceArchive.unpack(zip, target, SourceArchive.Limits.DEFAULT);

        assertThat(target.resolve("m")).isSymbolicLink().hasContent("=text");
        assertThat(target.resolve("n")).isSymbolicLink();
        assertThat(Files.readSymbolicLink(target.resolve("later"))).isEqualTo(Path.of("not/there"));
    }

    @Test
    void archivesThatAreTooLargeAreRefused() throws Exception {
        Path zip = Files.write(directory.resolve("bomb.zip"), Zips.of("zeros", "0".repeat(1_000_000), "more", "0".repeat(1_000_000)));
        Path target = Files.createTempDirectory(directory, "unpacked");

        assertThatThrownBy(() -> SourceArchive.unpack(zip, target, new SourceArchive.Limits(2, 1_500_000)))
                .isInstanceOf(ZipException.class).hasMessageContaining("unpacks to more than 1500000 bytes");
        assertThatThrownBy(() -> SourceArchive.unpack(zip, Files.createTempDirectory(directory, "unpacked"),
                new SourceArchive.Limits(1, 1_500_000))).isInstanceOf(ZipException.class).hasMessageContaining("2 entries");
    }
}
