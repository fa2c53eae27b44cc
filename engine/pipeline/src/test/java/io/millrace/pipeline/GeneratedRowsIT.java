package io.millrace.pipeline;

import static io.millrace.servers.ServerKind.MARIADB_11_4;
import static io.millrace.servers.ServerKind.MYSQL_8_0;
import static io.millrace.servers.ServerKind.POSTGRES_17;
import static io.millrace.servers.ServerKind.POSTGRES_18;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.task.TaskSpec;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Columns that the source computes in tables that share a target, that are divided, and that are written transaction by transaction; and what
 * statements make of them and of the columns that their expressions name (decision 0041).
 */
@RealServers({MYSQL_8_0, MARIADB_11_4, POSTGRES_17, POSTGRES_18})
class GeneratedRowsIT {
    private static final String COLUMNS = "id, n, name, twice, loud";
    private static final String TABLE = " (id INT PRIMARY KEY, n INT, name VARCHAR(20), twice INT AS (n * 2) STORED,"
            + " loud VARCHAR(20) AS (UPPER(name)) VIRTUAL)";
    private static final String JOINED = """
            tables: ['SHOP.*']
            mapping: {rename_tables: [{from: 'items_[0-9]', to: items}]}
            ddl: {drop_column: normal}
            """;

    @TempDir
    Path directory;

    private RealTask it;

    @AfterEach
    void dropSlots() {
        if (it != null && it.source instanceof PostgresServer) {
            Runs.dropSlots(it.source, it.shop);
        }
    }

    private void assertSaid(TaskSpec task, String words) {
        List<String> said = it.findings(task);
        assertTrue(said.stream().anyMatch(each -> each.contains(words)), words + said);
    }

    private void atSource(String... statements) {
        it.source.execute(it.shop, statements);
    }

    // ---- tables that share a target

    private void join(Server source, Server target) throws Exception {
        it = new RealTask(source, target, directory);
        atSource(
                "CREATE TABLE items_1" + TABLE,
                "CREATE TABLE items_2" + TABLE,
                "INSERT INTO items_1 (id, n, name) VALUES (1, 1, 'one'), (3, 3, 'three'), (5, NULL, NULL)",
                "INSERT INTO items_2 (id, n, name) VALUES (2, 2, 'two'), (4, 4, 'four')");
    }

    private void assertJoined(String columns) throws Exception {
        String all = "SELECT " + columns + " FROM items_1 UNION ALL SELECT " + columns + " FROM items_2";
        assertEquals(
                RealTask.rows(it.source, it.shop, all), it.atTarget("SELECT " + columns + " FROM SHOP.items"), columns);
    }

    private void changeBoth() {
        atSource(
                "UPDATE items_1 SET n = n + 10, name = 'uno' WHERE id = 1",
                "UPDATE items_2 SET id = 20, n = 7 WHERE id = 2",
                "DELETE FROM items_1 WHERE id = 3",
                "INSERT INTO items_2 (id, n, name) VALUES (3, 33, 'moved')",
                "INSERT INTO items_1 (id, n, name) VALUES (7, 7, 'seven')");
    }

    @Test
    void shouldCarryThemWhenTablesShareATarget(MySqlServer source, @RealServers(POSTGRES_18) PostgresServer target)
            throws Exception {
        join(source, target);
        TaskSpec task = it.task(JOINED);
        it.catchUp(task);
        assertJoined(COLUMNS);
        changeBoth();
        it.catchUp(task);
        assertJoined(COLUMNS);

        // One table after the other: the target's column goes with the last, and one that is no longer computed is an
        // ordinary one.
        atSource(
                "ALTER TABLE items_1 DROP COLUMN loud",
                "INSERT INTO items_1 (id, n, name) VALUES (9, 9, 'nine')",
                "INSERT INTO items_2 (id, n, name) VALUES (10, 10, 'ten')",
                "UPDATE items_2 SET name = 'TEN' WHERE id = 10");
        it.catchUp(task);
        assertJoined("id, n, name, twice");
        assertEquals(
                List.of("10|TEN", "20|TWO", "3|MOVED", "4|FOUR"),
                it.atTarget("SELECT id, loud FROM SHOP.items WHERE id IN (3, 4, 10, 20)"));
        atSource(
                "ALTER TABLE items_1 MODIFY twice INT",
                "UPDATE items_1 SET twice = 77 WHERE id = 1",
                "UPDATE items_2 SET n = 44 WHERE id = 4");
        it.catchUp(task);
        assertJoined("id, n, name, twice");
        atSource(
                "ALTER TABLE items_2 DROP COLUMN loud, MODIFY twice INT",
                "UPDATE items_2 SET twice = 88 WHERE id = 4",
                "INSERT INTO items_1 VALUES (11, 11, 'eleven', 0)");
        it.catchUp(task);
        assertJoined("id, n, name, twice");
        assertEquals(
                List.of("id", "n", "name", "twice"),
                it.atTarget("SELECT column_name FROM information_schema.columns WHERE table_schema = 'SHOP'"));
    }

