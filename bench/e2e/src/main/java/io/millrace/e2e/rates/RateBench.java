package io.millrace.e2e.rates;

import io.millrace.daemon.LogFormat;
import io.millrace.daemon.LogLevel;
import io.millrace.daemon.Logs;
import io.millrace.daemon.Terminal;
import io.millrace.e2e.peer.DebeziumPeer;
import io.millrace.e2e.workload.OltpWorkload;
import io.millrace.e2e.workload.ReferenceBacklog;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
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
 * RateBench [--workload reference|oltp] [--rows 1000000] [--rounds 3] [--results FILE] [--peer] [--task-line YAML]…
 *           [--jvm OPTION]… [--peer-option JVM-FLAG|NAME=VALUE]…
 * </pre>
 *
 * With {@code --peer} each round runs the peer at several tunings beside this program. For {@code oltp} the rows are transactions, and each round adds as many to what was loaded before; it has no peer. The target has
 * the source's unique and foreign keys, made behind the load, so that every round is applied to tied tables.
 */
public final class RateBench {
    private static final String DATABASE = "rates";

    private RateBench() {}

    public static void main(String[] words) throws Exception {
        Logs.configure(Terminal.ofProcess(), LogFormat.text, LogLevel.warn);
        Arguments asked = Arguments.of(words);
        Path directory = Files.createTempDirectory("millrace-rates");
        try (MySqlServer source = MySqlServer.builder()
                        .set("gtid_mode", "ON")
                        .set("max_binlog_size", "1073741824")
                        .memoryMiB(1024)
                        .start();
                PostgresServer target = PostgresServer.builder()
                        .set("max_wal_size", "8GB")
                        .memoryMiB(512)
                        .start();
                Connection connection = connect(source)) {
            if (asked.isOltp()) {
                oltp(asked, source, target, directory, connection);
            } else {
                reference(asked, source, target, directory, connection);
            }
        }
    }

    private static Connection connect(MySqlServer source) {
        source.execute(null, "CREATE DATABASE " + DATABASE + " CHARACTER SET utf8mb4");
        return source.connect(DATABASE);
    }

    private static void reference(
            Arguments asked, MySqlServer source, PostgresServer target, Path directory, Connection connection)
            throws SQLException, IOException, InterruptedException {
        ReferenceBacklog backlog = ReferenceBacklog.ofRows(asked.rows());
        backlog.createTable(connection);
        DebeziumPeer.Start start = DebeziumPeer.Start.now(source);
        backlog.write(connection);
        Rig rig = new Rig(
                source, target, DATABASE, "", List.of(ReferenceBacklog.TABLE), start, backlog.changes(), directory);
        for (int round = 1; round <= asked.rounds(); round++) {
            for (Contender contender : contenders(asked)) {
                Rig fresh = rig.with(target.freshDatabase("run"));
                try (Connection copy = target.connect(fresh.targetDatabase())) {
                    backlog.createTargetTable(copy);
                }
                target.execute(null, "CHECKPOINT");
                report(asked, contender, round, fresh);
            }
        }
    }

    private static List<Contender> contenders(Arguments asked) {
        List<Contender> contenders = new ArrayList<>();
        contenders.add(new Millrace(
                "millrace", "steps: [incremental]\nstart: 'gtid:%s'", asked.taskLines(), asked.jvmOptions()));
        if (asked.hasPeer()) {
            contenders.addAll(Debezium.tunings(asked.peerOptions()));
        }
        return contenders;
    }

    private static void oltp(
            Arguments asked, MySqlServer source, PostgresServer target, Path directory, Connection connection)
            throws SQLException, IOException, InterruptedException {
        OltpWorkload workload = new OltpWorkload(1);
        workload.prepare(connection);
        Rig rig = new Rig(
                source,
                target,
                DATABASE,
                target.freshDatabase("run"),
                OltpWorkload.tables(),
                DebeziumPeer.Start.now(source),
                0,
                directory);
        Millrace millrace = new Millrace(
                "millrace", "steps: [structure, full, incremental]", asked.taskLines(), asked.jvmOptions());
        millrace.run(rig);
        try (Connection copy = target.connect(rig.targetDatabase())) {
            OltpWorkload.requireKeys(copy);
        }
        for (int round = 1; round <= asked.rounds(); round++) {
            long before = workload.changes();
            workload.run(connection, asked.rows());
            report(asked, millrace, round, rig.with(workload.changes() - before));
        }
    }

    private static void report(Arguments asked, Contender contender, int round, Rig rig)
            throws SQLException, IOException, InterruptedException {
        Measurement measurement = contender.run(rig);
        RowCounts.requireEqual(rig);
        String line = new ResultLine(asked.workload(), contender.name(), round, rig.changes(), measurement).json();
        System.out.println(line);
        asked.append(line);
    }
}
