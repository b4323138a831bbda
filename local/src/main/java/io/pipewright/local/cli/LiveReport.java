package io.pipewright.local.cli;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A run as a tree at the bottom of a screen, with builds' output running through above it. */
final class LiveReport implements Report {
    private static final Duration BLINK = Duration.ofMillis(100);

    private final Screen screen;
    private final Terminal terminal;
    private final Clock clock;
    private Instant drawn = Instant.MIN;
    private Optional<RunView> shown = Optional.empty();
    private Optional<Approval> asked = Optional.empty();

    LiveReport(Screen screen, Terminal terminal, Clock clock) {
        this.screen = screen;
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public void show(RunView run, List<BuildLogs.LogLine> log, Optional<Approval> approval) {
        Instant now = clock.instant();
        boolean changed = !log.isEmpty() || !Optional.of(run).equals(shown) || !approval.equals(asked);
        // While somebody types, only news may redraw the line that is typed on.
        boolean due = approval.isEmpty() && Duration.between(drawn, now).compareTo(BLINK) >= 0;
        if (!changed && !due) {
            return;
        }
        shown = Optional.of(run);
        asked = approval;
        drawn = now;
        List<String> frame = new ArrayList<>();
        frame.add("");
        frame.addAll(Tree.lines(run, now, terminal));
        approval.ifPresent(waiting -> {
            frame.add("");
            frame.addAll(waiting.question());
        });
        screen.draw(log.stream().map(this::logLine).toList(), frame, approval.map(any -> Prompt.TEXT));
    }

    private String logLine(BuildLogs.LogLine line) {
        return Style.BLUE.apply(line.source() + " │ ", terminal.colours())
                + (line.service() ? Style.DIM.apply(line.text(), terminal.colours()) : line.text());
    }

    @Override
    public void say(String line) {
        screen.draw(List.of(line), List.of(), Optional.empty());
        shown = Optional.empty();
    }

    @Override
    public void entered() {
        screen.entered();
        asked = Optional.empty();
    }

    @Override
    public void end() {
        screen.leave();
    }
}