    @Test
    void shouldLetTheTargetComputeWhenTablesShareIt(MariaDbServer source, MySqlServer target) throws Exception {
        join(source, target);
        target.execute(
                null,
                "CREATE DATABASE " + it.shop,
                "CREATE TABLE " + it.shop + ".items (id INT PRIMARY KEY, n INT, name VARCHAR(20),"
                        + " twice INT AS (n * 2) VIRTUAL, loud VARCHAR(20) AS (UPPER(name)) STORED)");
        TaskSpec task = it.task(JOINED);
        assertSaid(task, "INFO a column that the source computes is not written: column=loud");
        it.catchUp(task);
        changeBoth();
        it.catchUp(task);
        assertJoined(COLUMNS);
    }

    @Test
    void shouldSayWhichComputesWhenOneOfThemDoesNot(MySqlServer source, @RealServers(POSTGRES_18) PostgresServer target)
            throws Exception {
        join(source, target);
        atSource("ALTER TABLE items_2 MODIFY twice INT");
        assertSaid(it.task(JOINED), "items_2, column=twice, isComputed=true, other=false");
    }

    // ---- tables that are divided

    private void divide(PostgresServer source, Server target) throws Exception {
        it = new RealTask(source, target, directory);
        String stored = "GENERATED ALWAYS AS (n * 2) STORED";
        atSource(
                "CREATE SCHEMA " + it.shop,
                "ALTER DATABASE " + it.shop + " SET search_path = " + it.shop,
                "CREATE TABLE " + it.shop + ".items (id int, region int, n int, twice int " + stored
                        + ", PRIMARY KEY (id, region)) PARTITION BY LIST (region)");
        // Of one partition the columns have another order, and the expression is another one.
        atSource(
                "CREATE TABLE items_1 PARTITION OF items FOR VALUES IN (1)",
                "CREATE TABLE items_2 (twice int GENERATED ALWAYS AS (n * 200) STORED, n int, region int, id int,"
                        + " PRIMARY KEY (id, region))",
                "ALTER TABLE items ATTACH PARTITION items_2 FOR VALUES IN (2)",
                "CREATE TABLE items_3 PARTITION OF items FOR VALUES IN (3, 4) PARTITION BY HASH (id)",
                "CREATE TABLE items_3_0 PARTITION OF items_3 FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
                "CREATE TABLE items_3_1 PARTITION OF items_3 FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
                "INSERT INTO items (id, region, n) SELECT i, 1 + i % 4, i FROM generate_series(1, 40) i");
    }

    private void changeDivided() {
        atSource(
                "UPDATE items SET n = n + 1 WHERE id % 3 = 0",
                "UPDATE items SET region = 2 WHERE id IN (4, 8)",
                "UPDATE items SET region = 1 WHERE id IN (5, 9)",
                "DELETE FROM items WHERE id % 10 = 7",
                "INSERT INTO items (id, region, n) VALUES (100, 2, 5), (101, 3, 6), (102, 4, NULL)");
    }

    @Test
    void shouldCarryWhatEachPartitionComputes(
            @RealServers(POSTGRES_18) PostgresServer source, @RealServers(POSTGRES_17) PostgresServer target)
            throws Exception {
        divide(source, target);
        it.catchUp(it.task().build());
        it.assertEqual("items");
        changeDivided();
        it.catchUp(it.task().build());
        it.assertEqual("items");
        assertEquals(List.of("8|1600"), it.atTarget("SELECT id, twice FROM SHOP.items WHERE id = 8"));
    }

