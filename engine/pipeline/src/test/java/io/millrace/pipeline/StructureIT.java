package io.millrace.pipeline;

import static io.millrace.servers.ServerKind.MARIADB_11_4;
import static io.millrace.servers.ServerKind.MYSQL_8_0;
import static io.millrace.servers.ServerKind.POSTGRES_18;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.pipeline.command.TaskPreview;
import io.millrace.pipeline.status.Goal;
import io.millrace.pipeline.status.PipelineState;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.task.Step;
import io.millrace.task.TaskSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that the task makes have what they have at the source: at once, or behind the load (EXACTNESS 40). */
@RealServers({MYSQL_8_0, MARIADB_11_4, POSTGRES_18})
class StructureIT {
    private static final String INDEXES =
            "SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid::regclass::text LIKE '%SHOP%'"
                    + " AND NOT indisprimary";
    private static final String KEYS =
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f'";

    @TempDir
    Path directory;

    private static void make(RealTask it) throws Exception {
        it.source.execute(
                it.shop,
                "CREATE TABLE region (id INT AUTO_INCREMENT PRIMARY KEY, code VARCHAR(8) NOT NULL UNIQUE)"
                        + " COMMENT 'where it''s sold'",
                "CREATE TABLE customer (id BIGINT PRIMARY KEY, region INT NOT NULL, email VARCHAR(100) DEFAULT 'a''b',"
                        + " score DECIMAL(6,2) NOT NULL DEFAULT -1.50, flags BIT(3) DEFAULT b'101', born DATE DEFAULT '2000-02-29',"
                        + " seen DATETIME(3) DEFAULT CURRENT_TIMESTAMP(3), kind ENUM('x','y') DEFAULT 'y', raw VARBINARY(4),"
                        + " note TEXT COMMENT 'free \\\\ text', UNIQUE KEY mail (email), KEY by_region (region, score),"
                        + " KEY prefixed (note(10)), FULLTEXT KEY words (note),"
                        + " CONSTRAINT lives FOREIGN KEY (region) REFERENCES region (id))",
                "CREATE TABLE node (id INT PRIMARY KEY, parent INT, CONSTRAINT up FOREIGN KEY (parent) REFERENCES node (id))");
        StringBuilder rows = new StringBuilder("INSERT INTO customer (id, region, email) VALUES (0, 1, 'zero')");
        for (int i = 1; i < 500; i++) {
            rows.append(", (")
                    .append(i)
                    .append(',')
                    .append(1 + i % 3)
                    .append(",'m")
                    .append(i)
                    .append("')");
        }
        it.source.execute(
                it.shop,
                "INSERT INTO region (code) VALUES ('n'), ('s'), ('e')",
                rows.toString(),
                "INSERT INTO node VALUES (1, NULL), (2, 1), (3, 2)");
    }

    private static void assertRows(RealTask it) throws Exception {
        it.assertEqual("region", "node");
        it.assertSame("SELECT id, region, email, score, born, kind, note FROM SHOP.customer");
    }

