package io.millrace.e2e.drain;

import io.millrace.daemon.terminal.LogFormat;
import io.millrace.daemon.terminal.LogLevel;
import io.millrace.daemon.terminal.Logs;
import io.millrace.daemon.terminal.Terminal;
import io.millrace.datasource.DataSource;
import io.millrace.datasource.Secret;
import io.millrace.datasource.TlsMode;
import io.millrace.e2e.session.ResultFile;
import io.millrace.e2e.session.RunOrigin;
import io.millrace.e2e.workload.ReferenceBacklog;
import io.millrace.position.PostgresPosition;
import io.millrace.position.SourcePosition;
import io.millrace.reader.ChangeReader;
import io.millrace.reader.ChangeRequest;
import io.millrace.reader.Source;
import io.millrace.reader.SourceProvider;
import io.millrace.reader.TableSelection;
import io.millrace.schema.TableId;
import io.millrace.servers.FileTree;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.ScratchDirectory;
import io.millrace.wal.ChangeLog;
import io.millrace.wal.LogSettings;
import io.millrace.wal.mapped.ChangeLogs;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Fills a change log with the reference table's rows from PostgreSQL, in the text and in the binary format in turns, over copies of one
 * slot. The table of the text runs has one column more, of a type whose binary form is not read, and no values in it. Prints a line of
 * JSON for each run, with the CPU time of the reader's thread, which a busy machine does not change much.
 *
 * <pre>
 * FormatBench [--rows 500000] [--rounds 3] [--results FILE] [--keep]
 * </pre>
 */
public final class FormatBench {
    private static final String DATABASE = "formats";
    private static final int TRANSACTION_ROWS = 1_000;
    private static final long PATIENCE_NANOS = 300_000_000_000L;

    private final PostgresServer server;
    private final int rows;
    private final ResultFile results;
    private final Path directory;

    private FormatBench(PostgresServer server, int rows, ResultFile results, Path directory) {
        this.server = server;
        this.rows = rows;
        this.results = results;
        this.directory = directory;
    }

    public static void main(String[] words) throws Exception {
        Logs.configure(Terminal.ofProcess(), LogFormat.text, LogLevel.warn);
        int rows = 500_000;
        int rounds = 3;
        ResultFile results = ResultFile.NONE;
        boolean isKept = false;
        for (int i = 0; i < words.length; i++) {
            switch (words[i]) {
                case "--rows" -> rows = Integer.parseInt(words[++i]);
                case "--rounds" -> rounds = Integer.parseInt(words[++i]);
                case "--results" -> results = ResultFile.of(words[++i]);
                case "--keep" -> isKept = true;
                default ->
                    throw new IllegalArgumentException("usage: [--rows N] [--rounds N] [--results FILE] [--keep]");
            }
        }
        try (ScratchDirectory scratch = ScratchDirectory.make("millrace-formats", isKept);
                PostgresServer server =
                        PostgresServer.builder().set("max_wal_size", "8GB").start()) {
            FormatBench bench = new FormatBench(server, rows, results, scratch.path());
            for (int round = 0; round <= rounds; round++) { // the first one warms up
                bench.run(round, "text", "ALTER TABLE reference_rows ADD more interval");
                bench.run(round, "binary", "");
            }
        }
    }

    private void run(int round, String format, String ddl) throws SQLException, IOException, InterruptedException {
        String database = DATABASE + "_" + format + "_" + round;
        server.execute(null, "CREATE DATABASE " + database);
        try (Source source = provider().open(dataSource(database));
                Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            ReferenceBacklog.full().createTargetTable(connection);
            if (!ddl.isEmpty()) {
                statement.execute(ddl);
            }
            ChangeRequest request = new ChangeRequest(database, 1, new Everything(), Duration.ofSeconds(10));
            source.prepare(request);
            SourcePosition from = source.loadPosition();
            write(statement);
            fill(source, request, from, source.committedPosition(), format, round);
            statement.execute("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots");
        }
    }

    private void write(Statement statement) throws SQLException {
        for (int first = 1; first <= rows; first += TRANSACTION_ROWS) {
            statement.execute(
                    "INSERT INTO reference_rows SELECT n, n % 100000, n % 1000, n % 8, n * 7919 % 10000000 + 0.37,"
                            + " n % 1048576 / 1024.0, timestamp '2026-01-10 12:34:56.123456' + n * interval '1.000001 s',"
                            + " timestamptz '2026-02-10 01:02:03.123+00' + n * interval '1.001 s', left(md5(n::text), 12),"
                            + " left(md5(n::text), 28), repeat(md5(n::text), 3) FROM generate_series(" + first
                            + "::bigint, "
                            + (first + TRANSACTION_ROWS - 1) + ") n");
        }
    }

    private void fill(
            Source source, ChangeRequest request, SourcePosition from, SourcePosition to, String format, int round)
            throws IOException, InterruptedException, SQLException {
        Path path = directory.resolve(format + round);
        LogSettings settings =
                new LogSettings(path, 1L << 40, LogSettings.DEFAULT_FILE_BYTES, from, Optional.empty(), "formats");
        try (ChangeLog log = ChangeLogs.open(settings);
                ChangeReader reader = source.changes(request)) {
            Thread thread = new Thread(() -> reader.run(log.sink()), "reader");
            long started = System.nanoTime();
            thread.start();
            while (!((PostgresPosition) log.durablePosition()).covers((PostgresPosition) to)) {
                if (!thread.isAlive() || System.nanoTime() - started > PATIENCE_NANOS) {
                    throw new IllegalStateException("log was not filled: position=" + log.durablePosition());
                }
                Thread.sleep(1);
            }
            double seconds = (System.nanoTime() - started) / 1e9;
            long cpuNanos = ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.getId());
            if (round > 0) {
                report(format, round, seconds, cpuNanos / 1e9, log.status().appendedBytes());
            }
            reader.stop();
            thread.join();
        }
        FileTree.delete(path);
    }

    private void report(String format, int round, double seconds, double cpuSeconds, long logBytes) throws IOException {
        String line = String.format(
                Locale.ROOT,
                "{\"bench\": \"format\", \"format\": \"%s\", \"round\": %d, \"changes\": %d, \"seconds\": %.3f,"
                        + " \"changes_per_s\": %.0f, \"reader_cpu_s\": %.3f, \"log_bytes\": %d, %s}",
                format,
                round,
                rows,
                seconds,
                rows / seconds,
                cpuSeconds,
                logBytes,
                RunOrigin.json());
        results.add(line);
    }

    private static SourceProvider provider() {
        return ServiceLoader.load(SourceProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.types().contains("postgres"))
                .findFirst()
                .orElseThrow();
    }

    private DataSource dataSource(String database) {
        return new DataSource(
                "formats",
                "postgres",
                server.host(),
                server.port(),
                database,
                server.user(),
                Secret.of(server.password()),
                TlsMode.DISABLED,
                Optional.empty(),
                Duration.ofSeconds(10));
    }

    private static final class Everything implements TableSelection {
        @Override
        public boolean isSelected(TableId table) {
            return true;
        }

        @Override
        public List<String> declaredKey(TableId table) {
            return List.of();
        }
    }
}
