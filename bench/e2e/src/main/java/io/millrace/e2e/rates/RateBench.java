package io.millrace.e2e.rates;

import io.millrace.daemon.LogFormat;
import io.millrace.daemon.LogLevel;
import io.millrace.daemon.Logs;
import io.millrace.daemon.Terminal;
import io.millrace.e2e.workload.OltpWorkload;
import io.millrace.e2e.workload.ReferenceBacklog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs contenders one after the other, several times round, over one backlog, and prints a line of JSON for each run.
 *
 * <pre>
 * RateBench [--workload reference|oltp] [--source mysql|postgres] [--target postgres|mysql] [--rows 1000000] [--rounds 3]
 *           [--results FILE] [--native] [--peer] [--variant NAME=YAML]… [--jvm OPTION]… [--peer-option JVM-FLAG|NAME=VALUE]…
 * </pre>
 *
 * {@code --native} runs the servers' own replication in each round, where both are of one kind: a MySQL replica with four workers, a
 * PostgreSQL subscription. {@code --peer} runs the peer at several tunings, from MySQL to PostgreSQL. Each {@code --variant} is this
 * program with a further line of the task file, or of its section {@code target} where it reads {@code target.KEY: VALUE}.
 *
 * <p>For {@code oltp}, from MySQL to PostgreSQL, the rows are transactions, and each round adds as many to what was loaded before. The
 * target has the source's unique and foreign keys, made behind the load, so that every round is applied to tied tables.
 */
public final class RateBench {
    private final Arguments asked;
    private final SourceSide source;
    private final TargetSide target;
    private final Path directory;

    private RateBench(Arguments asked, SourceSide source, TargetSide target, Path directory) {
        this.asked = asked;
        this.source = source;
        this.target = target;
        this.directory = directory;
    }

    public static void main(String[] words) throws Exception {
        Logs.configure(Terminal.ofProcess(), LogFormat.text, LogLevel.warn);
        Arguments asked = Arguments.of(words);
        try (SourceSide source = asked.openSource();
                TargetSide target = asked.openTarget()) {
            RateBench bench = new RateBench(asked, source, target, Files.createTempDirectory("millrace-rates"));
            if (asked.isOltp()) {
                bench.oltp();
            } else {
                bench.reference();
            }
        }
    }

    private void reference() throws SQLException, IOException, InterruptedException {
        ReferenceBacklog backlog = ReferenceBacklog.ofRows(asked.rows());
        writeBacklog(backlog);
        for (int round = 1; round <= asked.rounds(); round++) {
            List<Contender> contenders = asked.contenders();
            for (int i = 0; i < contenders.size(); i++) {
                String database = target.freshDatabase();
                try (Connection copy = target.server().connect(database)) {
                    target.createTable(copy, backlog);
                }
                target.settle();
                Rig rig = new Rig(
                        source,
                        target,
                        database,
                        "run_" + round + "_" + i,
                        List.of(ReferenceBacklog.TABLE),
                        backlog.changes(),
                        directory);
                report(contenders.get(i), round, rig);
            }
        }
    }

    private void writeBacklog(ReferenceBacklog backlog) throws SQLException {
        try (Connection connection = source.connect()) {
            if (source instanceof PostgresSource) {
                backlog.createTargetTable(connection);
            } else {
                backlog.createTable(connection);
            }
            source.begin();
            backlog.write(connection);
            source.end();
        }
    }

    private void oltp() throws SQLException, IOException, InterruptedException {
        OltpWorkload workload = new OltpWorkload(1);
        try (Connection connection = source.connect()) {
            workload.prepare(connection);
            source.begin();
            List<Millrace> programs = asked.programs(true);
            List<Rig> rigs = new ArrayList<>();
            for (int i = 0; i < programs.size(); i++) {
                Rig rig = new Rig(
                        source, target, target.freshDatabase(), "oltp_" + i, OltpWorkload.tables(), 0, directory);
                programs.get(i).run(rig);
                try (Connection copy = target.server().connect(rig.targetDatabase())) {
                    OltpWorkload.requireKeys(copy);
                }
                rigs.add(rig);
            }
            for (int round = 1; round <= asked.rounds(); round++) {
                long before = workload.changes();
                workload.run(connection, asked.rows());
                for (int i = 0; i < programs.size(); i++) {
                    report(programs.get(i), round, rigs.get(i).with(workload.changes() - before));
                }
            }
        }
    }

    private void report(Contender contender, int round, Rig rig)
            throws SQLException, IOException, InterruptedException {
        Measurement measurement = contender.run(rig);
        RowCounts.requireEqual(rig);
        String line = new ResultLine(asked.pair(), contender.name(), round, rig.changes(), measurement).json();
        System.out.println(line);
        asked.append(line);
    }
}