    private void makeAll(Server source, PostgresServer target) throws Exception {
        RealTask it = new RealTask(source, target, directory);
        make(it);
        TaskSpec task = it.task().build();
        TaskPreview preview = TaskPreview.of(task, it.sourceServer(), it.targetServer());
        assertEquals(
                List.of(List.of(it.shop + ".customer", it.shop + ".region"), List.of(it.shop + ".node")),
                preview.tieGroups());
        assertTrue(preview.later().stream().anyMatch(sql -> sql.contains("CONSTRAINT \"lives\"")), preview.toString());
        it.catchUp(task);
        assertRows(it);
        List<String> indexes = it.atTarget(INDEXES);
        List<String> keys = it.atTarget(KEYS);
        for (String end : List.of(
                ".customer USING btree (email)",
                ".customer USING btree (region, score)",
                ".region USING btree (code)",
                ".node USING btree (parent)")) {
            assertEquals(1, indexes.stream().filter(each -> each.endsWith(end)).count(), end + indexes);
        }
        assertEquals(
                2,
                indexes.stream()
                        .filter(each -> each.startsWith("CREATE UNIQUE"))
                        .count());
        assertEquals(
                List.of(
                        "lives|FOREIGN KEY (region) REFERENCES " + it.shop + ".region(id)",
                        "up|FOREIGN KEY (parent) REFERENCES " + it.shop + ".node(id)"),
                keys);
        it.target.execute(it.warehouse, "INSERT INTO " + it.shop + ".customer (id, region) VALUES (-1, 1)");
        assertEquals(
                List.of("a'b|-1.50|101|2000-02-29|y|null|t"),
                it.atTarget(
                        "SELECT email, score, flags, born, kind, raw, seen IS NOT NULL FROM SHOP.customer WHERE id = -1"));
        it.target.execute(it.warehouse, "DELETE FROM " + it.shop + ".customer WHERE id = -1");
        assertEquals(
                List.of("where it's sold|free \\ text"),
                it.atTarget(
                        "SELECT obj_description('SHOP.region'::regclass), col_description('SHOP.customer'::regclass,"
                                + " (SELECT attnum FROM pg_attribute WHERE attrelid = 'SHOP.customer'::regclass AND attname = 'note'))"));
        assertEquals(
                List.of("d"),
                it.atTarget(
                        "SELECT attidentity FROM pg_attribute WHERE attrelid = 'SHOP.region'::regclass AND attname = 'id'"));

        // Tied now by the target itself: in the source's order, and with the same layout as before.
        it.source.execute(
                it.shop,
                "INSERT INTO region (id, code) VALUES (9, 'w')",
                "UPDATE customer SET region = 9, email = CONCAT('w', id) WHERE id < 100",
                "DELETE FROM customer WHERE region = 2",
                "DELETE FROM region WHERE id = 2",
                "INSERT INTO region (id, code) VALUES (10, 's')",
                "UPDATE node SET parent = NULL WHERE id = 2",
                "DELETE FROM node WHERE id = 1");
        it.catchUp(task);
        assertRows(it);
        assertEquals(indexes, it.atTarget(INDEXES));
        assertEquals(keys, it.atTarget(KEYS));
    }

    @Test
    void shouldMakeKeysAndIndexesBehindTheLoadWhenMySqlHasThem(MySqlServer source, PostgresServer target)
            throws Exception {
        makeAll(source, target);
    }

    @Test
    void shouldMakeKeysAndIndexesBehindTheLoadWhenMariaDbHasThem(MariaDbServer source, PostgresServer target)
            throws Exception {
        makeAll(source, target);
    }

    @Test
    void shouldMakeThemAtOnceWhenNothingIsLoaded(MySqlServer source, PostgresServer target) throws Exception {
        RealTask it = new RealTask(source, target, directory);
        make(it);
        TaskSpec task = it.task().steps(Step.STRUCTURE).build();
        try (Pipeline pipeline = it.pipeline(task, new Goal.CaughtUp())) {
            pipeline.start();
            assertEquals(PipelineState.FINISHED, pipeline.await());
            assertEquals(Optional.empty(), pipeline.failure());
        }
        assertEquals(2, it.atTarget(KEYS).size());
        assertEquals(4, it.atTarget(INDEXES).size());
    }

    /** Rows that a session without checks left behind: the key is not made, said, and not asked for again. */
    @Test
    void shouldGoOnWithoutTheKeyWhenTheSourcesRowsBreakIt(MySqlServer source, PostgresServer target) throws Exception {
        RealTask it = new RealTask(source, target, directory);
        it.source.execute(
                it.shop,
                "CREATE TABLE p (id INT PRIMARY KEY)",
                "CREATE TABLE c (id INT PRIMARY KEY, p INT, CONSTRAINT cp FOREIGN KEY (p) REFERENCES p (id))",
                "SET foreign_key_checks = 0",
                "INSERT INTO c VALUES (1, 7)",
                "SET foreign_key_checks = 1");
        TaskSpec task = it.task().build();
        it.catchUp(task);
        assertEquals(List.of(), it.atTarget(KEYS));
        assertEquals(
                List.of("FOREIGN_KEY|t|t"),
                it.atTarget(
                        "SELECT kind, made_at IS NULL, refused LIKE '%23503%' FROM millrace.structure WHERE kind = 'FOREIGN_KEY'"));
        it.source.execute(it.shop, "INSERT INTO p VALUES (1)", "INSERT INTO c VALUES (2, 1)");
        it.catchUp(task);
        it.assertEqual("p", "c");
    }
}
