package io.millrace.daemon.terminal;

import io.millrace.daemon.text.Quantities;
import io.millrace.load.LoadStatus;
import io.millrace.pipeline.status.PipelineState;
import io.millrace.pipeline.status.PipelineStatus;
import io.millrace.task.Step;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Shows how a run goes on: one line that is drawn over for a person, a line every few seconds otherwise, and at once when what
 * holds it up changes. Confined to one thread.
 */
public final class ProgressLine {
    private static final long PLAIN_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Terminal terminal;
    private long shownAt;
    private boolean isShown;
    private String heldUpBy = "";

    public ProgressLine(Terminal terminal) {
        this.terminal = terminal;
    }

    public void show(PipelineStatus status) {
        String line = line(status);
        if (terminal.isInteractive()) {
            terminal.progress(line);
            return;
        }
        long now = System.nanoTime();
        if (!isShown || now - shownAt >= PLAIN_NANOS || !heldUpBy.equals(status.text())) {
            isShown = true;
            shownAt = now;
            heldUpBy = status.text();
            terminal.note(line);
        }
    }

    public static String line(PipelineStatus status) {
        StringBuilder line = new StringBuilder();
        String step = status.state() == PipelineState.STOPPING
                ? "stopping"
                : status.step().name().toLowerCase(Locale.ROOT);
        line.append(step);
        if (status.step() == Step.FULL) {
            status.load().ifPresent(load -> appendLoad(line, load));
            line.append("  ")
                    .append(Quantities.count(Math.round(status.loadRatePerSecond())))
                    .append(" rows/s");
        }
        if (status.counters().changesIn() > 0 || status.step() != Step.FULL) {
            line.append("  ")
                    .append(Quantities.count(status.counters().applied()))
                    .append(" changes  ");
            line.append(Quantities.count(Math.round(status.ratePerSecond()))).append("/s");
        }
        line.append("  lag ").append(Quantities.time(status.lagMillis()));
        status.log().ifPresent(log -> line.append("  log ").append(Quantities.bytes(log.bytesOnDisk())));
        if (!status.text().isEmpty()) {
            line.append("  [").append(status.text()).append(']');
        }
        return line.toString();
    }

    private static void appendLoad(StringBuilder line, LoadStatus load) {
        load.current()
                .ifPresent(table -> line.append("  ")
                        .append(table.source())
                        .append(' ')
                        .append(table.percent())
                        .append('%'));
        line.append("  ").append(load.percent()).append("% of all");
        line.append("  ").append(Quantities.count(load.rows())).append(" rows");
        load.secondsLeft()
                .ifPresent(left ->
                        line.append("  ").append(Quantities.time(left * 1_000)).append(" left"));
    }
}
