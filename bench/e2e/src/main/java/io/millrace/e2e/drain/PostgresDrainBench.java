package io.millrace.e2e.drain;

import io.millrace.daemon.LogFormat;
import io.millrace.daemon.LogLevel;
import io.millrace.daemon.Logs;
import io.millrace.daemon.Terminal;
import io.millrace.e2e.DirectoryTree;
import io.millrace.e2e.rates.RunOrigin;
import io.millrace.e2e.workload.ReferenceBacklog;
import io.millrace.position.PostgresPosition;
import io.millrace.reader.Source;
import io.millrace.servers.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Locale;

/**
 * The reference backlog out of a PostgreSQL server by copies of one slot, in turns: by PostgreSQL's own {@code pg_recvlogical} into
 * memory, and by our reader into a change log that is forced to disk. Prints a line of JSON for each pair, and the medians with their
 * spread.
 *
 * <pre>
 * PostgresDrainBench [--rows 1000000] [--rounds 5] [--client pg_recvlogical] [--results FILE]
 * </pre>
 */
public final class PostgresDrainBench {
    private static final String DATABASE = "drain";

    private final PostgresServer server;
    private final PostgresLogFill filling;
    private final RecvLogical client;
    private final ReferenceBacklog backlog;
    private final Path results;

    private PostgresDrainBench(
            PostgresServer server,
            PostgresLogFill filling,
            RecvLogical client,
            ReferenceBacklog backlog,
            Path results) {
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
        Path results = null;
        for (int i = 0; i < words.length; i++) {
            switch (words[i]) {
                case "--rows" -> rows = Integer.parseInt(words[++i]);
                case "--rounds" -> rounds = Integer.parseInt(words[++i]);
                case "--client" -> client = words[++i];
                case "--results" -> results = Path.of(words[++i]);
                default ->
                    throw new IllegalArgumentException(
                            "usage: [--rows N] [--rounds N] [--client FILE] [--results FILE]");
            }
        }
        Path directory = Files.createTempDirectory("millrace-drain");
        try (PostgresServer server = PostgresServer.builder()
                .set("max_wal_size", "16GB")
                .set("fsync", "off")
                .memoryMiB(512)
                .start()) {
            server.execute(null, "CREATE DATABASE " + DATABASE);
            new PostgresDrainBench(
                            server,
                            new PostgresLogFill(server, DATABASE, directory),
                            new RecvLogical(server, DATABASE, client),
                            ReferenceBacklog.ofRows(rows),
                            results)
                    .measure(rounds);
        } finally {
            DirectoryTree.delete(directory);
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
        double ratio = median(ours) / median(clients);
        System.out.printf(
                Locale.ROOT,
                "median of %d: ours %.0f changes/s (%.0f to %.0f), pg_recvlogical %.0f (%.0f to %.0f), ratio %.3f%n",
                rounds,
                median(ours),
                least(ours),
                most(ours),
                median(clients),
                least(clients),
                most(clients),
                ratio);
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
        System.out.println(line);
        if (results != null) {
            Files.writeString(results, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static double least(double[] values) {
        return Arrays.stream(values).min().orElseThrow();
    }

    private static double most(double[] values) {
        return Arrays.stream(values).max().orElseThrow();
    }
}
