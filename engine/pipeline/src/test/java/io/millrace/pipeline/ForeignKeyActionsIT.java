package io.millrace.pipeline;

import static io.millrace.servers.ServerKind.MARIADB_10_11;
import static io.millrace.servers.ServerKind.MARIADB_11_4;
import static io.millrace.servers.ServerKind.MYSQL_8_0;
import static io.millrace.servers.ServerKind.MYSQL_9_7;
import static io.millrace.servers.ServerKind.POSTGRES_18;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.MillraceException;
import io.millrace.pipeline.command.TaskPreview;
import io.millrace.pipeline.status.Goal;
import io.millrace.pipeline.status.PipelineState;
import io.millrace.pipeline.status.PipelineStatus;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.task.DeliverySpec;
import io.millrace.task.ForeignKeyActions;
import io.millrace.task.TaskSpec;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What foreign keys do to rows without a trace in the binlog is at the target too (EXACTNESS 19): by a seeded workload beside a load
 * and in the stream. The seed is printed; {@code -Dseed=} replays it, {@code -Dstatements=} asks for more of them than 150.
 */
@RealServers({MYSQL_8_0, MYSQL_9_7, MARIADB_10_11, MARIADB_11_4, POSTGRES_18})
class ForeignKeyActionsIT {
    private static final int STATEMENTS = Integer.getInteger("statements", 150);
    private static final String KEYS = "SELECT count(*) FROM pg_constraint WHERE contype = 'f'"
            + " AND (confdeltype <> 'a' OR confupdtype <> 'a')";

    private final long seed = Long.getLong("seed", System.nanoTime());

    @TempDir
    Path directory;

    private RealTask follow(Server source, PostgresServer target, ForeignKeyActions who) throws Exception {
        System.out.println("seed=" + seed + ", source=" + source.version() + ", actions=" + who);
        RealTask it = new RealTask(source, target, directory);
        FamilyTables.create(source, it.shop);
        AtomicBoolean isDone = new AtomicBoolean();
        boolean isGentle = logsActions(source);
        FamilyTables.write(source, it.shop, seed, STATEMENTS, isGentle, isDone);
        TaskSpec task = it.task().foreignKeyActions(who).build();
        Thread writer = new Thread(
                () -> FamilyTables.write(source, it.shop, seed + 1, 2 * STATEMENTS, isGentle, isDone), "family");
        writer.start();
        try {
            assertConserves(it.catchUp(task));
        } finally {
            isDone.set(true);
            writer.join();
        }
        assertConserves(it.catchUp(task));
        it.assertEqual(FamilyTables.TABLES.toArray(String[]::new));
        FamilyTables.write(source, it.shop, seed + 2, STATEMENTS, isGentle, new AtomicBoolean());
        assertConserves(it.catchUp(task));
        it.assertEqual(FamilyTables.TABLES.toArray(String[]::new));
        return it;
    }

    private static boolean logsActions(Server source) throws SQLException {
        try (Connection connection = source.connect("");
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SHOW VARIABLES LIKE 'innodb_native_foreign_keys'")) {
            return found.next() && found.getString(2).equals("OFF");
        }
    }

    private static void assertConserves(PipelineStatus status) {
        assertTrue(status.counters().conserve(), status.counters().toString());
    }

    private void target(Server source, PostgresServer target) throws Exception {
        RealTask it = follow(source, target, ForeignKeyActions.TARGET);
        assertEquals(List.of(Integer.toString(FamilyTables.KEYS)), it.atTarget(KEYS));
    }

    private void apply(Server source, PostgresServer target) throws Exception {
        RealTask it = follow(source, target, ForeignKeyActions.APPLY);
        assertEquals(List.of("0"), it.atTarget(KEYS));
    }

    @Test
    void shouldEndEqualWhenTheTargetRunsActionsOfMySql(MySqlServer source, PostgresServer target) throws Exception {
        target(source, target);
    }

    @Test
    void shouldEndEqualWhenTheEngineRunsActionsOfMySql(MySqlServer source, PostgresServer target) throws Exception {
        apply(source, target);
    }

