package io.millrace.reader.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.datasource.TlsMode;
import io.millrace.ddl.DdlEvent;
import io.millrace.ddl.TableEffect;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.SourcePosition;
import io.millrace.schema.Column;
import io.millrace.servers.Server;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** EXACTNESS 15 on a real server whose events do not name their columns: shapes of the past, and of after a restart. */
abstract class SchemaProofContract {
    private Server server;
    private String metadata;
    private String database;

    abstract Server server();

    abstract String less();

    @BeforeEach
    void use() {
        server = server();
        metadata = StreamRun.value(server, "SELECT @@global.binlog_row_metadata");
        server.execute(null, "SET GLOBAL binlog_row_metadata=" + less());
        database = server.freshDatabase("proof");
    }

    @AfterEach
    void restore() {
        server.execute(null, "SET GLOBAL binlog_row_metadata=" + metadata);
    }

    private StreamRun stream(RecordingSink sink) {
        return new StreamRun(StreamRun.catalogReader(StreamRun.dataSource(server, TlsMode.DISABLED), database), sink);
    }

    /** A stream that has proven its shapes: statements from now on are behind its place. */
    private StreamRun started(RecordingSink sink) {
        StreamRun run = stream(sink);
        run.await(() -> sink.schemas().isPresent());
        return run;
    }

    private static List<String> names(RecordingSink.Row row) {
        return row.schema().columns().stream().map(Column::name).toList();
    }

    private static List<String> effects(DdlEvent event) {
        return event.effects().stream()
                .map(effect -> effect.kind() + " " + effect.table().name() + (effect.leavesRowsAlone() ? " alone" : ""))
                .toList();
    }

    @Test
    void shouldRefuseRowsOfThePastWhenAStatementHasChangedTheirTableSince() {
        server.execute(database, "CREATE TABLE t (id int PRIMARY KEY, a int, b int)");
        SourcePosition past = StreamRun.now(server);
        server.execute(
                database, "INSERT INTO t VALUES (1, 2, 3)", "ALTER TABLE t RENAME COLUMN a TO c, RENAME COLUMN b TO a");
        RecordingSink sink = new RecordingSink(past);
        try (StreamRun run = stream(sink)) {
            MillraceException failure = run.awaitFailure();
            assertEquals(ErrorCode.SCHEMA_MISMATCH, failure.code(), failure.display());
            assertTrue(failure.getMessage().contains("reason=statement=ALTER TABLE"), failure.display());
            assertTrue(failure.getMessage().contains("table=" + database + ".t"), failure.display());
        }
        assertEquals(0, sink.rows().size());
    }

    @Test
    void shouldReadThePastWhenNoStatementHasChangedATableSince() {
        server.execute(database, "CREATE TABLE t (id int PRIMARY KEY, a int)", "CREATE TABLE u (id int PRIMARY KEY)");
        SourcePosition past = StreamRun.now(server);
        server.execute(
                database,
                "INSERT INTO t VALUES (1, 2)",
                "ALTER TABLE t ADD INDEX (a), COMMENT 'x'",
                "CREATE TABLE IF NOT EXISTS t (id int PRIMARY KEY)",
                "ALTER TABLE u ADD c int",
                "INSERT INTO t VALUES (2, 3)");
        RecordingSink sink = new RecordingSink(past);
        try (StreamRun run = stream(sink)) {
            run.awaitCaughtUp(server);
        }
        assertEquals(
                List.of(List.of("1", "2"), List.of("2", "3")),
                sink.rows().stream().map(RecordingSink.Row::after).toList());
        assertEquals(List.of("ALTERED t alone"), effects(sink.statements().get(0)));
    }

    @Test
    void shouldFollowATableFromItsCreateOnWhenItWasMadeSince() {
        SourcePosition past = StreamRun.now(server);
        server.execute(
                database,
                "CREATE TABLE t (id int PRIMARY KEY, a varchar(9))",
                "INSERT INTO t VALUES (1, 'x')",
                "ALTER TABLE t CHANGE a z varchar(9) FIRST",
                "INSERT INTO t VALUES ('y', 2)");
        RecordingSink sink = new RecordingSink(past);
        try (StreamRun run = stream(sink)) {
            run.awaitCaughtUp(server);
        }
        assertEquals(List.of("id", "a"), names(sink.rows().get(0)));
        assertEquals(List.of("z", "id"), names(sink.rows().get(1)));
        assertEquals(List.of("CREATED t"), effects(sink.statements().get(0)));
    }

    /** The catalog of the restart is later than the statement that the stream has not met yet. */
    @Test
    void shouldTakeShapesFromTheLogWhenItIsStartedAgain() {
        server.execute(database, "CREATE TABLE t (id int PRIMARY KEY, a int, b int)");
        RecordingSink sink = new RecordingSink(StreamRun.now(server));
        try (StreamRun run = started(sink)) {
            run.awaitCaughtUp(server);
        }
        server.execute(
                database,
                "INSERT INTO t VALUES (1, 2, 3)",
                "ALTER TABLE t RENAME COLUMN a TO c, RENAME COLUMN b TO a",
                "INSERT INTO t VALUES (2, 3, 4)");
        try (StreamRun run = stream(sink)) {
            run.awaitCaughtUp(server);
        }
        assertEquals(List.of("id", "a", "b"), names(sink.rows().get(0)));
        assertEquals(List.of("id", "c", "a"), names(sink.rows().get(1)));
    }

