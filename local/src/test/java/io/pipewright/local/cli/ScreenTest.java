package io.pipewright.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScreenTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Screen screen = new Screen(new PrintStream(out, true, StandardCharsets.UTF_8), 10);

    @Test
    void aFrameReplacesTheOneBeforeAndLinesAboveStay() {
        assertThat(drawn(List.of(), List.of("a", "b"))).isEqualTo("\r\u001b[Ja\nb\n\u001b[?25l");
        assertThat(drawn(List.of("log"), List.of("c"))).isEqualTo("\u001b[2A\r\u001b[Jlog\nc\n\u001b[?25l");
        assertThat(drawn(List.of(), List.of("d"))).startsWith("\u001b[1A");
    }

    @Test
    void aLineThatWrapsTakesSeveralRows() {
        drawn(List.of(), List.of("x".repeat(10), "\u001b[1m" + "y".repeat(11) + "\u001b[0m", ""));
        assertThat(drawn(List.of(), List.of())).startsWith("\u001b[4A");
    }

    @Test
    void anAnswerTakesTheCursorDownALine() {
        screen.draw(List.of(), List.of("question"), Optional.of("> "));
        screen.entered();
        assertThat(drawn(List.of(), List.of())).startsWith("\u001b[2A");
    }

    private String drawn(List<String> above, List<String> frame) {
        out.reset();
        screen.draw(above, frame, Optional.empty());
        return out.toString(StandardCharsets.UTF_8);
    }
}
