package io.millrace.e2e.load;

import io.millrace.daemon.terminal.LogFormat;
import io.millrace.daemon.terminal.LogLevel;
import io.millrace.daemon.terminal.Logs;
import io.millrace.daemon.terminal.Terminal;
import io.millrace.e2e.session.MillraceCommand;
import io.millrace.e2e.session.ProcessSample;
import io.millrace.e2e.session.ResultFile;
import io.millrace.e2e.session.RunOrigin;
import io.millrace.e2e.session.Spread;
import io.millrace.e2e.workload.ReferenceBacklog;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.ScratchDirectory;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A table of the reference rows from one PostgreSQL server into another, in turns: by {@code psql … COPY | psql … COPY} in the
 * binary format, and by this program, both into the same table with its key and its index, and by this program into a table that it
 * makes itself, whose index follows the load; with {@code --mysql} from MySQL, too. Each copy's rows are summed up by the servers. Prints a line of JSON for each run, and
 * the medians with their spread.
 *
 * <pre>
 * LoadBench [--rows 2000000] [--rounds 3] [--psql psql] [--mysql] [--results FILE] [--keep] [--task-line YAML]…
 *           [--jvm OPTION]…
 * </pre>
 */
public final class LoadBench {
    private final LoadTable table;
    private final Optional<MySqlServer> mysql;
    private final PostgresServer target;
    private final Arguments asked;
    private final ScratchDirectory scratch;

    private LoadBench(
            LoadTable table,
            Optional<MySqlServer> mysql,
            PostgresServer target,
            Arguments asked,
            ScratchDirectory scratch) {
        this.table = table;
        this.mysql = mysql;
        this.target = target;
        this.asked = asked;
        this.scratch = scratch;
    }

    private record Arguments(
            int rows,
            int rounds,
            String psql,
            boolean hasMySql,
            ResultFile results,
            boolean isKept,
            String taskLines,
            List<String> jvmOptions) {
        static Arguments of(String... words) {
            int rows = 2_000_000;
            int rounds = 3;
            String psql = "psql";
            boolean hasMySql = false;
            ResultFile results = ResultFile.NONE;
            boolean isKept = false;
            List<String> lines = new ArrayList<>();
            List<String> jvm = new ArrayList<>(MillraceCommand.JVM);
            for (int i = 0; i < words.length; i++) {
                switch (words[i]) {
                    case "--rows" -> rows = Integer.parseInt(words[++i]);
                    case "--rounds" -> rounds = Integer.parseInt(words[++i]);
                    case "--psql" -> psql = words[++i];
                    case "--mysql" -> hasMySql = true;
                    case "--results" -> results = ResultFile.of(words[++i]);
                    case "--keep" -> isKept = true;
                    case "--task-line" -> lines.add(words[++i]);
                    case "--jvm" -> jvm.add(words[++i]);
                    default ->
                        throw new IllegalArgumentException(
                                "usage: [--rows N] [--rounds N] [--psql FILE] [--mysql] [--results FILE] [--keep]"
                                        + " [--task-line YAML]… [--jvm OPTION]…");
                }
            }
            return new Arguments(rows, rounds, psql, hasMySql, results, isKept, String.join("\n", lines), jvm);
        }
    }

    public static void main(String[] words) throws Exception {
        Logs.configure(Terminal.ofProcess(), LogFormat.text, LogLevel.warn);
        Arguments asked = Arguments.of(words);
        try (ScratchDirectory scratch = ScratchDirectory.make("millrace-load", asked.isKept());
                PostgresServer source = PostgresServer.builder()
                        .set("max_wal_size", "16GB")
                        .set("fsync", "off")
                        .memoryMiB(512)
                        .start();
                PostgresServer target = PostgresServer.builder()
                        .set("max_wal_size", "16GB")
                        .set("fsync", "off")
                        .memoryMiB(512)
                        .start()) {
            source.execute(null, "CREATE DATABASE original");
            LoadTable table = new LoadTable(source, "original", asked.rows());
            table.fill();
            try (MySqlServer mysql = asked.hasMySql() ? filledMySql(table) : null) {
                new LoadBench(table, Optional.ofNullable(mysql), target, asked, scratch).measure();
            }
        }
    }

