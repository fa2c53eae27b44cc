package io.millrace.pipeline;

import static io.millrace.servers.ServerKind.POSTGRES_16;
import static io.millrace.servers.ServerKind.POSTGRES_18;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.Finding;
import io.millrace.pipeline.command.TaskPreview;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.task.TaskSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Types that an extension brings, of which this program knows nothing: their text travels, and a column of the very type takes it, so that
 * both servers hold the same value, loaded or streamed. What is made is text.
 */
@RealServers({POSTGRES_16, POSTGRES_18})
class ExtensionTypesIT {
    private static final List<String> EXTENSIONS = List.of("hstore", "citext", "ltree", "cube", "seg", "isn");
    private static final List<String> TYPES =
            List.of("hstore", "citext", "ltree", "cube", "seg", "isbn13", "hstore[]", "lquery");

    private static final List<String> LOADED = List.of(
            "(1, 'a=>1, b=>NULL, \"x y\"=>\"q\\\"\"', 'MiXed', 'Top.Of.All', '(1,2),(3,4)', '1 .. 3', '978-0-393-04002-9',"
                    + " ARRAY['a=>1'::hstore, NULL], '*.Of.*')",
            "(2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
            "(3, '', '', '', '(0.1,-7.25e-9)', '<7.0', '978-0-393-04002-9', '{}', 'a|b.*{1,2}')");

    private final PostgresServer source;
    private final PostgresServer target;
    private RealTask it;

    @TempDir
    Path directory;

    ExtensionTypesIT(@RealServers(POSTGRES_16) PostgresServer source, @RealServers(POSTGRES_18) PostgresServer target) {
        this.source = source;
        this.target = target;
    }

    @AfterEach
    void dropSlot() {
        source.execute(
                it.shop,
                "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database ="
                        + " current_database()");
    }

    private static String columns() {
        StringBuilder columns = new StringBuilder("id int PRIMARY KEY");
        for (int i = 0; i < TYPES.size(); i++) {
            columns.append(", c").append(i).append(' ').append(TYPES.get(i));
        }
        return columns.toString();
    }

    private static void extend(PostgresServer server, String database) {
        EXTENSIONS.forEach(each -> server.execute(database, "CREATE EXTENSION " + each));
    }

    private void begin() throws Exception {
        it = new RealTask(source, target, directory);
        extend(source, it.shop);
        source.execute(
                it.shop,
                "CREATE SCHEMA " + it.shop,
                "CREATE TABLE " + it.shop + ".kinds (" + columns() + ")",
                "CREATE TABLE " + it.shop + ".named (id citext PRIMARY KEY, path ltree, big hstore)",
                "ALTER TABLE " + it.shop + ".named ALTER COLUMN big SET STORAGE EXTERNAL",
                "INSERT INTO " + it.shop + ".kinds VALUES " + String.join(", ", LOADED),
                "INSERT INTO " + it.shop + ".named SELECT 'Name' || n, 'a.b', hstore('k', repeat('v', 5000)) FROM"
                        + " generate_series(1, 50) n");
    }

    /** Each value by its type's own words, and by what the type makes of it. */
    private void change() {
        String s = it.shop + ".";
        source.execute(
                it.shop,
                "INSERT INTO " + s + "kinds SELECT id + 10, c0, c1, c2, c3, c4, c5, c6, c7 FROM " + s + "kinds",
                "UPDATE " + s + "kinds SET c0 = c0 || 'new=>\"=>\"', c1 = 'OTHER', c3 = '(9,9)' WHERE id = 1",
                "UPDATE " + s + "kinds SET c2 = 'A.B' WHERE id = 2",
                "DELETE FROM " + s + "kinds WHERE id = 3",
                "UPDATE " + s + "named SET path = 'c.d' WHERE id IN ('name1', 'name2')",
                "UPDATE " + s + "named SET id = 'NAME3' WHERE id = 'name3'",
                "UPDATE " + s + "named SET id = 'moved', path = NULL WHERE id = 'name4'",
                "DELETE FROM " + s + "named WHERE id = 'name5'",
                "INSERT INTO " + s + "named VALUES ('name5', 'again', NULL)");
    }

