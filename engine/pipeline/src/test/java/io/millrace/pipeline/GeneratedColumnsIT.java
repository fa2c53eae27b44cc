package io.millrace.pipeline;

import static io.millrace.servers.ServerKind.MARIADB_11_4;
import static io.millrace.servers.ServerKind.MYSQL_8_0;
import static io.millrace.servers.ServerKind.POSTGRES_15;
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
 * Columns that the source computes: carried where its stream has them, and named where it has not; loaded, followed, and compared with the
 * server's own text (decision 0041).
 */
@RealServers({MYSQL_8_0, MARIADB_11_4, POSTGRES_15, POSTGRES_17, POSTGRES_18})
class GeneratedColumnsIT {
    private static final String ALL = "SELECT id, price, qty, name, note, total, shout FROM SHOP.items";
    private static final String PLAIN = "SELECT id, price, qty, name, note FROM SHOP.items";

    /** Behind the load: of what they are computed changes, or something else, or the key; rows come and go. */
    private static final List<String> CHANGES = List.of(
            "INSERT INTO ITEMS (id, price, qty, name) VALUES (10, 2.50, 4, 'ten'), (11, NULL, 1, NULL)",
            "UPDATE ITEMS SET price = 9.99 WHERE id = 1",
            "UPDATE ITEMS SET note = 'only this' WHERE id = 2",
            "UPDATE ITEMS SET name = NULL WHERE id = 3",
            "UPDATE ITEMS SET id = 40, qty = qty + 1 WHERE id = 4",
            "DELETE FROM ITEMS WHERE id = 5");

    @TempDir
    Path directory;

    private RealTask it;

    @AfterEach
    void dropSlots() {
        if (it != null && it.source instanceof PostgresServer) {
            Runs.dropSlots(it.source, it.shop);
        }
    }

    /** @param kinds of the two columns: STORED or VIRTUAL */
    private void begin(Server source, Server target, String... kinds) throws Exception {
        it = new RealTask(source, target, directory);
        boolean isPostgres = source instanceof PostgresServer;
        if (isPostgres) {
            source.execute(it.shop, "CREATE SCHEMA " + it.shop);
        }
        String shout = isPostgres ? "upper(name) || '!'" : "CONCAT(UPPER(name), '!')";
        source.execute(
                it.shop,
                "CREATE TABLE " + it.shop
                        + ".items (id INT PRIMARY KEY, price DECIMAL(10,2), qty INT, name VARCHAR(40),"
                        + " total DECIMAL(14,2) GENERATED ALWAYS AS (price * qty) " + kinds[0]
                        + ", shout VARCHAR(60) GENERATED ALWAYS AS (" + shout + ") " + kinds[1] + ", note VARCHAR(20))",
                "CREATE INDEX by_total ON " + it.shop + ".items (" + (kinds[0].equals("STORED") ? "total" : "qty")
                        + ")",
                "INSERT INTO " + it.shop
                        + ".items (id, price, qty, name) VALUES (1, 1.10, 3, 'one'), (2, 2.20, 2, 'two'),"
                        + " (3, 3.30, 1, 'three'), (4, 4.40, 0, 'four'), (5, NULL, 5, 'five')");
    }

    private void change() {
        it.source.execute(
                it.shop,
                CHANGES.stream()
                        .map(sql -> sql.replace("ITEMS", it.shop + ".items"))
                        .toArray(String[]::new));
    }

    private void loadAndFollow(String sql) throws Exception {
        TaskSpec task = it.task().build();
        it.catchUp(task);
        it.assertSame(sql);
        change();
        it.catchUp(task);
        it.assertSame(sql);
    }

    private void assertSaid(TaskSpec task, String words) {
        List<String> said = it.findings(task);
        assertTrue(said.stream().anyMatch(each -> each.contains(words)), words + said);
    }

    // ---- carried

    @Test
    void shouldCarryStoredAndVirtualWhenMySqlGoesToPostgres(MySqlServer source, PostgresServer target)
            throws Exception {
        begin(source, target, "STORED", "VIRTUAL");
        assertSaid(it.task().build(), "the target gets the values of a column that the source computes: column=shout");
        loadAndFollow(ALL);
    }

    @Test
    void shouldCarryStoredAndVirtualWhenMySqlGoesToMariaDb(MySqlServer source, MariaDbServer target) throws Exception {
        begin(source, target, "VIRTUAL", "STORED");
        loadAndFollow(ALL);
    }

    @Test
    void shouldCarryStoredAndVirtualWhenMariaDbGoesToPostgres(MariaDbServer source, PostgresServer target)
            throws Exception {
        begin(source, target, "STORED", "VIRTUAL");
        loadAndFollow(ALL);
    }

    @Test
    @Tag("full")
    void shouldCarryStoredAndVirtualWhenMariaDbGoesToMySql(MariaDbServer source, MySqlServer target) throws Exception {
        begin(source, target, "VIRTUAL", "STORED");
        loadAndFollow(ALL);
    }

