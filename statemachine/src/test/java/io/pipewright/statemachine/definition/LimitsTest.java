package io.pipewright.statemachine.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimitsTest {

    @Test
    void withoutChangesTheyAreAwsOwn() {
        assertThat(Limits.AWS.concurrentExecutions()).isEqualTo(50);
        assertThat(Limits.AWS.parallelActions()).isEqualTo(5);
        assertThat(Limits.AWS.get(Limit.ACTIONS_PER_STAGE)).isEqualTo(100);
    }

    @Test
    void aCommandLineChangesOne() {
        Limits limits = Limits.AWS.with("concurrent-executions", "200").with("stages", "60");

        assertThat(limits.concurrentExecutions()).isEqualTo(200);
        assertThat(limits.get(Limit.STAGES)).isEqualTo(60);
        assertThat(limits.parallelActions()).isEqualTo(5);
    }

    @Test
    void anUnknownNameIsAnsweredWithAllNames() {
        assertThatThrownBy(() -> Limits.AWS.with("stage", "60"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("There is no limit named stage. Limits are: pipelines, ")
                .hasMessageContaining("actions-per-stage");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "many", "1.5", ""})
    void aValueIsAWholeNumberOfAtLeastOne(String value) {
        assertThatThrownBy(() -> Limits.AWS.with("stages", value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("stages must be")
                .hasMessageContaining("at least 1");
    }
}