    @Test
    @Tag("full")
    void shouldEndEqualWhenTheTargetRunsActionsOfMariaDb(
            @RealServers(MARIADB_10_11) MariaDbServer source, PostgresServer target) throws Exception {
        target(source, target);
    }

    @Test
    void shouldEndEqualWhenTheEngineRunsActionsOfMariaDb(
            @RealServers(MARIADB_11_4) MariaDbServer source, PostgresServer target) throws Exception {
        apply(source, target);
    }

    @Test
    void shouldEndEqualWhenTheSourceLogsItsActions(@RealServers(MYSQL_9_7) MySqlServer source, PostgresServer target)
            throws Exception {
        target(source, target);
    }

    @Test
    void shouldEndEqualWhenTheSourceIsToldNotToLogItsActions(PostgresServer target) throws Exception {
        target(MYSQL_9_7.builder().set("innodb_native_foreign_keys", "ON").shared(), target);
    }

    /** A session without checks runs no action: nor does the engine, and the target is not let. */
    @Test
    void shouldLeaveChildrenAloneWhenTheSourcesSessionLooksAtNoKeys(MySqlServer source, PostgresServer target)
            throws Exception {
        for (ForeignKeyActions who : List.of(ForeignKeyActions.APPLY, ForeignKeyActions.TARGET)) {
            RealTask it = new RealTask(source, target, directory);
            source.execute(
                    it.shop,
                    "CREATE TABLE p (id INT PRIMARY KEY)",
                    "CREATE TABLE k (id INT PRIMARY KEY, p INT, CONSTRAINT kp FOREIGN KEY (p) REFERENCES p (id) ON"
                            + " DELETE CASCADE)",
                    "INSERT INTO p VALUES (1), (2), (3)",
                    "INSERT INTO k VALUES (1, 1), (2, 2)");
            TaskSpec task = it.task().foreignKeyActions(who).build();
            it.catchUp(task);
            source.execute(
                    it.shop,
                    "SET foreign_key_checks = 0",
                    "DELETE FROM p WHERE id = 3",
                    "DELETE FROM p WHERE id = 1",
                    "SET foreign_key_checks = 1",
                    "DELETE FROM p WHERE id = 2");
            if (who == ForeignKeyActions.APPLY) {
                it.catchUp(task);
                it.assertEqual("p", "k");
            } else {
                try (Pipeline pipeline = it.pipeline(task, new Goal.CaughtUp())) {
                    pipeline.start();
                    assertEquals(PipelineState.FAILED, pipeline.await());
                    assertEquals(
                            ErrorCode.KEYS_RESTED,
                            pipeline.failure().orElseThrow().code());
                }
                assertEquals(List.of("1|1", "2|2"), it.atTarget("SELECT * FROM SHOP.k"));
            }
        }
    }

    /** A server that logs its actions marks what they change as it marks rows of a session without checks: one is not the other. */
    @Test
    void shouldNotTakeASessionThatLooksAtNoKeysForAnAction(
            @RealServers(MYSQL_9_7) MySqlServer source, PostgresServer target) throws Exception {
        for (String statement : List.of("DELETE FROM p WHERE id = 1", "DELETE FROM p")) {
            RealTask it = new RealTask(source, target, directory);
            source.execute(
                    it.shop,
                    "CREATE TABLE p (id INT PRIMARY KEY, v VARBINARY(3000))",
                    "CREATE TABLE k (id INT PRIMARY KEY, p INT, CONSTRAINT kp FOREIGN KEY (p) REFERENCES p (id) ON"
                            + " DELETE CASCADE)",
                    // Rows of several events, the first of which do not end their statement.
                    "INSERT INTO p SELECT n, REPEAT('x', 3000) FROM (WITH RECURSIVE s AS (SELECT 1 AS n UNION ALL"
                            + " SELECT n + 1 FROM s WHERE n < 30) SELECT n FROM s) AS numbers",
                    "INSERT INTO k VALUES (1, 1), (2, 2)");
            TaskSpec task =
                    it.task().foreignKeyActions(ForeignKeyActions.TARGET).build();
            it.catchUp(task);
            source.execute(it.shop, "DELETE FROM p WHERE id = 2");
            it.catchUp(task);
            it.assertEqual("k");
            source.execute(it.shop, "SET foreign_key_checks = 0", statement, "SET foreign_key_checks = 1");
            try (Pipeline pipeline = it.pipeline(task, new Goal.CaughtUp())) {
                pipeline.start();
                assertEquals(PipelineState.FAILED, pipeline.await());
                assertEquals(
                        ErrorCode.KEYS_RESTED, pipeline.failure().orElseThrow().code());
            }
            assertEquals(List.of("1|1"), it.atTarget("SELECT * FROM SHOP.k"));
        }
    }

