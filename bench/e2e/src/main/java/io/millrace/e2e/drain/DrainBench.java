package io.millrace.e2e.drain;

import io.millrace.daemon.terminal.LogFormat;
import io.millrace.daemon.terminal.LogLevel;
import io.millrace.daemon.terminal.Logs;
import io.millrace.daemon.terminal.Terminal;
import io.millrace.e2e.session.ResultFile;
import io.millrace.e2e.session.RunOrigin;
import io.millrace.e2e.workload.ReferenceBacklog;
import io.millrace.position.SourcePosition;
import io.millrace.servers.FileTree;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.ScratchDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;

/**
 * Drains the reference backlog's binlog raw and fills a change log from it, in turns, from one live server: plain, over TLS, and
 * with compressed transactions, where the log's rate is told per inflated byte. Prints a line of JSON for each pair.
 *
 * <pre>
 * DrainBench [--rows 1000000] [--rounds 3] [--compressed] [--results FILE] [--keep]
 * </pre>
 */
public final class DrainBench {
    private static final String DATABASE = "drain";

    private final MySqlServer server;
    private final ReferenceBacklog backlog;
    private final int rounds;
    private final ResultFile results;
    private final Path directory;

    private DrainBench(MySqlServer server, ReferenceBacklog backlog, int rounds, ResultFile results, Path directory) {
        this.server = server;
        this.backlog = backlog;
        this.rounds = rounds;
        this.results = results;
        this.directory = directory;
    }

    public static void main(String[] words) throws Exception {
        Logs.configure(Terminal.ofProcess(), LogFormat.text, LogLevel.warn);
        int rows = 1_000_000;
        int rounds = 3;
        boolean isCompressed = false;
        ResultFile results = ResultFile.NONE;
        boolean isKept = false;
        for (int i = 0; i < words.length; i++) {
            switch (words[i]) {
                case "--rows" -> rows = Integer.parseInt(words[++i]);
                case "--rounds" -> rounds = Integer.parseInt(words[++i]);
                case "--compressed" -> isCompressed = true;
                case "--results" -> results = ResultFile.of(words[++i]);
                case "--keep" -> isKept = true;
                default ->
                    throw new IllegalArgumentException(
                            "usage: [--rows N] [--rounds N] [--compressed] [--results FILE] [--keep]");
            }
        }
        try (ScratchDirectory scratch = ScratchDirectory.make("millrace-drain", isKept);
                MySqlServer server = MySqlServer.builder()
                        .set("gtid_mode", "ON")
                        .set("max_binlog_size", "1073741824")
                        .memoryMiB(1024)
                        .start()) {
            DrainBench bench = new DrainBench(server, ReferenceBacklog.ofRows(rows), rounds, results, scratch.path());
            long bytes = bench.measure(DATABASE, "plain", false, 0);
            if (isCompressed) {
                bench.measure(DATABASE + "_packed", "compressed", true, bytes);
            }
        }
    }

    /** Where a backlog lies: in one file, between two positions. */
    private record Stretch(String file, long offset, SourcePosition from, SourcePosition to) {}

    /** Returns the bytes that the server sent for the backlog. */
    private long measure(String database, String mode, boolean isPacked, long inflatedBytes)
            throws SQLException, IOException, InterruptedException {
        Stretch stretch = write(database, isPacked);
        long bytes = 0;
        for (int round = 1; round <= rounds; round++) {
            bytes = pair(database, mode, round, stretch, false, inflatedBytes);
            pair(database, mode + "-tls", round, stretch, true, inflatedBytes);
        }
        return bytes;
    }

    private Stretch write(String database, boolean isPacked) throws SQLException {
        server.execute(null, "CREATE DATABASE " + database + " CHARACTER SET utf8mb4", "FLUSH BINARY LOGS");
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            backlog.createTable(connection);
            statement.execute("SET SESSION binlog_transaction_compression = " + (isPacked ? "ON" : "OFF"));
            try (ResultSet status = statement.executeQuery("SHOW MASTER STATUS")) {
                status.next();
                String file = status.getString(1);
                long offset = status.getLong(2);
                SourcePosition from = executed(statement);
                backlog.write(connection);
                return new Stretch(file, offset, from, executed(statement));
            }
        }
    }

    private static SourcePosition executed(Statement statement) throws SQLException {
        try (Statement own = statement.getConnection().createStatement();
                ResultSet result = own.executeQuery("SELECT @@global.gtid_executed")) {
            result.next();
            return SourcePosition.parse("gtid:" + result.getString(1).replace("\n", ""));
        }
    }

    private long pair(String database, String mode, int round, Stretch stretch, boolean isTls, long inflatedBytes)
            throws IOException, InterruptedException {
        RawDrain.Drained raw = RawDrain.run(server, isTls, stretch.file(), stretch.offset());
        Path log = directory.resolve(mode + round);
        LogFill.Filled filled = new LogFill(log, database).run(server, isTls, stretch.from(), stretch.to());
        FileTree.delete(log);
        long carried = inflatedBytes == 0 ? raw.bytes() : inflatedBytes;
        report(mode, round, raw, filled, carried);
        return raw.bytes();
    }

    private void report(String mode, int round, RawDrain.Drained raw, LogFill.Filled filled, long carried)
            throws IOException {
        double rawRate = raw.bytesPerSecond();
        double fillRate = carried / filled.seconds();
        String line = String.format(
                Locale.ROOT,
                "{\"bench\": \"drain\", \"mode\": \"%s\", \"round\": %d, \"changes\": %d, \"bytes\": %d,"
                        + " \"inflated_bytes\": %d, \"drain_bytes_per_s\": %.0f, \"fill_bytes_per_s\": %.0f,"
                        + " \"ratio\": %.3f, \"changes_per_s\": %.0f, \"log_bytes\": %d, \"log_bytes_per_s\": %.0f,"
                        + " \"forces\": %d, %s}",
                mode,
                round,
                backlog.changes(),
                raw.bytes(),
                carried,
                rawRate,
                fillRate,
                fillRate / rawRate,
                backlog.changes() / filled.seconds(),
                filled.logBytes(),
                filled.logBytes() / filled.seconds(),
                filled.forces(),
                RunOrigin.json());
        results.add(line);
    }
}
