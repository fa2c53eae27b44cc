package io.millrace.e2e.load;

import io.millrace.daemon.terminal.LogFormat;
import io.millrace.daemon.terminal.LogLevel;
import io.millrace.daemon.terminal.Logs;
import io.millrace.daemon.terminal.Terminal;
import io.millrace.e2e.session.MillraceCommand;
import io.millrace.e2e.session.ResultFile;
import io.millrace.e2e.session.RunOrigin;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.ScratchDirectory;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;

/**
 * Many small tables from one PostgreSQL server into another that has none of them: made, loaded, and their indexes made, until the task
 * has caught up. Rows of every table are counted. Prints a line of JSON.
 *
 * <pre>
 * ManyTablesBench [--tables 1000] [--rows 20] [--results FILE] [--keep]
 * </pre>
 */
public final class ManyTablesBench {
    private static final String MAKE = """
            DO $$ BEGIN FOR i IN 1 .. %d LOOP
              EXECUTE format('CREATE TABLE small_%%s (id int PRIMARY KEY, name text NOT NULL, note varchar(200))', i);
              EXECUTE format('CREATE INDEX ON small_%%s (name)', i);
              EXECUTE format('INSERT INTO small_%%s SELECT n, ''name '' || n, md5(n::text) FROM generate_series(1, %d) n', i);
            END LOOP; END $$""";

    private static final String COUNT = """
            SELECT count(*), sum((pg_catalog.xpath('/row/n/text()', pg_catalog.query_to_xml(
                   pg_catalog.format('SELECT count(*) AS n FROM public.%I', tablename), false, true, '')))[1]::text::bigint)
            FROM pg_catalog.pg_tables WHERE schemaname = 'public'""";

    private ManyTablesBench() {}

    public static void main(String[] words) throws Exception {
        Logs.configure(Terminal.ofProcess(), LogFormat.text, LogLevel.warn);
        int tables = 1_000;
        int rows = 20;
        ResultFile results = ResultFile.NONE;
        boolean isKept = false;
        for (int i = 0; i < words.length; i++) {
            switch (words[i]) {
                case "--tables" -> tables = Integer.parseInt(words[++i]);
                case "--rows" -> rows = Integer.parseInt(words[++i]);
                case "--results" -> results = ResultFile.of(words[++i]);
                case "--keep" -> isKept = true;
                default ->
                    throw new IllegalArgumentException("usage: [--tables N] [--rows N] [--results FILE] [--keep]");
            }
        }
        try (ScratchDirectory scratch = ScratchDirectory.make("millrace-load", isKept);
                PostgresServer source = server();
                PostgresServer target = server()) {
            source.execute(null, "CREATE DATABASE original");
            target.execute(null, "CREATE DATABASE copy");
            source.execute("original", MAKE.formatted(tables, rows));
            LoadRun run = new LoadRun("[structure, full, incremental]", "*", "", MillraceCommand.JVM);
            LoadRun.Result result = run.run(source, "original", target, "copy", scratch);
            requireAll(target, tables, rows);
            report(tables, rows, result, results);
        }
    }

    private static PostgresServer server() {
        return PostgresServer.builder().set("max_locks_per_transaction", "2048").start();
    }

    private static void requireAll(PostgresServer target, int tables, int rows) throws SQLException {
        try (Connection connection = target.connect("copy");
                Statement sql = connection.createStatement();
                ResultSet found = sql.executeQuery(COUNT)) {
            found.next();
            if (found.getInt(1) != tables || found.getLong(2) != (long) tables * rows) {
                throw new IllegalStateException(
                        "tables or rows are missing: tables=" + found.getInt(1) + ", rows=" + found.getLong(2));
            }
        }
    }

    private static void report(int tables, int rows, LoadRun.Result result, ResultFile results) throws IOException {
        String line = String.format(
                Locale.ROOT,
                "{\"bench\": \"many-tables\", \"tables\": %d, \"rows_each\": %d, \"seconds\": %.3f, \"vm_hwm_kib\": %d, %s}",
                tables,
                rows,
                result.seconds(),
                result.memory().highWaterKiB(),
                RunOrigin.json());
        results.add(line);
    }
}
