package io.pipewright.functions.git;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepositoryNameTest {
    @ParameterizedTest
    @ValueSource(strings = {"shop", "Shop_2", "a.b-c", "-x", ".hidden", "git"})
    void lettersDigitsAndThreeSignsMakeAName(String name) {
        assertThat(RepositoryName.isValid(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "...", "shop.git", "../shop", "a/b", "a\\b", "a b", "a%2fb", "ümlaut", "a\nb", "a\u0000"})
    void nothingElseDoes(String name) {
        assertThat(RepositoryName.isValid(name)).isFalse();
    }

    @Test
    void aHundredCharactersAreTheMost() {
        assertThat(RepositoryName.isValid("x".repeat(100))).isTrue();
        assertThat(RepositoryName.isValid("x".repeat(101))).isFalse();
    }
}