    @Test
    void shouldNameThemWhenPartitionsOfPostgres17ComputeThem(
            @RealServers(POSTGRES_17) PostgresServer source, MySqlServer target) throws Exception {
        divide(source, target);
        assertSaid(
                it.task().build(),
                "WARNING the table's rows lack generated columns, which the server does not publish: columns=[twice]");
        it.catchUp(it.task().build());
        changeDivided();
        it.catchUp(it.task().build());
        it.assertSame("SELECT id, region, n FROM SHOP.items");
    }

    // ---- whole transactions

    private void wholeTransactions(Server source, Server target) throws Exception {
        it = new RealTask(source, target, directory);
        TaskSpec task = it.task("tables: ['SHOP.*']\ndelivery: {consistency: transaction, batch_rows: 3}\n");
        atSource("CREATE TABLE items" + TABLE, "INSERT INTO items (id, n, name) VALUES (1, 1, 'one'), (2, 2, 'two')");
        it.catchUp(task);
        atSource(
                "START TRANSACTION",
                "INSERT INTO items (id, n, name) VALUES (3, 3, 'three'), (4, 4, 'four')",
                "UPDATE items SET n = n + 1",
                "UPDATE items SET id = id + 10 WHERE n > 3",
                "DELETE FROM items WHERE id = 1",
                "INSERT INTO items (id, n) VALUES (1, 11)",
                "COMMIT",
                "UPDATE items SET name = CONCAT(name, '!')");
        it.catchUp(task);
        it.assertSame("SELECT " + COLUMNS + " FROM SHOP.items");
    }

    @Test
    void shouldCarryThemInWholeTransactionsToPostgres(
            MySqlServer source, @RealServers(POSTGRES_18) PostgresServer target) throws Exception {
        wholeTransactions(source, target);
    }

    @Test
    @Tag("full")
    void shouldCarryThemInWholeTransactionsToMySql(MariaDbServer source, MySqlServer target) throws Exception {
        wholeTransactions(source, target);
    }

    // ---- statements on columns that an expression names

    private void begin(Server source, PostgresServer target, String ddl) throws Exception {
        it = new RealTask(source, target, directory);
        atSource("CREATE TABLE items" + TABLE, "INSERT INTO items (id, n, name) VALUES (1, 1, 'one')");
        it.catchUp(it.task("tables: ['SHOP.*']\nddl: {" + ddl + "}\n"));
    }

    @Test
    void shouldFollowWhenBothGoAtOnce(MySqlServer source, @RealServers(POSTGRES_18) PostgresServer target)
            throws Exception {
        begin(source, target, "drop_column: normal");
        atSource(
                "INSERT INTO items (id, n, name) VALUES (2, 2, 'two')",
                "ALTER TABLE items DROP COLUMN twice, DROP COLUMN n, ADD COLUMN m INT DEFAULT 5",
                "INSERT INTO items (id, name, m) VALUES (3, 'three', 3)",
                "ALTER TABLE items MODIFY name VARCHAR(60), ADD INDEX by_loud (loud)",
                "UPDATE items SET name = 'uno' WHERE id = 1");
        it.catchUp(it.task("tables: ['SHOP.*']\nddl: {drop_column: normal}\n"));
        it.assertSame("SELECT id, name, loud, m FROM SHOP.items");
        assertEquals(
                List.of("id", "loud", "m", "name"),
                it.atTarget("SELECT column_name FROM information_schema.columns WHERE table_schema = 'SHOP'"));
    }

    /** MariaDB writes the expression anew by itself. */
    @Test
    void shouldFollowWhenWhatItIsComputedOfHasAnotherName(
            MariaDbServer source, @RealServers(POSTGRES_18) PostgresServer target) throws Exception {
        begin(source, target, "rename_column: normal");
        atSource(
                "ALTER TABLE items RENAME COLUMN n TO m",
                "INSERT INTO items (id, m, name) VALUES (2, 2, 'two')",
                "UPDATE items SET m = 10 WHERE id = 1");
        it.catchUp(it.task("tables: ['SHOP.*']\nddl: {rename_column: normal}\n"));
        it.assertSame("SELECT id, m, name, twice, loud FROM SHOP.items");
    }

