package io.millrace.reader.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.datasource.TlsMode;
import io.millrace.ddl.DdlEvent;
import io.millrace.ddl.TableEffect;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.SourcePosition;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.servers.Server;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** EXACTNESS 15 on a real server whose events do not name their columns: shapes of the past, and of after a restart. */
abstract class SchemaProofContract {
    private Server server;
    private String metadata;
    String database;

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

    final StreamRun stream(RecordingSink sink) {
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

    /** Two columns that change names while their types stay: no comparison of types could tell. */
    private static final List<String> SWAP_BY_CHANGE = List.of(
            "ALTER TABLE t CHANGE a tmp int",
            "INSERT INTO t VALUES (2, 20, 200)",
            "ALTER TABLE t CHANGE b a int",
            "INSERT INTO t VALUES (3, 30, 300)",
            "ALTER TABLE t CHANGE tmp b int",
            "INSERT INTO t VALUES (4, 40, 400)");

    @Test
    void shouldCarryEachRowUnderTheNamesOfItsTimeWhenTwoColumnsSwapNames() {
        server.execute(database, "CREATE TABLE t (id int PRIMARY KEY, a int, b int)");
        RecordingSink sink = new RecordingSink(StreamRun.now(server));
        try (StreamRun run = started(sink)) {
            run.awaitCaughtUp(server);
        }
        server.execute(database, "INSERT INTO t VALUES (1, 10, 100)");
        server.execute(database, SWAP_BY_CHANGE.toArray(String[]::new));
        try (StreamRun run = stream(sink)) {
            run.awaitCaughtUp(server);
        }
        assertEquals(
                List.of(
                        List.of("id", "a", "b"),
                        List.of("id", "tmp", "b"),
                        List.of("id", "tmp", "a"),
                        List.of("id", "b", "a")),
                sink.rows().stream().map(SchemaProofContract::names).toList());
        assertEquals(List.of("4", "40", "400"), sink.rows().get(3).after());
    }

    @Test
    void shouldRefuseRowsOfThePastWhenTwoColumnsHaveSwappedNamesSince() {
        server.execute(database, "CREATE TABLE t (id int PRIMARY KEY, a int, b int)");
        SourcePosition past = StreamRun.now(server);
        server.execute(database, "INSERT INTO t VALUES (1, 10, 100)");
        server.execute(database, SWAP_BY_CHANGE.toArray(String[]::new));
        assertRefused(past, "ALTER TABLE");
    }

    @Test
    void shouldRefuseRowsOfThePastWhenColumnsOfOneTypeHaveMovedSince() {
        server.execute(database, "CREATE TABLE t (id int PRIMARY KEY, a int, b int)");
        SourcePosition past = StreamRun.now(server);
        server.execute(database, "INSERT INTO t VALUES (1, 10, 100)", "ALTER TABLE t MODIFY a int AFTER b");
        assertRefused(past, "ALTER TABLE");
    }

    @Test
    void shouldRefuseRowsOfThePastWhenTablesHaveSwappedNamesSince() {
        server.execute(
                database,
                "CREATE TABLE t (id int PRIMARY KEY, a int, b int)",
                "CREATE TABLE u (id int PRIMARY KEY, b int, a int)");
        SourcePosition past = StreamRun.now(server);
        server.execute(
                database, "INSERT INTO t VALUES (1, 10, 100)", "RENAME TABLE t TO other_tmp, u TO t, other_tmp TO u");
        assertRefused(past, "RENAME TABLE");
    }

    @Test
    void shouldReadThePastWhenARowLongerThanAPacketStandsBetween() {
        server.execute(
                database,
                "CREATE TABLE t (id int PRIMARY KEY, a int)",
                "CREATE TABLE other_big (id int PRIMARY KEY, v longblob)",
                "CREATE TABLE w (id int PRIMARY KEY, a int)");
        SourcePosition past = StreamRun.now(server);
        server.execute(database, "INSERT INTO t VALUES (1, 2)");
        String global = StreamRun.value(server, "SELECT @@global.max_allowed_packet");
        server.execute(null, "SET GLOBAL max_allowed_packet=1073741824");
        try {
            // Its bytes look like headers of a QUERY_EVENT and of a ROTATE_EVENT.
            server.execute(database, "INSERT INTO other_big VALUES (1, repeat(x'02', 40000000))");
            server.execute(database, "INSERT INTO other_big VALUES (2, repeat(x'04', 40000000))");
        } finally {
            server.execute(null, "SET GLOBAL max_allowed_packet=" + global);
        }
        server.execute(database, "ALTER TABLE w RENAME COLUMN a TO b");
        RecordingSink sink = new RecordingSink(past);
        try (StreamRun run = stream(sink)) {
            run.awaitCaughtUp(server);
        }
        assertEquals(
                List.of(List.of("1", "2")),
                sink.rows().stream().map(RecordingSink.Row::after).toList());
        assertFalse(sink.schemas().orElseThrow().tables().containsKey(new TableId(database, "w")));
    }

    private void assertRefused(SourcePosition past, String verb) {
        RecordingSink sink = new RecordingSink(past);
        try (StreamRun run = stream(sink)) {
            MillraceException failure = run.awaitFailure();
            assertEquals(ErrorCode.SCHEMA_MISMATCH, failure.code(), failure.display());
            assertTrue(failure.getMessage().contains("reason=statement=" + verb + ", file="), failure.display());
        }
        assertEquals(0, sink.rows().size());
    }

    @Test
    void shouldSayThatRowsMayMoveWhenAForeignKeyGoes() {
        server.execute(
                database,
                "CREATE TABLE p (id int PRIMARY KEY)",
                "CREATE TABLE t (id int PRIMARY KEY, p int, q int, CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id) ON"
                        + " DELETE CASCADE, CONSTRAINT g FOREIGN KEY (p) REFERENCES p (id) ON DELETE SET NULL,"
                        + " CONSTRAINT u UNIQUE (q))");
        RecordingSink sink = new RecordingSink(StreamRun.now(server));
        try (StreamRun run = started(sink)) {
            server.execute(
                    database,
                    "ALTER TABLE t DROP CONSTRAINT u",
                    "ALTER TABLE t DROP CONSTRAINT f",
                    "ALTER TABLE t DROP FOREIGN KEY g",
                    "ALTER TABLE t ADD FOREIGN KEY (p) REFERENCES p (id)",
                    "ALTER TABLE t ADD FOREIGN KEY (q) REFERENCES p (id) ON UPDATE CASCADE");
            run.awaitCaughtUp(server);
        }
        assertEquals(
                List.of("ALTERED t alone", "ALTERED t", "ALTERED t", "ALTERED t alone", "ALTERED t"),
                sink.statements().stream()
                        .map(SchemaProofContract::effects)
                        .flatMap(List::stream)
                        .toList());
    }

    @Test
    void shouldNotTakeACopyForTheTableWhenItHasAForeignKeyWithAnAction() {
        server.execute(
                database, "CREATE TABLE p (id int PRIMARY KEY)", "CREATE TABLE orders (id int PRIMARY KEY, p int)");
        RecordingSink sink = new RecordingSink(StreamRun.now(server));
        try (StreamRun run = started(sink)) {
            server.execute(
                    database,
                    "CREATE TABLE _orders_gho LIKE orders",
                    "ALTER TABLE _orders_gho ADD FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE",
                    "RENAME TABLE orders TO _orders_del, _orders_gho TO orders",
                    "DROP TABLE _orders_del",
                    "CREATE TABLE _orders_new (id int PRIMARY KEY, p int, FOREIGN KEY (p) REFERENCES p (id) ON DELETE"
                            + " CASCADE)",
                    "RENAME TABLE orders TO _orders_old, _orders_new TO orders");
            run.awaitCaughtUp(server);
        }
        assertEquals(
                List.of("RESHAPED orders", "RESHAPED orders"),
                sink.statements().stream()
                        .map(SchemaProofContract::effects)
                        .flatMap(List::stream)
                        .toList());
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