    @Test
    void shouldTakeOverAnAlteredCopyAsOneAlterWhenGhOstSwapsIt() {
        server.execute(database, "CREATE TABLE orders (id int PRIMARY KEY, a int)", "INSERT INTO orders VALUES (1, 2)");
        RecordingSink sink = new RecordingSink(StreamRun.now(server));
        try (StreamRun run = started(sink)) {
            server.execute(
                    database,
                    "CREATE /* gh-ost */ TABLE _orders_ghc (id int PRIMARY KEY, v varchar(99))",
                    "INSERT INTO _orders_ghc VALUES (1, 'hint')",
                    "CREATE /* gh-ost */ TABLE _orders_gho LIKE orders",
                    "ALTER /* gh-ost */ TABLE _orders_gho ENGINE=InnoDB",
                    "INSERT /* gh-ost */ IGNORE INTO _orders_gho SELECT * FROM orders",
                    "CREATE /* gh-ost */ TABLE _orders_del (id int PRIMARY KEY)",
                    "DROP /* gh-ost */ TABLE _orders_del",
                    "RENAME /* gh-ost */ TABLE orders TO _orders_del, _orders_gho TO orders",
                    "DROP /* gh-ost */ TABLE _orders_del, _orders_ghc",
                    "INSERT INTO orders VALUES (2, 3)");
            run.awaitCaughtUp(server);
        }
        assertEquals(
                List.of(List.of("2", "3")),
                sink.rows().stream().map(RecordingSink.Row::after).toList());
        assertEquals(1, sink.statements().size(), sink.statements().toString());
        assertEquals(List.of("RESHAPED orders alone"), effects(sink.statements().get(0)));
    }

    @Test
    void shouldTellTheNewShapeWhenPtOscSwapsIt() {
        server.execute(database, "CREATE TABLE orders (id int PRIMARY KEY, a int)", "INSERT INTO orders VALUES (1, 2)");
        RecordingSink sink = new RecordingSink(StreamRun.now(server));
        try (StreamRun run = started(sink)) {
            server.execute(
                    database,
                    "CREATE TABLE `" + database + "`.`_orders_new` (id int NOT NULL, a int, PRIMARY KEY (id))",
                    "ALTER TABLE `_orders_new` ADD COLUMN b varchar(9)",
                    "CREATE TRIGGER pt_osc_ins AFTER INSERT ON orders FOR EACH ROW"
                            + " REPLACE INTO _orders_new (id, a) VALUES (NEW.id, NEW.a)",
                    "INSERT LOW_PRIORITY IGNORE INTO _orders_new (id, a) SELECT id, a FROM orders",
                    "INSERT INTO orders VALUES (2, 3)",
                    "RENAME TABLE orders TO _orders_old, _orders_new TO orders",
                    "DROP TABLE IF EXISTS `_orders_old`",
                    "INSERT INTO orders VALUES (3, 4, 'x')");
            run.awaitCaughtUp(server);
        }
        assertEquals(
                List.of(List.of("2", "3"), List.of("3", "4", "78")),
                sink.rows().stream().map(RecordingSink.Row::after).toList());
        TableEffect effect = sink.statements().get(0).effects().get(0);
        assertEquals(List.of("RESHAPED orders"), effects(sink.statements().get(0)));
        assertEquals(1, sink.statements().size());
        assertEquals(2, effect.before().orElseThrow().columns().size());
        assertEquals("b", effect.after().orElseThrow().columns().get(2).name());
    }

    @Test
    void shouldNotTakeASwapForAnAlterWhenTheTablesAreOthers() {
        server.execute(database, "CREATE TABLE t (id int PRIMARY KEY)", "CREATE TABLE u LIKE t");
        RecordingSink sink = new RecordingSink(StreamRun.now(server));
        try (StreamRun run = started(sink)) {
            server.execute(database, "RENAME TABLE t TO other_t, u TO t");
            run.awaitCaughtUp(server);
        }
        assertEquals(
                List.of("RENAMED_AWAY u", "SWAPPED t"),
                effects(sink.statements().get(0)).stream().sorted().toList());
    }

    @Test
    void shouldPassWhenAnUnknownStatementNamesNoSelectedTable() {
        server.execute(
                database,
                "CREATE TABLE t (id int PRIMARY KEY, a int)",
                "CREATE TABLE other_t (id int PRIMARY KEY, a int)",
                "CREATE TABLE other_u (id int PRIMARY KEY, a int)");
        RecordingSink sink = new RecordingSink(StreamRun.now(server));
        try (StreamRun run = started(sink)) {
            server.execute(
                    database,
                    "SET SESSION binlog_format='STATEMENT'",
                    "UPDATE other_t, other_u SET other_t.a = 1 WHERE other_t.id = other_u.id",
                    "INSERT INTO other_t VALUES (1, 1)");
            run.awaitCaughtUp(server);
            server.execute(
                    database, "SET SESSION binlog_format='STATEMENT'", "UPDATE other_t, t SET other_t.a = 2, t.a = 1");
            assertEquals(ErrorCode.EVENT_UNSUPPORTED, run.awaitFailure().code());
        }
    }
}
