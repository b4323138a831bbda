package io.pipewright.local.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
    @Test
    void valuesFollowTheirOptionOrAnEqualsSign() {
        Arguments arguments = parse("dir", "--port", "1", "--limit=a=b", "--limit", "c=d", "--yes");
        assertThat(arguments.operand("DIR")).isEqualTo("dir");
        assertThat(arguments.value("--port")).contains("1");
        assertThat(arguments.values("--limit")).containsExactly("a=b", "c=d");
        assertThat(arguments.has("--yes")).isTrue();
    }

    @Test
    void ofAnOptionGivenTwiceTheLastValueCounts() {
        assertThat(parse("--port", "1", "--port", "2").value("--port")).contains("2");
    }

    @Test
    void behindTwoDashesEverythingIsAnOperand() {
        assertThat(parse("--", "--yes").operand("DIR")).isEqualTo("--yes");
    }

    @Test
    void whatCannotBeUnderstoodIsNamed() {
        assertThatThrownBy(() -> parse("--prot", "1")).isInstanceOf(UsageException.class).hasMessageContaining("--prot");
        assertThatThrownBy(() -> parse("--port")).isInstanceOf(UsageException.class).hasMessageContaining("--port needs a value");
        assertThatThrownBy(() -> parse("--yes=no")).isInstanceOf(UsageException.class).hasMessageContaining("--yes takes no value");
        assertThatThrownBy(() -> parse().operand("DIR")).isInstanceOf(UsageException.class).hasMessageContaining("DIR is missing");
        assertThatThrownBy(() -> parse("a", "b").operand("DIR")).isInstanceOf(UsageException.class).hasMessageContaining("b");
        assertThatThrownBy(() -> parse("a").noOperands()).isInstanceOf(UsageException.class).hasMessageContaining("a");
    }

    private static Arguments parse(String... words) {
        return Arguments.parse(List.of(words), Set.of("--yes"), Set.of("--port", "--limit"));
    }
}
