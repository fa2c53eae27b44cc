package io.millrace.e2e.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three tables into one, loaded beside a workload and followed, with SIGKILL at random moments of both; from before the load on rows go from
 * one table to another with their keys (decision 0033), also to and from one that joins the others once they are loaded (decision 0045). The seed is printed; {@code -Dseed=} replays the workload and the waits.
 */
class JoinedTablesFailureTest {
    private static final int ROWS_OF_EACH = 20_000;
    private static final String RULES = "mapping: {rename_tables: [{from: 'shard_.*', to: all_shards}]}\n"
            + "resources: {read_concurrency: 3, write_concurrency: 3, rows_per_second: 20000}";

    @TempDir
    Path directory;

    @Test
    void shouldHoldEveryRowOnceWhenThreeTablesOfMySqlAreOneOfPostgres() throws Exception {
        joinInPostgres(MySqlServer.builder().set("gtid_mode", "ON").shared(), false);
    }

    @Test
    @Tag("full")
    void shouldHoldEveryRowOnceWhenATableOfMySqlJoinsOthersThatAreLoaded() throws Exception {
        joinInPostgres(MySqlServer.builder().set("gtid_mode", "ON").shared(), true);
    }

    @Test
    @Tag("full")
    void shouldHoldEveryRowOnceWhenATableOfMariaDbJoinsOthersThatAreLoaded() throws Exception {
        joinInPostgres(Servers.shared(ServerKind.MARIADB_11_4), true);
    }

    @Test
    @Tag("full")
    void shouldHoldEveryRowOnceWhenThreeTablesOfPostgresAreOneOfMySql() throws Exception {
        joinFromPostgres(false);
    }

    @Test
    @Tag("full")
    void shouldHoldEveryRowOnceWhenATableOfPostgresJoinsOthersThatAreLoaded() throws Exception {
        joinFromPostgres(true);
    }

    private void joinInPostgres(Server source, boolean isLater) throws Exception {
        PostgresServer target = PostgresServer.builder().shared();
        source.execute(null, "DROP DATABASE IF EXISTS bank", "CREATE DATABASE bank");
        target.execute(null, "DROP SCHEMA IF EXISTS bank CASCADE", "DROP SCHEMA IF EXISTS millrace CASCADE");
        join(source, "bank", target, null, isLater);
    }

    private void joinFromPostgres(boolean isLater) throws Exception {
        PostgresServer source = (PostgresServer) Servers.shared(ServerKind.POSTGRES_16);
        MySqlServer target = MySqlServer.builder().set("skip_log_bin", "").shared();
        BankDatabase.remove(source);
        source.execute(null, "CREATE DATABASE bank");
        source.execute("bank", "CREATE SCHEMA bank");
        target.execute(null, "DROP DATABASE IF EXISTS bank", "DROP DATABASE IF EXISTS millrace");
        try {
            join(source, "bank", target, null, isLater);
        } finally {
            BankDatabase.remove(source);
        }
    }

    /** @param isLater whether the last table comes to the task once the others are loaded */
    private void join(Server source, String database, Server target, String targetDatabase, boolean isLater)
            throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed=" + seed + ", source=" + source.version() + ", target=" + target.version());
        SplittableRandom random = new SplittableRandom(seed);
        try (Connection connection = source.connect(database);
                Connection judge = source.connect(database);
                Connection copy = target.connect(targetDatabase)) {
            ShardsWorkload workload = new ShardsWorkload(connection, "bank", random.nextLong());
            workload.create(ROWS_OF_EACH);
            BankTask task = BankTask.write(directory, source, source.port(), target, target.port(), RULES);
            if (isLater) {
                task.taking("bank.shard_1, bank.shard_2");
                catchUpBeside(workload, task);
                task.taking("bank.*");
            }
            killBeside(workload, task, 1_500 + random.nextLong(3_000));
            catchUpBeside(workload, task);
            long loaded = workload.committed();
            killBeside(workload, task, 3_000 + random.nextLong(2_000));
            catchUp(task);
            assertTrue(loaded > 50 && workload.committed() > loaded + 50, "the workload ran");

            String columns = "SELECT id, n, note FROM bank.";
            String all = ShardsWorkload.SHARDS.stream().map(columns::concat).collect(Collectors.joining(" UNION ALL "));
            assertSame(rows(judge, all + " ORDER BY 1"), rows(copy, columns + "all_shards ORDER BY 1"));
            try (MillraceProcess verify = task.verify()) {
                assertEquals(0, verify.await(300), task::output);
            }
            try (MillraceProcess removed = task.remove("--all", "--yes")) {
                assertEquals(0, removed.await(300), task::output);
            }
        }
    }

    /** What the kill left of the load, with rows that go on moving until it is behind. */
    private static void catchUpBeside(ShardsWorkload workload, BankTask task) throws Exception {
        workload.begin();
        Thread load = new Thread(workload, "shards");
        load.start();
        try {
            catchUp(task);
        } finally {
            workload.stop();
            load.join(60_000);
        }
    }

    private static void killBeside(ShardsWorkload workload, BankTask task, long millis) throws Exception {
        workload.begin();
        Thread load = new Thread(workload, "shards");
        load.start();
        try (MillraceProcess run = task.run()) {
            Thread.sleep(millis);
            assertTrue(run.isAlive(), () -> "ended by itself: " + task.output());
            run.kill();
        } finally {
            workload.stop();
            load.join(60_000);
        }
    }

    private static void catchUp(BankTask task) throws Exception {
        try (MillraceProcess last = task.run("--until", "caught-up")) {
            assertEquals(0, last.await(300), task::output);
        }
    }

    /** The first difference tells more than all rows would. */
    private static void assertSame(List<String> source, List<String> target) {
        for (int i = 0; i < Math.min(source.size(), target.size()); i++) {
            assertEquals(source.get(i), target.get(i));
        }
        assertEquals(source.size(), target.size());
    }

    private static List<String> rows(Connection connection, String query) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Statement sql = connection.createStatement();
                ResultSet result = sql.executeQuery(query)) {
            while (result.next()) {
                rows.add(result.getLong(1) + " " + result.getLong(2) + " " + result.getString(3));
            }
        }
        return rows;
    }
}