    @Test
    void shouldStopWhenWhatItIsComputedOfIsAnotherColumn(
            MySqlServer source, @RealServers(POSTGRES_18) PostgresServer target) throws Exception {
        begin(source, target, "drop_column: normal");
        atSource(
                "ALTER TABLE items ADD COLUMN m INT NOT NULL DEFAULT 5, MODIFY twice INT AS (m * 2) STORED, DROP COLUMN n",
                "INSERT INTO items (id, name) VALUES (2, 'two')");
        String stop = it.stopped(it.task("tables: ['SHOP.*']\nddl: {drop_column: normal}\n"));
        assertTrue(
                stop.contains("MR5003")
                        && stop.contains(
                                "column=twice, reason=the source may compute it otherwise in rows that are there"),
                stop);
    }

    // ---- statements on columns of which the target computes others

    private String lines(String ddl) {
        return "tables: ['SHOP.*']\nddl: {" + ddl + "}\n";
    }

    private void beginWithComputed(Server source, Server target) throws Exception {
        it = new RealTask(source, target, directory);
        atSource("CREATE TABLE items (id INT PRIMARY KEY, n INT, m INT)", "INSERT INTO items VALUES (1, 1, 1)");
        it.catchUp(it.task(lines("")));
        target.execute(
                it.warehouse,
                "ALTER TABLE " + it.shop + ".items ADD COLUMN twice INT GENERATED ALWAYS AS (n * 2) STORED");
    }

    private void assertRefused(String ddl, String statement, String mend) throws Exception {
        atSource("INSERT INTO items (id, n) VALUES (2, 2)", statement, "INSERT INTO items (id, m) VALUES (3, 3)");
        String stop = it.stopped(it.task(lines(ddl)));
        assertTrue(
                stop.contains("MR5003")
                        && stop.contains(
                                "column=n, reason=the target computes a column of it by itself: computed=twice"),
                stop);
        assertEquals(List.of("1|1|2", "2|2|4"), it.atTarget("SELECT id, n, twice FROM SHOP.items"));
        it.target.execute(it.warehouse, mend.replace("SHOP", it.shop));
        it.catchUp(it.task(lines(ddl)));
    }

    @Test
    void shouldRefuseBeforeItBeginsWhenAColumnGoesFromPostgres(
            MySqlServer source, @RealServers(POSTGRES_18) PostgresServer target) throws Exception {
        beginWithComputed(source, target);
        assertRefused(
                "drop_column: normal", "ALTER TABLE items DROP COLUMN n", "ALTER TABLE SHOP.items DROP COLUMN twice");
        it.assertEqual("items");
    }

    @Test
    void shouldRefuseBeforeItBeginsWhenAColumnOfPostgresGetsAnotherType(
            MySqlServer source, @RealServers(POSTGRES_17) PostgresServer target) throws Exception {
        beginWithComputed(source, target);
        assertRefused("", "ALTER TABLE items MODIFY n BIGINT", "ALTER TABLE SHOP.items ALTER twice DROP EXPRESSION");
        it.assertSame("SELECT id, n, m FROM SHOP.items");
    }

    @Test
    void shouldRefuseBeforeItBeginsWhenAColumnOfMySqlGetsAnotherName(MariaDbServer source, MySqlServer target)
            throws Exception {
        beginWithComputed(source, target);
        assertRefused(
                "rename_column: normal",
                "ALTER TABLE items RENAME COLUMN n TO k",
                "ALTER TABLE SHOP.items DROP COLUMN twice");
        it.assertEqual("items");
    }

    /** What the server does by itself is left to it. */
    @Test
    void shouldFollowWhenTheTargetComputesItAnew(MySqlServer source, MariaDbServer target) throws Exception {
        beginWithComputed(source, target);
        atSource(
                "ALTER TABLE items MODIFY n BIGINT, RENAME COLUMN m TO k",
                "ALTER TABLE items RENAME COLUMN n TO l",
                "INSERT INTO items VALUES (4, 4, 4)");
        it.catchUp(it.task(lines("rename_column: normal")));
        it.assertSame("SELECT id, l, k FROM SHOP.items");
        assertEquals(List.of("2", "8"), it.atTarget("SELECT twice FROM SHOP.items"));
    }
}