    /** EXACTNESS 25: no batch ends between the children's rows and their parent's, which the target's key would not bear. */
    @Test
    void shouldApplyALoggedActionWholeWhenItIsLargerThanABatch(
            @RealServers(MYSQL_9_7) MySqlServer source, PostgresServer target) throws Exception {
        RealTask it = new RealTask(source, target, directory);
        source.execute(
                it.shop,
                "CREATE TABLE p (id INT PRIMARY KEY)",
                "CREATE TABLE k (id INT PRIMARY KEY, p INT, v CHAR(100), CONSTRAINT kp FOREIGN KEY (p) REFERENCES p (id)"
                        + " ON DELETE CASCADE ON UPDATE CASCADE)",
                "INSERT INTO p VALUES (1)",
                "INSERT INTO k WITH RECURSIVE s AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM s WHERE n < 70) SELECT"
                        + " a.n * 70 + b.n, 1, REPEAT('x', 100) FROM s a, s b");
        TaskSpec task = it.task()
                .foreignKeyActions(ForeignKeyActions.TARGET)
                .delivery(new DeliverySpec(Duration.ofMillis(100), 500, 64L << 20))
                .build();
        it.catchUp(task);
        assertEquals(List.of("1"), it.atTarget(KEYS));
        source.execute(it.shop, "UPDATE p SET id = 2");
        it.catchUp(task);
        it.assertEqual("p", "k");
        source.execute(it.shop, "DELETE FROM p");
        it.catchUp(task);
        it.assertEqual("p", "k");
    }

    /** EXACTNESS 19: as the task says, and not silently. */
    @Test
    void shouldKeepChildrenAndSaySoWhenActionsAreIgnored(MySqlServer source, PostgresServer target) throws Exception {
        RealTask it = new RealTask(source, target, directory);
        source.execute(
                it.shop,
                "CREATE TABLE p (id INT PRIMARY KEY)",
                "CREATE TABLE k (id INT PRIMARY KEY, p INT, CONSTRAINT kp FOREIGN KEY (p) REFERENCES p (id) ON DELETE"
                        + " CASCADE)",
                "INSERT INTO p VALUES (1), (2)",
                "INSERT INTO k VALUES (1, 1), (2, 2)");
        TaskSpec task = it.task().foreignKeyActions(ForeignKeyActions.IGNORE).build();
        assertTrue(TaskPreview.of(task, it.sourceServer(), it.targetServer()).findings().stream()
                .anyMatch(finding -> finding.severity() == Finding.Severity.WARNING
                        && finding.message().contains("nobody follows: foreignKey=kp")));
        it.catchUp(task);
        source.execute(it.shop, "DELETE FROM p WHERE id = 1");
        it.catchUp(task);
        it.assertEqual("p");
        assertEquals(List.of("1|1", "2|2"), it.atTarget("SELECT * FROM SHOP.k"));
        assertEquals(List.of("0"), it.atTarget(KEYS));
    }

