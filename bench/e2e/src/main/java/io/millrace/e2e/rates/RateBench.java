package io.millrace.e2e.rates;

import io.millrace.daemon.terminal.LogFormat;
import io.millrace.daemon.terminal.LogLevel;
import io.millrace.daemon.terminal.Logs;
import io.millrace.daemon.terminal.Terminal;
import io.millrace.e2e.workload.OltpWorkload;
import io.millrace.e2e.workload.ReferenceBacklog;
import io.millrace.e2e.workload.Workload;
import io.millrace.servers.ScratchDirectory;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs contenders one after the other, several times round, over one backlog, and prints a line of JSON for each run.
 *
 * <pre>
 * RateBench [--workload NAME] [--source mysql|postgres] [--target postgres|mysql] [--rows N] [--rounds 3]
 *           [--results FILE] [--keep] [--native] [--peer] [--variant NAME=YAML]… [--jvm OPTION]… [--peer-option JVM-FLAG|NAME=VALUE]…
 * </pre>
 *
 * {@code --native} runs the servers' own replication in each round, where both are of one kind: a MySQL replica with four workers, a
 * PostgreSQL subscription. {@code --peer} runs the peer at several tunings, from MySQL to PostgreSQL. Each {@code --variant} is this
 * program with a further line of the task file, or of its section {@code target} where it reads {@code target.KEY: VALUE}, or with
 * further options of its JVM where it reads {@code jvm OPTION OPTION}, or with a filter that all rows pass, a mask of a text and three added columns
 * where it reads {@code steps} (of the reference backlog; {@code --variant rows=steps}, whose {@code cpu_s} stands beside that of the
 * task without).
 *
 * <p>The workload is {@code reference}, a backlog that is read again by each, or one of those whose tables are loaded first, and to which
 * each round adds (MySQL as the source): {@code oltp} (100,000 transactions over tables with all unique and foreign keys), {@code hot-key},
 * {@code wide} (20,000 rows of 400 columns), {@code tables} (5,000, 20 rows each), {@code deletes}, {@code key-changes}, {@code
 * big-rows} (8 of 64 MiB each). {@code --rows} says another number than these, or than 1,000,000 of the others.
 */
public final class RateBench {
    private final Arguments asked;
    private final SourceSide source;
    private final TargetSide target;
    private final ScratchDirectory scratch;

    private RateBench(Arguments asked, SourceSide source, TargetSide target, ScratchDirectory scratch) {
        this.asked = asked;
        this.source = source;
        this.target = target;
        this.scratch = scratch;
    }

    public static void main(String[] words) throws Exception {
        Logs.configure(Terminal.ofProcess(), LogFormat.text, LogLevel.warn);
        Arguments asked = Arguments.of(words);
        try (SourceSide source = asked.openSource();
                TargetSide target = asked.openTarget();
                ScratchDirectory scratch = ScratchDirectory.make("millrace-rates", asked.isKept())) {
            RateBench bench = new RateBench(asked, source, target, scratch);
            Optional<Workload> live = asked.live();
            if (live.isPresent()) {
                bench.live(live.get());
            } else {
                bench.reference();
            }
        }
    }

    private void reference() throws SQLException, IOException, InterruptedException {
        ReferenceBacklog backlog = ReferenceBacklog.ofRows(asked.rows());
        long bytesBefore = writeBacklog(backlog);
        for (int round = 1; round <= asked.rounds(); round++) {
            List<Contender> contenders = asked.contenders();
            for (int i = 0; i < contenders.size(); i++) {
                String database = target.freshDatabase();
                try (Connection copy = target.server().connect(database)) {
                    target.createTable(copy, backlog, source);
                }
                target.settle();
                Rig rig = new Rig(
                        source,
                        target,
                        database,
                        "run_" + round + "_" + i,
                        backlog,
                        backlog.changes(),
                        source.logBytes() - bytesBefore,
                        scratch);
                report(contenders.get(i), round, rig);
            }
        }
    }

    /** Returns what the source's log held before it. */
    private long writeBacklog(ReferenceBacklog backlog) throws SQLException {
        try (Connection connection = source.connect()) {
            if (source instanceof PostgresSource) {
                backlog.createTargetTable(connection);
            } else {
                backlog.createTable(connection);
            }
            source.begin();
            long before = source.logBytes();
            backlog.write(connection);
            source.end();
            return before;
        }
    }

    /** Tables are made and loaded first; then each round adds changes, and each program brings them to a database of its own. */
    private void live(Workload workload) throws SQLException, IOException, InterruptedException {
        try (Connection connection = source.connect()) {
            workload.prepare(connection, asked.rows());
            source.begin();
            List<Millrace> programs = asked.programs(true);
            List<Rig> rigs = new ArrayList<>();
            for (int i = 0; i < programs.size(); i++) {
                Rig rig = new Rig(source, target, target.freshDatabase(), "live_" + i, workload, 0, 0, scratch);
                programs.get(i).run(rig);
                if (workload instanceof OltpWorkload) {
                    try (Connection copy = target.server().connect(rig.targetDatabase())) {
                        OltpWorkload.requireKeys(copy);
                    }
                }
                rigs.add(rig);
            }
            for (int round = 1; round <= asked.rounds(); round++) {
                long before = workload.changes();
                long bytesBefore = source.logBytes();
                workload.run(connection, asked.rows());
                long bytes = source.logBytes() - bytesBefore;
                for (int i = 0; i < programs.size(); i++) {
                    report(programs.get(i), round, rigs.get(i).with(workload.changes() - before, bytes));
                }
            }
        }
    }

    private void report(Contender contender, int round, Rig rig)
            throws SQLException, IOException, InterruptedException {
        Measurement measurement = contender.run(rig);
        RowCounts.requireEqual(rig, contender);
        String line = new ResultLine(asked.pair(), contender.name(), round, rig, measurement).json();
        asked.results().add(line);
    }
}