    private void assertSame() throws Exception {
        List<String> texts = new ArrayList<>(List.of("id"));
        for (int i = 0; i < TYPES.size(); i++) {
            texts.add("c" + i + "::text");
        }
        it.assertSame("SELECT " + String.join(", ", texts) + " FROM SHOP.kinds");
        it.assertSame("SELECT id::text, path::text, md5(big::text) FROM SHOP.named");
    }

    @Test
    void shouldHoldTheSameValuesWhenTheTargetHasTheTypes() throws Exception {
        begin();
        extend(target, it.warehouse);
        target.execute(
                it.warehouse,
                "CREATE SCHEMA " + it.shop,
                "CREATE TABLE " + it.shop + ".kinds (" + columns() + ")",
                "CREATE TABLE " + it.shop + ".named (id citext PRIMARY KEY, path ltree, big hstore)");
        TaskSpec task = it.task().tables(it.shop + ".*").build();
        List<Finding> findings =
                TaskPreview.of(task, it.sourceServer(), it.targetServer()).findings();
        assertTrue(
                findings.stream().noneMatch(finding -> finding.severity() == Finding.Severity.ERROR),
                findings.toString());
        it.catchUp(task);
        assertSame();
        change();
        it.catchUp(task);
        assertSame();
        it.assertSame("SELECT id, c0 -> 'a', c1 = 'mixed', c2 <@ 'Top', c3 @> '(1,2)' FROM SHOP.kinds");
        assertEquals(
                List.of("c.d|50"),
                it.atTarget("SELECT min(path::text) FILTER (WHERE id = 'NAME1'), count(*) FROM SHOP.named"));
    }

    @Test
    void shouldHoldTheTextWhenTablesAreMade() throws Exception {
        begin();
        TaskSpec task = it.task().tables(it.shop + ".*").build();
        it.catchUp(task);
        assertSame();
        change();
        it.catchUp(task);
        assertSame();
        assertEquals(
                List.of("text"),
                it.atTarget("SELECT DISTINCT data_type FROM information_schema.columns WHERE table_schema = 'SHOP' AND"
                        + " column_name <> 'id'"));
    }

    /** Rows of other tables went as bytes before a table with such a column came: from there on all go as text, and are the same. */
    @Test
    void shouldGoOnAsTextWhenATableWithSuchATypeComes() throws Exception {
        it = new RealTask(source, target, directory);
        String s = it.shop + ".";
        extend(source, it.shop);
        extend(target, it.warehouse);
        source.execute(
                it.shop,
                "CREATE SCHEMA " + it.shop,
                "CREATE TABLE " + s + "t (id int PRIMARY KEY, n numeric, at timestamptz, raw bytea)",
                "INSERT INTO " + s + "t VALUES (1, 1.50, '2020-02-29 12:00:00.5Z', '\\x00ff')");
        TaskSpec task = it.task().tables(it.shop + ".*").build();
        it.catchUp(task);
        source.execute(
                it.shop,
                "INSERT INTO " + s + "t VALUES (2, -0.007, 'infinity', NULL)",
                "UPDATE " + s + "t SET n = 'NaN' WHERE id = 1");
        it.catchUp(task);
        it.assertEqual("t");
        target.execute(it.warehouse, "CREATE TABLE " + s + "u (id int PRIMARY KEY, h hstore)");
        source.execute(
                it.shop,
                "CREATE TABLE " + s + "u (id int PRIMARY KEY, h hstore)",
                "INSERT INTO " + s + "u VALUES (1, 'a=>1')",
                "INSERT INTO " + s + "t VALUES (3, 1e40, '0044-03-15 BC', '\\x01')");
        it.catchUp(task);
        source.execute(
                it.shop,
                "UPDATE " + s + "u SET h = h || 'b=>2'",
                "UPDATE " + s + "t SET n = n / 3, at = '-infinity' WHERE id = 3",
                "INSERT INTO " + s + "t VALUES (4, 0.1, '2021-01-01Z', '\\x02')");
        it.catchUp(task);
        it.assertEqual("t", "u");
        assertEquals(List.of("1|2"), it.atTarget("SELECT id, h -> 'b' FROM SHOP.u"));
    }
}