    @Test
    void shouldSayWhatIsMissingWhenActionsCannotBeFollowed(MySqlServer source, PostgresServer target) throws Exception {
        RealTask it = new RealTask(source, target, directory);
        source.execute(
                it.shop,
                "CREATE TABLE p (id INT PRIMARY KEY, name VARCHAR(20) UNIQUE)",
                "CREATE TABLE k (id INT PRIMARY KEY, p INT, CONSTRAINT kp FOREIGN KEY (p) REFERENCES p (id) ON DELETE"
                        + " CASCADE)",
                "CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(20), CONSTRAINT tp FOREIGN KEY (name) REFERENCES p"
                        + " (name) ON DELETE CASCADE)");
        assertRefused(it, it.task().tables(it.shop + ".k").build(), "the parent is not selected");
        assertRefused(it, it.task().tables(it.shop + ".p", it.shop + ".t").build(), "by a collation");
        TaskSpec task = it.task().tables(it.shop + ".p", it.shop + ".k").build();
        it.target.execute(
                it.warehouse,
                "CREATE SCHEMA " + it.shop,
                "CREATE TABLE " + it.shop + ".p (id INT PRIMARY KEY, name VARCHAR(20) UNIQUE)",
                "CREATE TABLE " + it.shop + ".k (id INT PRIMARY KEY, p INT)");
        assertRefused(it, task, "the target lacks the foreign key");
        it.target.execute(
                it.warehouse,
                "ALTER TABLE " + it.shop + ".k ADD FOREIGN KEY (p) REFERENCES " + it.shop + ".p ON DELETE SET NULL");
        assertRefused(it, task, "does something else");
        it.target.execute(
                it.warehouse,
                "ALTER TABLE " + it.shop + ".k DROP CONSTRAINT k_p_fkey",
                "ALTER TABLE " + it.shop + ".k ADD FOREIGN KEY (p) REFERENCES " + it.shop + ".p ON DELETE CASCADE");
        source.execute(it.shop, "INSERT INTO p VALUES (1, 'x'), (2, 'y')", "INSERT INTO k VALUES (1, 1), (2, 2)");
        it.catchUp(task);
        source.execute(it.shop, "DELETE FROM p WHERE id = 1");
        it.catchUp(task);
        it.assertEqual("p", "k");
    }

    /** The copy that takes the table's place lacks the key, whose action ran as long as the table stood. */
    @Test
    void shouldRefuseToGoOnWhenAFollowedKeyIsGoneSince(MySqlServer source, PostgresServer target) throws Exception {
        RealTask it = new RealTask(source, target, directory);
        source.execute(
                it.shop,
                "CREATE TABLE p (id INT PRIMARY KEY)",
                "CREATE TABLE k (id INT PRIMARY KEY, p INT, CONSTRAINT kp FOREIGN KEY (p) REFERENCES p (id) ON DELETE"
                        + " CASCADE)",
                "INSERT INTO p VALUES (1), (2)",
                "INSERT INTO k VALUES (1, 1), (2, 2)");
        TaskSpec task = it.task().foreignKeyActions(ForeignKeyActions.APPLY).build();
        it.catchUp(task);
        source.execute(
                it.shop,
                "DELETE FROM p WHERE id = 1",
                "CREATE TABLE _k_gho LIKE k",
                "INSERT INTO _k_gho SELECT * FROM k",
                "RENAME TABLE k TO _k_del, _k_gho TO k");
        assertRefused(it, task, "foreignKey=kp, table=" + it.shop + ".k");
        assertEquals(List.of("1|1", "2|2"), it.atTarget("SELECT * FROM SHOP.k"));
        it.catchUp(it.task().tables(it.shop + ".p").build());
        it.assertEqual("p");
    }

    private static void assertRefused(RealTask it, TaskSpec task, String why) throws InterruptedException {
        try (Pipeline pipeline = it.pipeline(task, new Goal.CaughtUp())) {
            MillraceException refused = assertThrows(MillraceException.class, () -> {
                pipeline.start();
                pipeline.await();
                throw pipeline.failure().orElseThrow();
            });
            assertTrue(refused.getMessage().contains(why), refused.getMessage());
        }
    }
}
