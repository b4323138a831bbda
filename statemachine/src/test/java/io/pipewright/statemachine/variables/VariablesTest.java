package io.pipewright.statemachine.variables;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VariablesTest {

    private static final Map<String, String> VALUES = Map.of(
            "Source.CommitId", "abc", "variables.Release", "1.0", "codepipeline.PipelineExecutionId", "run", "A_B-C@1.x", "$0\\");

    @Test
    void severalReferencesInSeveralValuesAreReplaced() {
        Map<String, String> configuration = new LinkedHashMap<>();
        configuration.put("Key", "#{variables.Release}/#{Source.CommitId}/#{variables.Release}");
        configuration.put("Plain", "as it is");

        assertThat(resolve(configuration)).isEqualTo(new Resolution.Resolved(
                Map.of("Key", "1.0/abc/1.0", "Plain", "as it is")));
    }

    @Test
    void entriesKeepTheirOrder() {
        Map<String, String> configuration = new LinkedHashMap<>();
        configuration.put("Z", "#{Source.CommitId}");
        configuration.put("A", "a");

        assertThat(((Resolution.Resolved) resolve(configuration)).configuration().keySet()).containsExactly("Z", "A");
    }

    @Test
    void aValueThatHoldsAReferenceStaysText() {
        assertThat(Variables.resolve(
                Map.of("Key", "#{variables.Outer}"), reference -> Optional.of("#{codepipeline.PipelineExecutionId}")))
                .isEqualTo(new Resolution.Resolved(Map.of("Key", "#{codepipeline.PipelineExecutionId}")));
    }

    @Test
    void signsThatMeanSomethingInPatternsStayText() {
        assertThat(resolve(Map.of("Key", "#{A_B-C@1.x}"))).isEqualTo(new Resolution.Resolved(Map.of("Key", "$0\\")));
    }

    @Test
    void everyReferenceWithoutAValueIsToldOnce() {
        Map<String, String> configuration = new LinkedHashMap<>();
        configuration.put("A", "#{Source.commitId}#{Source.CommitId}#{Nobody.Key}");
        configuration.put("B", "#{Nobody.Key}");

        assertThat(resolve(configuration)).isEqualTo(new Resolution.Unresolved(List.of(
                new VariableReference("Source", "commitId"), new VariableReference("Nobody", "Key"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"#{}", "#{Release}", "#{a.b.c}", "#{ a.b }", "#{.b}", "#{a.}", "#{ä.b}"})
    void whatIsNotANamespaceAndAKeyIsMalformedAndStays(String value) {
        assertThat(Variables.references(value)).isEmpty();
        assertThat(Variables.malformed(value)).containsExactly(value.substring(2, value.length() - 1));
        assertThat(resolve(Map.of("Key", value))).isEqualTo(new Resolution.Resolved(Map.of("Key", value)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"${Source.CommitId}", "{Source.CommitId}", "#{Source.CommitId", "# {Source.CommitId}", "{datetime}"})
    void otherSyntaxIsNeitherAReferenceNorMalformed(String value) {
        assertThat(Variables.references(value)).isEmpty();
        assertThat(Variables.malformed(value)).isEmpty();
    }

    @Test
    void theInnermostBracesCount() {
        assertThat(Variables.references("#{a.#{Source.CommitId}}")).containsExactly(new VariableReference("Source", "CommitId"));
    }

    @Property
    void textWithoutBracesIsNeverChanged(@ForAll @NotEmpty String value) {
        String plain = value.replace("{", "").replace("}", "");

        assertThat(resolve(Map.of("Key", plain))).isEqualTo(new Resolution.Resolved(Map.of("Key", plain)));
    }

    private static Resolution resolve(Map<String, String> configuration) {
        return Variables.resolve(configuration, reference -> Optional.ofNullable(VALUES.get(reference.text())));
    }
}
