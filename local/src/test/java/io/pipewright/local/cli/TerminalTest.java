package io.pipewright.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TerminalTest {
    private static final Map<String, String> SCREEN = Map.of("TERM", "xterm");

    @Test
    void theLauncherTellsWhatIsATerminalAndHowLargeItIs() {
        assertThat(Terminal.of(" in out 50 132", SCREEN)).isEqualTo(new Terminal(true, true, true, 50, 132));
        assertThat(Terminal.of(" in", SCREEN)).isEqualTo(new Terminal(true, false, false, 24, 80));
        assertThat(Terminal.of("", SCREEN)).isEqualTo(Terminal.NONE);
    }

    @Test
    void anUnknownSizeIsTheUsualOne() {
        assertThat(Terminal.of(" out", SCREEN)).isEqualTo(new Terminal(false, true, true, 24, 80));
        assertThat(Terminal.of(" out 0 0", SCREEN)).isEqualTo(new Terminal(false, true, true, 24, 80));
    }

    @Test
    void aDumbTerminalIsNotOverwritten() {
        assertThat(Terminal.of(" out 24 80", Map.of("TERM", "dumb")).live()).isFalse();
        assertThat(Terminal.of(" out 24 80", Map.of()).live()).isFalse();
    }

    @Test
    void coloursCanBeRefused() {
        Terminal terminal = Terminal.of(" out 24 80", Map.of("TERM", "xterm", "NO_COLOR", "1"));
        assertThat(terminal.live()).isTrue();
        assertThat(terminal.colours()).isFalse();
    }
}
