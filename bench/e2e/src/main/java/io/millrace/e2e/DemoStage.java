package io.millrace.e2e;

import io.millrace.daemon.terminal.Terminal;
import io.millrace.daemon.text.Quantities;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Shows the demo's steps: one line each when it is done, and the line of the one that goes on. Confined to one thread. */
final class DemoStage {
    private static final String RUNNING = "  … ";
    private static final String DONE = "  ✓ ";
    private static final String FAILED = "  ✗ ";
    private static final int NAME_WIDTH = 12;
    private static final long PLAIN_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Terminal terminal;
    private String name = "";
    private long since;
    private long shownAt;

    DemoStage(Terminal terminal) {
        this.terminal = terminal;
    }

    void title(String text) {
        terminal.note(text);
    }

    void begin(String step) {
        name = step;
        since = System.nanoTime();
        shownAt = since;
        terminal.progress(terminal.isInteractive() ? line(RUNNING, "") : "");
    }

    void show(String text) {
        long now = System.nanoTime();
        if (terminal.isInteractive()) {
            terminal.progress(line(RUNNING, text));
        } else if (now - shownAt > PLAIN_NANOS) {
            shownAt = now;
            terminal.note(line(RUNNING, text));
        }
    }

    void done(String text) {
        terminal.progress("");
        terminal.note(line(DONE, text));
    }

    void failed(String text) {
        terminal.progress("");
        terminal.note(line(FAILED, text));
    }

    /** Seconds since the step began. */
    double seconds() {
        return (System.nanoTime() - since) / 1e9;
    }

    String time() {
        return Quantities.time(Math.round(seconds() * 1_000));
    }

    private String line(String mark, String text) {
        return (mark + String.format(Locale.ROOT, "%-" + NAME_WIDTH + "s", name) + text).stripTrailing();
    }
}