    private static MySqlServer filledMySql(LoadTable table) throws SQLException {
        MySqlServer mysql = MySqlServer.builder().memoryMiB(1024).start();
        table.fill(mysql);
        return mysql;
    }

    private void measure() throws SQLException, IOException, InterruptedException {
        PsqlPipe psql = new PsqlPipe(asked.psql());
        LoadRun existing = new LoadRun("[full, incremental]", LoadTable.NAME, asked.taskLines(), asked.jvmOptions());
        LoadRun made =
                new LoadRun("[structure, full, incremental]", LoadTable.NAME, asked.taskLines(), asked.jvmOptions());
        double[] pipes = new double[asked.rounds()];
        double[] intoExisting = new double[asked.rounds()];
        double[] intoMade = new double[asked.rounds()];
        double[] ofMySql = new double[asked.rounds()];
        for (int round = 0; round < asked.rounds(); round++) {
            String copy = copy("pipe" + round, true);
            pipes[round] =
                    report("psql", round, new LoadRun.Result(psql.run(table, target, copy), ProcessSample.NONE), copy);
            copy = copy("existing" + round, true);
            intoExisting[round] = report("millrace", round, run(existing, copy), copy);
            copy = copy("made" + round, false);
            intoMade[round] = report("millrace-made", round, run(made, copy), copy);
            if (mysql.isPresent()) {
                copy = copy("mysql" + round, true);
                LoadRun.Result result = existing.run(mysql.get(), table.database(), target, copy, scratch);
                ofMySql[round] = report("millrace-mysql", round, result, copy);
            }
        }
        Spread piped = Spread.of(pipes);
        if (mysql.isPresent()) {
            Spread loaded = Spread.of(ofMySql);
            System.out.printf(
                    Locale.ROOT,
                    "from MySQL into the same table %s (%.2f)%n",
                    shown(loaded),
                    loaded.median() / piped.median());
        }
        Spread same = Spread.of(intoExisting);
        Spread ours = Spread.of(intoMade);
        System.out.printf(
                Locale.ROOT,
                "median of %d: psql %s, into the same table %s (%.2f), into a table of ours %s (%.2f)%n",
                asked.rounds(),
                shown(piped),
                shown(same),
                same.median() / piped.median(),
                shown(ours),
                ours.median() / piped.median());
    }

    private LoadRun.Result run(LoadRun millrace, String copy) throws IOException, InterruptedException {
        return millrace.run(table.source(), table.database(), target, copy, scratch);
    }

    private String copy(String name, boolean hasTable) throws SQLException {
        target.execute(null, "CREATE DATABASE " + name);
        if (hasTable) {
            try (Connection connection = target.connect(name)) {
                ReferenceBacklog.full().createTargetTable(connection);
            }
        }
        target.execute(null, "CHECKPOINT");
        return name;
    }

    /** Returns rows a second. */
    private double report(String contender, int round, LoadRun.Result result, String copy)
            throws SQLException, IOException {
        table.requireSame(target, copy);
        target.execute(null, "DROP DATABASE " + copy + " WITH (FORCE)");
        double rate = table.rows() / result.seconds();
        String line = String.format(
                Locale.ROOT,
                "{\"bench\": \"load\", \"contender\": \"%s\", \"round\": %d, \"rows\": %d, \"seconds\": %.3f,"
                        + " \"rows_per_s\": %.0f, \"vm_hwm_kib\": %d, %s}",
                contender,
                round + 1,
                table.rows(),
                result.seconds(),
                rate,
                result.memory().highWaterKiB(),
                RunOrigin.json());
        asked.results().add(line);
        return rate;
    }

    private static String shown(Spread rates) {
        return String.format(Locale.ROOT, "%.0f rows/s (%.0f to %.0f)", rates.median(), rates.least(), rates.most());
    }
}
