package io.millrace.pipeline;

import static io.millrace.servers.ServerKind.MYSQL_8_0;
import static io.millrace.servers.ServerKind.POSTGRES_18;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.datasource.DataSource;
import io.millrace.pipeline.status.Goal;
import io.millrace.pipeline.status.PipelineState;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.task.ResourceSpec;
import io.millrace.task.TaskSpec;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a load locks at the source, sampled from the server's own list of locks: nothing that a write or a statement on another table
 * waits for. Writes run beside it, and statements that change tables, all with a second's patience for locks at the server.
 */
@RealServers({MYSQL_8_0, POSTGRES_18})
class LoadLocksIT {
    private static final int ROWS = 20_000;
    private static final int MOST_WRITES = 600;
    private static final long ROWS_PER_SECOND = 5_000;

    @TempDir
    Path directory;

    private static TaskSpec task(RealTask it) {
        return it.task()
                .resources(ResourceSpec.defaults().withRates(OptionalLong.of(ROWS_PER_SECOND), OptionalLong.empty()))
                .build();
    }

    /** The locks of the task's connections that were seen while its load ran, each kind once. */
    private static Set<String> seen(RealTask it, DataSource from, String query, String... beside) throws Exception {
        TaskSpec task = task(it);
        AtomicBoolean isOver = new AtomicBoolean();
        CompletableFuture<Integer> writes = CompletableFuture.supplyAsync(() -> write(it, isOver, beside));
        CompletableFuture<Set<String>> sampled = CompletableFuture.supplyAsync(() -> sample(it, query, isOver));
        try (Pipeline pipeline = it.pipeline(task, from, new Goal.CaughtUp())) {
            pipeline.start();
            assertEquals(
                    PipelineState.FINISHED,
                    pipeline.await(),
                    () -> pipeline.failure().toString());
        } finally {
            isOver.set(true);
        }
        assertTrue(writes.get() > 0);
        it.catchUp(task);
        it.assertSame("SELECT id, v FROM SHOP.big");
        return sampled.get();
    }

    private static Set<String> sample(RealTask it, String query, AtomicBoolean isOver) {
        Set<String> kinds = new TreeSet<>();
        try (Connection connection = it.source.connect(it.shop);
                Statement statement = connection.createStatement()) {
            while (!isOver.get()) {
                try (ResultSet rows = statement.executeQuery(query)) {
                    while (rows.next()) {
                        kinds.add(rows.getString(1));
                    }
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return kinds;
    }

    private static int write(RealTask it, AtomicBoolean isOver, String... beside) {
        int done = 0;
        try (Connection connection = it.source.connect(it.shop);
                Statement statement = connection.createStatement()) {
            statement.execute(beside[0]);
            while (!isOver.get() && done < MOST_WRITES) {
                int id = done * 7919 % ROWS;
                String table = it.shop + ".big";
                statement.execute("UPDATE " + table + " SET v = v + 1 WHERE id = " + id);
                statement.execute("DELETE FROM " + table + " WHERE id = " + (id + 1));
                statement.execute("INSERT INTO " + table + " VALUES (" + (ROWS + done) + ", 0, 'new')");
                for (int i = 1; i < beside.length && done % 10 == 0; i++) {
                    statement.execute(beside[i]);
                }
                done++;
            }
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "beside the load: code=" + e.getErrorCode() + ", state=" + e.getSQLState(), e);
        }
        return done;
    }

    @Test
    void shouldLockNothingThatAWriteWaitsForWhenMySqlIsLoaded(PostgresServer target) throws Exception {
        try (MySqlServer source =
                MySqlServer.builder().set("performance_schema", "ON").start()) {
            RealTask it = new RealTask(source, target, directory);
            it.source.execute(
                    it.shop,
                    "CREATE TABLE big (id INT PRIMARY KEY, v INT, note VARCHAR(40))",
                    "CREATE TABLE digits (n INT PRIMARY KEY)",
                    "INSERT INTO digits VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)",
                    "INSERT INTO big SELECT a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n, 0, 'some text'"
                            + " FROM digits a, digits b, digits c, digits d, digits e WHERE e.n < " + ROWS / 10_000,
                    "DROP TABLE digits",
                    "CREATE DATABASE " + it.shop + "_other",
                    "CREATE TABLE " + it.shop + "_other.t (id INT PRIMARY KEY)",
                    "CREATE USER reader IDENTIFIED BY 'reads'",
                    "GRANT SELECT, REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO reader");
            Set<String> kinds = seen(
                    it,
                    it.sourceServer("reader", "reads"),
                    "SELECT CONCAT(m.OBJECT_TYPE, ' ', m.LOCK_TYPE, ' ', COALESCE(m.OBJECT_NAME, ''))"
                            + " FROM performance_schema.metadata_locks m JOIN performance_schema.threads t"
                            + " ON t.THREAD_ID = m.OWNER_THREAD_ID WHERE t.PROCESSLIST_USER = 'reader'"
                            + " AND m.LOCK_STATUS = 'GRANTED' AND COALESCE(m.OBJECT_SCHEMA, '') NOT IN"
                            + " ('mysql', 'information_schema', 'performance_schema', 'sys')",
                    "SET SESSION lock_wait_timeout = 1, innodb_lock_wait_timeout = 1",
                    "ALTER TABLE " + it.shop + "_other.t ADD COLUMN c INT",
                    "ALTER TABLE " + it.shop + "_other.t DROP COLUMN c");
            assertTrue(kinds.contains("TABLE SHARED_READ big"), kinds.toString());
            // Of privileges and of the catalog's own look at a table, which neither reads nor writes meet.
            kinds.removeIf(kind -> kind.startsWith("TABLE SHARED_READ ")
                    || kind.startsWith("TABLE SHARED ")
                    || kind.startsWith("TABLE SHARED_HIGH_PRIO ")
                    || kind.startsWith("SCHEMA INTENTION_EXCLUSIVE ")
                    || kind.startsWith("ACL CACHE SHARED "));
            assertEquals(Set.of(), kinds);
        }
    }

    @Test
    void shouldLockNothingThatAWriteWaitsForWhenPostgresIsLoaded(PostgresServer source) throws Exception {
        RealTask it = new RealTask(source, source, directory);
        it.source.execute(
                it.shop,
                "CREATE SCHEMA " + it.shop,
                "CREATE TABLE " + it.shop + ".big (id int PRIMARY KEY, v int, note text)",
                "INSERT INTO " + it.shop + ".big SELECT n, 0, 'some text' FROM generate_series(0, " + (ROWS - 1)
                        + ") n",
                "CREATE TABLE public.t (id int PRIMARY KEY)");
        Set<String> kinds = seen(
                it,
                it.sourceServer(),
                "SELECT l.mode || ' ' || l.relation::regclass FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
                        + " WHERE a.application_name LIKE 'millrace%' AND l.granted AND l.locktype = 'relation'"
                        + " AND l.relation >= 16384 AND a.datname = current_database()",
                "SET lock_timeout = '1s'",
                "ALTER TABLE public.t ADD COLUMN c int",
                "ALTER TABLE public.t DROP COLUMN c");
        assertTrue(kinds.contains("AccessShareLock " + it.shop + ".big"), kinds.toString());
        // The publication is given its tables before the load, under a lock that neither reads nor writes meet.
        kinds.removeIf(kind -> kind.startsWith("AccessShareLock ") || kind.startsWith("ShareUpdateExclusiveLock "));
        assertEquals(Set.of(), kinds);
    }
}