    /** From 18 on the server publishes what it stores. */
    @Test
    void shouldCarryStoredWhenPostgres18GoesToPostgres(
            @RealServers(POSTGRES_18) PostgresServer source, @RealServers(POSTGRES_17) PostgresServer target)
            throws Exception {
        begin(source, target, "STORED", "STORED");
        source.execute(
                it.shop,
                "ALTER TABLE " + it.shop + ".items REPLICA IDENTITY FULL",
                "CREATE TABLE " + it.shop
                        + ".keyed (a int, b int, k int GENERATED ALWAYS AS (a * 10 + b) STORED PRIMARY KEY)",
                "INSERT INTO " + it.shop + ".keyed VALUES (1, 1), (1, 2)");
        loadAndFollow(ALL);
        source.execute(
                it.shop,
                "UPDATE " + it.shop + ".keyed SET b = 7 WHERE k = 12",
                "DELETE FROM " + it.shop + ".keyed WHERE k = 11",
                "INSERT INTO " + it.shop + ".keyed VALUES (3, 3)");
        it.catchUp(it.task().build());
        it.assertEqual("keyed");
    }

    @Test
    void shouldCarryStoredAndNameVirtualWhenPostgres18GoesToMySql(
            @RealServers(POSTGRES_18) PostgresServer source, MySqlServer target) throws Exception {
        begin(source, target, "STORED", "VIRTUAL");
        assertSaid(
                it.task().build(),
                "WARNING the table's rows lack generated columns, which the server does not publish: columns=[shout]");
        loadAndFollow(PLAIN.replace("note", "note, total"));
    }

    // ---- named

    @Test
    void shouldNameThemWhenPostgres15DoesNotPublishThem(
            @RealServers(POSTGRES_15) PostgresServer source, @RealServers(POSTGRES_18) PostgresServer target)
            throws Exception {
        nameAndLetTheTargetCompute(source, target);
    }

    @Test
    @Tag("full")
    void shouldNameThemWhenPostgres17DoesNotPublishThem(
            @RealServers(POSTGRES_17) PostgresServer source, @RealServers(POSTGRES_18) PostgresServer target)
            throws Exception {
        nameAndLetTheTargetCompute(source, target);
    }

    private void nameAndLetTheTargetCompute(PostgresServer source, PostgresServer target) throws Exception {
        begin(source, target, "STORED", "STORED");
        target.execute(
                it.warehouse,
                "CREATE SCHEMA " + it.shop,
                "CREATE TABLE " + it.shop
                        + ".items (id int PRIMARY KEY, price numeric(10,2), qty int, name varchar(40), note"
                        + " varchar(20), total numeric(14,2) GENERATED ALWAYS AS (price * qty) STORED, shout varchar(60))");
        assertSaid(
                it.task().build(),
                "WARNING the table's rows lack generated columns, which the server does not publish: columns=[total, shout]");
        loadAndFollow(PLAIN.replace("note", "note, total"));
    }

    // ---- tables that stand

    @Test
    void shouldLetTheTargetComputeWhenItDoes(MySqlServer source, PostgresServer target) throws Exception {
        begin(source, target, "STORED", "VIRTUAL");
        target.execute(
                it.warehouse,
                "CREATE SCHEMA " + it.shop,
                "CREATE TABLE " + it.shop
                        + ".items (id int PRIMARY KEY, price numeric(10,2), qty int, name varchar(40), note"
                        + " varchar(20), total numeric(14,2) GENERATED ALWAYS AS (price * qty) STORED)");
        assertSaid(it.task().build(), "ERROR the column is missing at the target: needs=character varying(60)");
        target.execute(it.warehouse, "ALTER TABLE " + it.shop + ".items ADD COLUMN shout varchar(60)");
        assertSaid(it.task().build(), "INFO a column that the source computes is not written: column=total");
        loadAndFollow(ALL);

        // A statement on what the target computes changes nothing there.
        source.execute(
                it.shop,
                "ALTER TABLE items MODIFY total DECIMAL(14,2) AS (price * qty * 1) STORED",
                "INSERT INTO items (id, price, qty, name) VALUES (20, 1.00, 2, 'twenty')");
        it.catchUp(it.task().build());
        it.assertSame(ALL);
    }

    @Test
    void shouldRefuseWhenTheTargetComputesWhatTheSourceDoesNot(
            MariaDbServer source, @RealServers(POSTGRES_18) PostgresServer target) throws Exception {
        it = new RealTask(source, target, directory);
        source.execute(it.shop, "CREATE TABLE items (id INT PRIMARY KEY, n INT)");
        target.execute(
                it.warehouse,
                "CREATE SCHEMA " + it.shop,
                "CREATE TABLE " + it.shop + ".items (id int PRIMARY KEY, n int GENERATED ALWAYS AS (id + 1) STORED)");
        assertSaid(it.task().build(), "ERROR the target computes the column itself");
    }

    // ---- what reads them

