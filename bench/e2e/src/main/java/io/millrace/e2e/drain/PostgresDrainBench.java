package io.millrace.e2e.drain;

import io.millrace.daemon.terminal.LogFormat;
import io.millrace.daemon.terminal.LogLevel;
import io.millrace.daemon.terminal.Logs;
import io.millrace.daemon.terminal.Terminal;
import io.millrace.e2e.session.ResultFile;
import io.millrace.e2e.session.RunOrigin;
import io.millrace.e2e.session.Spread;
import io.millrace.e2e.workload.ReferenceBacklog;
import io.millrace.position.PostgresPosition;
import io.millrace.reader.Source;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.ScratchDirectory;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;

/**
 * The reference backlog out of a PostgreSQL server by copies of one slot, in turns: by PostgreSQL's own {@code pg_recvlogical} into
 * memory, and by our reader into a change log that is forced to disk. Prints a line of JSON for each pair, and the medians with their
 * spread.
 *
 * <pre>
 * PostgresDrainBench [--rows 1000000] [--rounds 5] [--client pg_recvlogical] [--results FILE] [--keep]
 * </pre>
 */
public final class PostgresDrainBench {
    private static final String DATABASE = "drain";

    private final PostgresServer server;
    private final PostgresLogFill filling;
    private final RecvLogical client;
    private final ReferenceBacklog backlog;
    private final ResultFile results;

    private PostgresDrainBench(
            PostgresServer server,
            PostgresLogFill filling,
            RecvLogical client,
            ReferenceBacklog backlog,
            ResultFile results) {
        this.server = server;
        this.filling = filling;
        this.client = client;
        this.backlog = backlog;
        this.results = results;
    }

    public static void main(String[] words) throws Exception {
        Logs.configure(Terminal.ofProcess(), LogFormat.text, LogLevel.warn);
        int rows = 1_000_000;
        int rounds = 5;
        String client = "pg_recvlogical";
        ResultFile results = ResultFile.NONE;
        boolean isKept = false;
        for (int i = 0; i < words.length; i++) {
            switch (words[i]) {
                case "--rows" -> rows = Integer.parseInt(words[++i]);
                case "--rounds" -> rounds = Integer.parseInt(words[++i]);
                case "--client" -> client = words[++i];
                case "--results" -> results = ResultFile.of(words[++i]);
                case "--keep" -> isKept = true;
                default ->
                    throw new IllegalArgumentException(
                            "usage: [--rows N] [--rounds N] [--client FILE] [--results FILE] [--keep]");
            }
        }
        try (ScratchDirectory scratch = ScratchDirectory.make("millrace-drain", isKept);
                PostgresServer server = PostgresServer.builder()
                        .set("max_wal_size", "16GB")
                        .set("fsync", "off")
                        .memoryMiB(512)
                        .start()) {
            server.execute(null, "CREATE DATABASE " + DATABASE);
            new PostgresDrainBench(
                            server,
                            new PostgresLogFill(server, DATABASE, scratch.path()),
                            new RecvLogical(server, DATABASE, client),
                            ReferenceBacklog.ofRows(rows),
                            results)
                    .measure(rounds);
        }
    }

    private void measure(int rounds) throws SQLException, IOException, InterruptedException {
        double[] ours = new double[rounds];
        double[] clients = new double[rounds];
        try (Source source = filling.open();
                Connection connection = server.connect(DATABASE)) {
            backlog.createTargetTable(connection);
            source.prepare(filling.request("base"));
            PostgresPosition from = (PostgresPosition) source.nowPosition();
            backlog.write(connection);
            PostgresPosition to = (PostgresPosition) source.committedPosition();
            for (int round = 0; round < rounds; round++) {
                clients[round] = rate(client.run(copyOfSlot("theirs" + round), filling.publication(), to));
                ours[round] = rate(filling.run(source, copyOfSlot("ours" + round), from, to));
                report(round + 1, ours[round], clients[round]);
            }
        }
        Spread our = Spread.of(ours);
        Spread their = Spread.of(clients);
        System.out.printf(
                Locale.ROOT,
                "median of %d: ours %.0f changes/s (%.0f to %.0f), pg_recvlogical %.0f (%.0f to %.0f), ratio %.3f%n",
                rounds,
                our.median(),
                our.least(),
                our.most(),
                their.median(),
                their.least(),
                their.most(),
                our.median() / their.median());
    }

    private double rate(double seconds) {
        return backlog.changes() / seconds;
    }

    private String copyOfSlot(String name) {
        server.execute(
                DATABASE,
                "SELECT pg_copy_logical_replication_slot('" + filling.slot("base") + "', '" + filling.slot(name)
                        + "')");
        return filling.slot(name);
    }

    private void report(int round, double ours, double theirs) throws IOException {
        String line = String.format(
                Locale.ROOT,
                "{\"bench\": \"postgres-drain\", \"round\": %d, \"changes\": %d, \"changes_per_s\": %.0f,"
                        + " \"recvlogical_changes_per_s\": %.0f, \"ratio\": %.3f, %s}",
                round,
                backlog.changes(),
                ours,
                theirs,
                ours / theirs,
                RunOrigin.json());
        results.add(line);
    }
}
