package io.millrace.e2e.peer;

import io.millrace.e2e.workload.ReferenceBacklog;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.ScratchDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The peer alone on the reference backlog: {@code DebeziumPeerMain BEST|DEFAULT ROWS [JVM flag or name=value …]}.
 * Prints its line of JSON if the target then holds what the source holds.
 */
public final class DebeziumPeerMain {
    private DebeziumPeerMain() {}

    public static void main(String[] arguments) throws SQLException, IOException, InterruptedException {
        DebeziumPeer.Tuning tuning = DebeziumPeer.Tuning.valueOf(arguments[0]);
        ReferenceBacklog backlog = ReferenceBacklog.ofRows(Integer.parseInt(arguments[1]));
        List<String> jvmFlags = new ArrayList<>();
        Map<String, String> settings = new HashMap<>();
        for (String argument : List.of(arguments).subList(2, arguments.length)) {
            if (argument.startsWith("-")) {
                jvmFlags.add(argument);
            } else {
                String[] pair = argument.split("=", 2);
                settings.put(pair[0], pair[1]);
            }
        }
        try (MySqlServer source = MySqlServer.builder().memoryMiB(1024).start();
                PostgresServer target = PostgresServer.builder().memoryMiB(1024).start();
                ScratchDirectory scratch = ScratchDirectory.make("millrace-peer", false)) {
            String database = source.freshDatabase("reference");
            String targetDatabase = target.freshDatabase("reference");
            DebeziumPeer.Start start = write(backlog, source, database);
            try (Connection connection = target.connect(targetDatabase)) {
                backlog.createTargetTable(connection);
            }
            String result = new DebeziumPeer(Path.of("bench/peers"), jvmFlags, settings)
                    .run(
                            scratch,
                            tuning,
                            source,
                            database,
                            List.of(ReferenceBacklog.TABLE),
                            start,
                            target,
                            targetDatabase,
                            backlog.changes());
            String expected = sums(source.connect(database));
            String actual = sums(target.connect(targetDatabase));
            if (!expected.equals(actual)) {
                throw new IllegalStateException("not equal: source=" + expected + ", target=" + actual);
            }
            System.out.println(result);
        }
    }

    private static DebeziumPeer.Start write(ReferenceBacklog backlog, MySqlServer source, String database)
            throws SQLException {
        try (Connection connection = source.connect(database)) {
            backlog.createTable(connection);
            DebeziumPeer.Start start = DebeziumPeer.Start.now(source);
            long started = System.nanoTime();
            backlog.write(connection);
            System.err.printf("backlog written: seconds=%d%n", (System.nanoTime() - started) / 1_000_000_000);
            return start;
        }
    }

    /** Count and sums over columns that both servers add up alike. */
    private static String sums(Connection connection) throws SQLException {
        try (connection;
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT count(*), sum(id), sum(quantity), sum(status),"
                        + " sum(amount), sum(length(name)), sum(length(note)) FROM reference_rows")) {
            result.next();
            StringBuilder sums = new StringBuilder();
            for (int column = 1; column <= 7; column++) {
                sums.append(result.getString(column)).append(' ');
            }
            return sums.toString();
        }
    }
}
