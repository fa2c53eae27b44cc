package io.millrace.e2e.rates;

import io.millrace.daemon.terminal.LogFormat;
import io.millrace.daemon.terminal.LogLevel;
import io.millrace.daemon.terminal.Logs;
import io.millrace.daemon.terminal.Terminal;
import io.millrace.e2e.session.MillraceRun;
import io.millrace.e2e.session.ProcessSample;
import io.millrace.e2e.session.RunOrigin;
import io.millrace.servers.ScratchDirectory;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * How long a row takes from its statement at the source until it is seen at a PostgreSQL target, under a steady stream of small
 * transactions: rows carry this process's clock, and a poller at the target reads it. Prints a line of JSON.
 *
 * <pre>
 * LatencyBench [--source mysql|postgres] [--seconds 600] [--rate 10000] [--transaction 10] [--writers 2] [--results FILE]
 *              [--keep] [--jvm OPTION]…
 * </pre>
 *
 * The time of the source's own commit is within, and is printed beside it. The first {@value #WARM_UP_SECONDS} seconds are not counted.
 */
public final class LatencyBench {
    static final int WARM_UP_SECONDS = 20;

    private LatencyBench() {}

    public static void main(String[] words) throws Exception {
        Logs.configure(Terminal.ofProcess(), LogFormat.text, LogLevel.warn);
        LatencyArguments asked = LatencyArguments.of(words);
        try (SourceSide source = asked.openSource();
                TargetSide target = new PostgresTarget();
                ScratchDirectory scratch = ScratchDirectory.make("millrace-latency", asked.isKept())) {
            measure(asked, source, target, scratch);
        }
    }

    private static void measure(LatencyArguments asked, SourceSide source, TargetSide target, ScratchDirectory scratch)
            throws IOException, SQLException, InterruptedException {
        String database = target.freshDatabase();
        ClockTable.create(source);
        Rig rig = new Rig(source, target, database, "latency", new ClockTable(), 0, 0, scratch);
        MillraceRun run = new Millrace(Variant.DEFAULT, true, asked.jvmOptions()).start(rig, List.of());
        LatencyCounts counts = new LatencyCounts();
        LatencyCounts statements = new LatencyCounts();
        ProcessSample sample = ProcessSample.NONE;
        try (ClockWriter writer = new ClockWriter(source, asked, statements);
                ClockPoller poller = new ClockPoller(target.server().connect(database), counts)) {
            poller.awaitFirst(writer);
            writer.start();
            poller.start();
            Thread.sleep(TimeUnit.SECONDS.toMillis(WARM_UP_SECONDS));
            counts.clear();
            statements.clear();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(asked.seconds());
            while (System.nanoTime() < end) {
                Thread.sleep(1_000);
                sample = sample.max(run.sample());
                run.requireAlive();
            }
            writer.stop();
            poller.awaitAll(writer.written());
        }
        run.stop();
        String line = String.format(
                Locale.ROOT,
                "{\"bench\": \"latency\", \"source\": \"%s\", \"seconds\": %d, \"asked_changes_per_s\": %d, \"transaction\": %d,"
                        + " \"rows\": %d, \"changes_per_s\": %.0f, %s, %s, \"vm_hwm_kib\": %d, \"cpu_s\": %.1f, %s}",
                asked.source(),
                asked.seconds(),
                asked.rate(),
                asked.transaction(),
                counts.count(),
                counts.count() / (double) asked.seconds(),
                counts.json(""),
                statements.json("statement_"),
                sample.highWaterKiB(),
                sample.cpuSeconds(),
                RunOrigin.json());
        asked.results().add(line);
    }
}
