package io.pipewright.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class IgnoreRulesTest {
    @Test
    void whatNobodyWantsIsAlwaysLeftOut() {
        IgnoreRules rules = new IgnoreRules(List.of());
        assertThat(rules.ignores(Path.of(".git"), true)).isTrue();
        assertThat(rules.ignores(Path.of("module/target"), true)).isTrue();
        assertThat(rules.ignores(Path.of("web/node_modules"), true)).isTrue();
        assertThat(rules.ignores(Path.of("target"), false)).as("a file of that name").isFalse();
    }

    @Test
    void aNameFitsAnywhereAndAPathFromTheTop() {
        IgnoreRules rules = new IgnoreRules(List.of("*.log", "/top.txt", "docs/draft"));
        assertThat(rules.ignores(Path.of("a/b/c.log"), false)).isTrue();
        assertThat(rules.ignores(Path.of("top.txt"), false)).isTrue();
        assertThat(rules.ignores(Path.of("a/top.txt"), false)).isFalse();
        assertThat(rules.ignores(Path.of("docs/draft"), false)).isTrue();
        assertThat(rules.ignores(Path.of("a/docs/draft"), false)).isFalse();
    }

    @Test
    void twoStarsCrossDirectories() {
        IgnoreRules rules = new IgnoreRules(List.of("**/cache/*.bin", "out/**"));
        assertThat(rules.ignores(Path.of("cache/a.bin"), false)).isTrue();
        assertThat(rules.ignores(Path.of("x/y/cache/a.bin"), false)).isTrue();
        assertThat(rules.ignores(Path.of("out/a/b"), false)).isTrue();
    }

    @Test
    void theLastLineThatFitsDecides() {
        IgnoreRules rules = new IgnoreRules(List.of("# comment", "", "*.txt", "!keep.txt"));
        assertThat(rules.ignores(Path.of("a.txt"), false)).isTrue();
        assertThat(rules.ignores(Path.of("keep.txt"), false)).isFalse();
    }

    @Test
    void bracesAreOrdinaryLetters() {
        IgnoreRules rules = new IgnoreRules(List.of("{a,b}"));
        assertThat(rules.ignores(Path.of("a"), false)).isFalse();
        assertThat(rules.ignores(Path.of("{a,b}"), false)).isTrue();
    }
}
