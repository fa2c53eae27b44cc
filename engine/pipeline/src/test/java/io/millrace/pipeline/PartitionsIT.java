package io.millrace.pipeline;

import static io.millrace.servers.ServerKind.MARIADB_11_4;
import static io.millrace.servers.ServerKind.MYSQL_8_0;
import static io.millrace.servers.ServerKind.POSTGRES_18;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.MillraceException;
import io.millrace.error.Retry;
import io.millrace.mapping.PartitionBounds;
import io.millrace.pipeline.command.TaskPreview;
import io.millrace.schema.TableId;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.task.PartitionInterval;
import io.millrace.task.PartitionSpec;
import io.millrace.task.TablePattern;
import io.millrace.task.TableRule;
import io.millrace.task.TableRules;
import io.millrace.task.TaskSpec;
import io.millrace.writer.Partitioning;
import io.millrace.writer.Target;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that the task divides: every row has a place, whatever its date, also while partitions are made. */
@RealServers({MYSQL_8_0, MARIADB_11_4, POSTGRES_18})
class PartitionsIT {
    private static final PartitionSpec YEARS = PartitionSpec.range("at", PartitionInterval.parse("1 year"));

    @TempDir
    Path directory;

    private static TaskSpec task(RealTask it, PartitionSpec spec, String... key) {
        TableRule rule = TableRule.include(TablePattern.of(it.shop + ".*")).withPartition(spec);
        return it.task()
                .tables(new TableRules(List.of(key.length == 0 ? rule : rule.withKey(key))))
                .build();
    }

    /** Rows of every year from 1990 to 2025. */
    private static void fill(RealTask it, String table) {
        StringBuilder rows = new StringBuilder("INSERT INTO " + table + " VALUES (0, '1990-01-01 00:00:00', 0)");
        for (int i = 1; i < 720; i++) {
            rows.append(", (")
                    .append(i)
                    .append(", '")
                    .append(1990 + i / 20)
                    .append("-0")
                    .append(1 + i % 9)
                    .append("-17 12:00:00', ")
                    .append(i)
                    .append(')');
        }
        it.source.execute(it.shop, rows.toString());
    }

    private static int partitions(RealTask it, String table) throws Exception {
        String sql = it.target instanceof PostgresServer
                ? "SELECT count(*) FROM pg_inherits WHERE inhparent = 'SHOP." + table + "'::regclass"
                : "SELECT COUNT(*) FROM information_schema.PARTITIONS WHERE TABLE_SCHEMA = 'SHOP' AND TABLE_NAME = '"
                        + table + "' AND PARTITION_NAME IS NOT NULL";
        return Integer.parseInt(it.atTarget(sql).get(0));
    }

    /** What lies outside all intervals but is of a year before. */
    private static String strays(RealTask it, int year) throws Exception {
        String from = it.target instanceof PostgresServer ? "SHOP.event_pdefault" : "SHOP.event PARTITION (p_max)";
        return it.atTarget("SELECT COUNT(*) FROM " + from + " WHERE at < '" + year + "-01-01' AND at > '2000-01-01'")
                .get(0);
    }

    private void divide(Server source, Server target) throws Exception {
        RealTask it = new RealTask(source, target, directory);
        boolean isPostgres = source instanceof PostgresServer;
        if (isPostgres) {
            it.source.execute(
                    it.shop, "CREATE SCHEMA " + it.shop, "ALTER DATABASE " + it.shop + " SET search_path = " + it.shop);
        }
        String division = isPostgres ? " PARTITION BY HASH (id)" : " PARTITION BY HASH (id) PARTITIONS 3";
        it.source.execute(
                it.shop,
                "CREATE TABLE event (id INT NOT NULL, at " + (isPostgres ? "TIMESTAMP(0)" : "DATETIME")
                        + " NOT NULL, v INT, PRIMARY KEY (id, at))" + division);
        if (isPostgres) {
            it.source.execute(
                    it.shop,
                    "CREATE TABLE event_0 PARTITION OF event FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
                    "CREATE TABLE event_1 PARTITION OF event FOR VALUES WITH (MODULUS 2, REMAINDER 1)");
        }
        fill(it, "event");
        TaskSpec task = task(it, YEARS);
        int year = LocalDateTime.now(ZoneOffset.UTC).getYear();
        TaskPreview preview = TaskPreview.of(task, it.sourceServer(), it.targetServer());
        assertTrue(
                preview.tables().get(0).statements().stream().anyMatch(sql -> sql.contains("19900101")),
                preview.toString());

        it.catchUp(task);

        it.assertEqual("event");
        boolean isOfPostgres = target instanceof PostgresServer;
        int made = year + 4 - 1990 + (isOfPostgres ? 1 : 2);
        assertEquals(made, partitions(it, "event"));
        assertEquals("0", strays(it, year + 4));

        // Outside of all intervals, from one to another by a change of the key, and gone.
        it.source.execute(
                it.shop,
                "INSERT INTO event VALUES (9000, '1066-10-14 09:00:00', 1), (9001, '9998-12-31 23:59:59', 2)",
                "UPDATE event SET at = '1995-05-05 05:05:05' WHERE id BETWEEN 300 AND 320",
                "UPDATE event SET at = '" + (year + 7) + "-01-01 00:00:00' WHERE id BETWEEN 400 AND 410",
                "UPDATE event SET v = v + 1 WHERE id % 7 = 0",
                "DELETE FROM event WHERE id % 11 = 0");
        it.catchUp(task);
        it.assertEqual("event");

        extendWhileRowsCome(it, task, year);
        it.assertEqual("event");
        assertEquals("0", strays(it, year + 10));
        assertEquals(made + 6, partitions(it, "event"));

        TaskPreview other = TaskPreview.of(task(it, PartitionSpec.hash("id", 4)), it.sourceServer(), it.targetServer());
        assertTrue(
                other.findings().stream()
                        .anyMatch(finding -> finding.code() == ErrorCode.TARGET_TABLE_MISMATCH
                                && finding.severity() == Finding.Severity.ERROR
                                && finding.message().contains("is not divided as the task says")),
                other.findings().toString());
    }