    @Test
    void shouldReadThemInStepsAndRefuseToShowWhatAMaskHides(MySqlServer source, PostgresServer target)
            throws Exception {
        begin(source, target, "STORED", "VIRTUAL");
        String masked =
                "tables: ['" + it.shop + ".*']\ntransforms: [{mask: {columns: [name], with: fixed, value: x}}]\n";
        assertSaid(
                it.task(masked),
                "ERROR a column that the source computes would show what a mask hides: key=transforms.mask, table="
                        + it.shop + ".items, column=shout, computedOf=[name]");
        TaskSpec task = it.task("""
                tables:
                  - include: SHOP.items
                    columns: {drop: [shout]}
                transforms:
                  - filter: {tables: ['SHOP.items'], where: 'total > 3 and shout is not null'}
                  - set: {tables: ['SHOP.items'], columns: {qty: 'cast(total as integer)'}}
                  - mask: {columns: [name], with: fixed, value: x}
                """.replace("SHOP", it.shop));
        it.catchUp(task);
        change();
        it.catchUp(task);
        String source2 = "SELECT id, total, ROUND(total), 'x' FROM SHOP.items WHERE total > 3 AND shout IS NOT NULL";
        assertEquals(
                RealTask.rows(source, it.shop, source2.replace("SHOP", it.shop)),
                it.atTarget("SELECT id, total, qty, name FROM SHOP.items"));
    }

    // ---- statements

    @Test
    void shouldFollowWhatLeavesValuesAlone(MySqlServer source, PostgresServer target) throws Exception {
        begin(source, target, "STORED", "VIRTUAL");
        TaskSpec task = it.task("tables: ['" + it.shop + ".*']\nddl: {drop_column: normal, add_column: ignore}\n");
        it.catchUp(task);
        source.execute(
                it.shop,
                "ALTER TABLE items MODIFY name VARCHAR(80)",
                "ALTER TABLE items ADD COLUMN more INT AS (qty + 1) STORED",
                "INSERT INTO items (id, price, qty, name) VALUES (30, 1.00, 2, 'thirty')",
                "ALTER TABLE items DROP COLUMN shout",
                "ALTER TABLE items MODIFY total DECIMAL(14,2)",
                "UPDATE items SET total = 77 WHERE id = 1");
        it.catchUp(task);
        it.assertSame("SELECT id, price, qty, name, note, total FROM SHOP.items");
        assertEquals(
                List.of("id", "name", "note", "price", "qty", "total"),
                it.atTarget("SELECT column_name FROM information_schema.columns WHERE table_schema = 'SHOP'"));
    }

    @Test
    void shouldStopWhenAColumnIsAdded(MySqlServer source, PostgresServer target) throws Exception {
        assertStops(
                source,
                target,
                "ALTER TABLE items ADD COLUMN more INT AS (qty + 1) STORED",
                "column=more, type=int, reason=the source computes it in rows that are there");
    }

    @Test
    void shouldStopWhenAnExpressionMayBeAnotherOne(MariaDbServer source, PostgresServer target) throws Exception {
        assertStops(
                source,
                target,
                "ALTER TABLE items MODIFY total DECIMAL(14,2) AS (price * qty * 2) STORED",
                "column=total, reason=the source may compute it otherwise in rows that are there");
    }

    @Test
    void shouldStopWhenWhatItIsComputedOfGetsAnotherType(MySqlServer source, PostgresServer target) throws Exception {
        assertStops(
                source,
                target,
                "ALTER TABLE items MODIFY price DECIMAL(12,4)",
                "reason=what it is computed of may have another type: columns=[price]");
    }

    private void assertStops(Server source, Server target, String statement, String reason) throws Exception {
        begin(source, target, "STORED", "VIRTUAL");
        it.catchUp(it.task().build());
        source.execute(
                it.shop,
                "INSERT INTO items (id, price, qty, name) VALUES (30, 1.00, 2, 'thirty')",
                statement,
                "INSERT INTO items (id, price, qty, name) VALUES (31, 1.00, 2, 'behind')");
        String stop = it.stopped(it.task().build());
        assertTrue(stop.contains("MR5003") && stop.contains(reason), stop);
        assertEquals(
                List.of("30"),
                it.atTarget("SELECT id FROM SHOP.items WHERE id >= 30"),
                "all before it, nothing behind");
    }

    // ---- what the source does not tell of

    /** Only a virtual column may be computed of one that an action changes. */
    @Test
    void shouldRefuseWhenAForeignKeyChangesWhatItIsComputedOf(MySqlServer source, PostgresServer target)
            throws Exception {
        it = new RealTask(source, target, directory);
        source.execute(
                it.shop,
                "CREATE TABLE parent (id INT PRIMARY KEY)",
                "CREATE TABLE child (id INT PRIMARY KEY, parent INT, next INT AS (parent + 1) VIRTUAL,"
                        + " FOREIGN KEY (parent) REFERENCES parent (id) ON DELETE SET NULL)");
        assertSaid(it.task().build(), "reason=a column that the source computes of it is carried: column=next");
        TaskSpec without =
                it.task("tables:\n  - include: SHOP.child\n    columns: {drop: [next]}\n  - include: SHOP.parent\n"
                        .replace("SHOP", it.shop));
        assertTrue(
                it.findings(without).stream().noneMatch(each -> each.startsWith("ERROR")),
                it.findings(without).toString());
    }
}