    /** Rows come into years that have no partition until one is made beside them. */
    private static void extendWhileRowsCome(RealTask it, TaskSpec task, int year) throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        CompletableFuture<Void> beside = CompletableFuture.runAsync(() -> {
            SplittableRandom random = new SplittableRandom(seed);
            try (Target target = Pipeline.openTarget(it.targetServer(), task)) {
                TableId table = new TableId(it.shop, "event");
                for (int passed = 1; passed <= 6; passed++) {
                    for (int i = 0; i < 10; i++) {
                        int id = random.nextInt(10_000, 10_400);
                        it.source.execute(
                                it.shop,
                                "DELETE FROM event WHERE id = " + id,
                                "INSERT INTO event VALUES (" + id + ", '" + (year + 4 + random.nextInt(7))
                                        + "-03-03 03:03:03', " + i + ")",
                                "UPDATE event SET v = v + 1 WHERE id > 9999 AND id % 5 = " + random.nextInt(5));
                    }
                    extend(target, table, LocalDateTime.of(year + passed, 1, 1, 0, 0));
                }
            }
        });
        do {
            it.catchUp(task);
        } while (!beside.isDone());
        try {
            beside.get();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new AssertionError("seed=" + seed, e.getCause());
        }
        it.catchUp(task);
    }

    private static void extend(Target target, TableId table, LocalDateTime now) {
        while (true) {
            try {
                List<LocalDateTime> bounds = PartitionBounds.further(YEARS, target.partitionedUntil(table), now);
                assertEquals(2, bounds.size());
                target.addPartitions(table, new Partitioning(Partitioning.Method.RANGE, "at", 0, bounds));
                assertEquals(bounds.get(1), target.partitionedUntil(table).orElseThrow());
                return;
            } catch (MillraceException e) {
                assertEquals(Retry.BACKOFF, e.code().retry(), e.display()); // somebody uses the table
            }
        }
    }

    @Test
    void shouldHoldEveryRowWhenMySqlGoesToPostgres(MySqlServer source, PostgresServer target) throws Exception {
        divide(source, target);
    }

    @Test
    void shouldHoldEveryRowWhenMySqlGoesToMariaDb(MySqlServer source, MariaDbServer target) throws Exception {
        divide(source, target);
    }

    @Test
    void shouldHoldEveryRowWhenPostgresGoesToMySql(PostgresServer source, MySqlServer target) throws Exception {
        divide(source, target);
    }

    /** A partition that is made for rows which lie in the default one computes what the table computes. */
    @Test
    void shouldMakePartitionsWhenAPersonHasTheTargetComputeAColumn(MySqlServer source, PostgresServer target)
            throws Exception {
        RealTask it = new RealTask(source, target, directory);
        it.source.execute(
                it.shop, "CREATE TABLE event (id INT NOT NULL, at DATETIME NOT NULL, v INT, PRIMARY KEY (id, at))");
        fill(it, "event");
        TaskSpec task = task(it, YEARS);
        it.catchUp(task);
        it.target.execute(
                it.warehouse,
                "ALTER TABLE " + it.shop + ".event ADD COLUMN twice int GENERATED ALWAYS AS (v * 2) STORED");
        int year = LocalDateTime.now(ZoneOffset.UTC).getYear();
        it.source.execute(it.shop, "INSERT INTO event VALUES (9000, '" + (year + 4) + "-03-03 03:03:03', 21)");
        it.catchUp(task);
        assertEquals("1", strays(it, year + 5));
        try (Target there = Pipeline.openTarget(it.targetServer(), task)) {
            extend(there, new TableId(it.shop, "event"), LocalDateTime.of(year + 1, 1, 1, 0, 0));
        }
        assertEquals("0", strays(it, year + 5));
        it.assertSame("SELECT id, at, v FROM SHOP.event");
        assertEquals(List.of("42"), it.atTarget("SELECT twice FROM SHOP.event WHERE at > '" + (year + 4) + "-01-01'"));
    }

    /** A source that has another key: the declared one holds the column, and what cannot be made is said. */
    private void divideByDeclaredKey(Server source, Server target) throws Exception {
        RealTask it = new RealTask(source, target, directory);
        it.source.execute(
                it.shop,
                "CREATE TABLE seen (id INT AUTO_INCREMENT PRIMARY KEY, at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3), v INT,"
                        + " UNIQUE KEY mail (v))");
        it.source.execute(
                it.shop, "SET time_zone = '+00:00'", "INSERT INTO seen VALUES (1, '2001-02-03 04:05:06.789', 1)");
        TaskSpec without = task(it, YEARS);
        TaskPreview refused = TaskPreview.of(without, it.sourceServer(), it.targetServer());
        Finding finding = refused.findings().stream()
                .filter(each -> each.severity() == Finding.Severity.ERROR)
                .findFirst()
                .orElseThrow();
        assertTrue(
                finding.message().startsWith("the key of a table that is divided holds the column"),
                finding.toString());
        assertEquals("give the table a rule with key: [id, at], or divide it by a column of its key", finding.fix());
        TaskSpec task = task(it, YEARS, "id", "at");
        TaskPreview preview = TaskPreview.of(task, it.sourceServer(), it.targetServer());
        assertTrue(
                preview.findings().stream().anyMatch(each -> each.message().contains("uniqueKey=mail")),
                preview.findings().toString());

        it.catchUp(task);
        it.source.execute(
                it.shop,
                "SET time_zone = '+00:00'",
                "INSERT INTO seen VALUES (2, '2037-12-31 23:59:59.999', 2), (3, '1971-01-01 00:00:00', 3)",
                "UPDATE seen SET at = '2005-01-01 00:00:00', v = 9 WHERE id = 1");
        it.catchUp(task);

        it.assertSame("SELECT id, v FROM SHOP.seen");
        assertEquals(List.of("3"), it.atTarget("SELECT COUNT(*) FROM SHOP.seen WHERE v IN (9, 2, 3)"));
    }

    @Test
    void shouldDivideByADeclaredKeyWhenMySqlGoesToPostgres(MySqlServer source, PostgresServer target) throws Exception {
        divideByDeclaredKey(source, target);
    }

    @Test
    void shouldDivideByADeclaredKeyWhenMariaDbGoesToMySql(MariaDbServer source, MySqlServer target) throws Exception {
        divideByDeclaredKey(source, target);
    }

    @Test
    @Tag("full")
    void shouldDivideByADeclaredKeyWhenMySqlGoesToMariaDb(MySqlServer source, MariaDbServer target) throws Exception {
        divideByDeclaredKey(source, target);
    }

    private void hash(Server source, Server target) throws Exception {
        RealTask it = new RealTask(source, target, directory);
        it.source.execute(it.shop, "CREATE TABLE part (code VARCHAR(20) PRIMARY KEY, v INT)");
        for (int i = 0; i < 50; i++) {
            it.source.execute(it.shop, "INSERT INTO part VALUES ('c" + i + "', " + i + ")");
        }
        TaskSpec task = task(it, PartitionSpec.hash("code", 5));
        it.catchUp(task);
        it.source.execute(
                it.shop,
                "UPDATE part SET code = CONCAT('d', v) WHERE v < 20",
                "UPDATE part SET v = v + 100 WHERE v > 40",
                "DELETE FROM part WHERE v = 33");
        it.catchUp(task);
        it.assertEqual("part");
        assertEquals(5, partitions(it, "part"));
    }

    @Test
    void shouldShareRowsOutWhenMySqlGoesToPostgres(MySqlServer source, PostgresServer target) throws Exception {
        hash(source, target);
    }

    @Test
    @Tag("full")
    void shouldShareRowsOutWhenMySqlGoesToMariaDb(MySqlServer source, MariaDbServer target) throws Exception {
        hash(source, target);
    }
}
