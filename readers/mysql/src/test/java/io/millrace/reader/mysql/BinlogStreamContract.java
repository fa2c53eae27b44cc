package io.millrace.reader.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.datasource.TlsMode;
import io.millrace.ddl.DdlEvent;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.row.Operation;
import io.millrace.servers.Server;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Transactions, statements and settings as a real server writes them. */
abstract class BinlogStreamContract {
    private Server server;
    private String database;
    private RecordingSink sink;

    abstract Server server();

    /** A server that lets tables without transactions take part in one. */
    abstract Server laxServer();

    @BeforeEach
    void useServer() {
        use(server());
    }

    private void use(Server next) {
        server = next;
        database = server.freshDatabase("stream");
        server.execute(
                database,
                "CREATE TABLE t (id bigint PRIMARY KEY, v varchar(100))",
                "CREATE TABLE u (id bigint PRIMARY KEY, v varchar(100))",
                "CREATE TABLE other_t (id bigint PRIMARY KEY, v varchar(100))",
                "CREATE TABLE other_m (id bigint PRIMARY KEY, v varchar(100)) ENGINE=MyISAM");
        sink = new RecordingSink(StreamRun.now(server));
    }

    @Test
    void shouldGroupRowsWhenTransactionsHaveManyStatements() {
        try (StreamRun run = StreamRun.of(server, database, sink)) {
            server.execute(
                    database,
                    "BEGIN",
                    "INSERT INTO t VALUES (1,'a'),(2,'b'),(3,'c')",
                    "INSERT INTO u VALUES (1,'x')",
                    "UPDATE t, u SET t.v='A', u.v='X' WHERE t.id=u.id",
                    "INSERT INTO other_t VALUES (1,'o')",
                    "DELETE FROM t WHERE id=3",
                    "COMMIT",
                    "INSERT INTO other_t VALUES (2,'o')",
                    "UPDATE t SET id=20 WHERE id=2");
            run.awaitCaughtUp(server);
        }
        List<List<RecordingSink.Row>> transactions = sink.transactions();
        assertEquals(List.of(7, 0, 1), transactions.stream().map(List::size).toList(), "rows by transaction");
        RecordingSink.Row keyChange = transactions.get(2).get(0);
        assertEquals(Operation.UPDATE, keyChange.operation());
        assertEquals("2", keyChange.before().get(0));
        assertEquals("20", keyChange.after().get(0));
        assertNotEquals(keyChange.hash(), keyChange.beforeHash());
        RecordingSink.Row update = transactions.get(0).get(4);
        assertEquals(update.hash(), update.beforeHash());
        assertTrue(sink.ids().get(0).commitTimeMicros > 1_600_000_000_000_000L);
        assertTrue(sink.ids().get(0).endPosition < sink.ids().get(1).endPosition);
    }

    /** EXACTNESS 16. */
    @Test
    void shouldDropRowsWhenRolledBackToSavepoint() throws SQLException {
        use(laxServer());
        try (StreamRun run = StreamRun.of(server, database, sink);
                Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            // A statement on a table without transactions keeps the server from forgetting what was rolled back.
            statement.execute("SET SESSION binlog_format='MIXED'");
            statement.execute("BEGIN");
            statement.execute("INSERT INTO t VALUES (1, uuid())");
            statement.execute("SAVEPOINT `A b`");
            statement.execute("INSERT INTO t VALUES (2, uuid())");
            statement.execute("INSERT INTO other_m VALUES (1,'m')");
            statement.execute("ROLLBACK TO SAVEPOINT `a B`");
            statement.execute("INSERT INTO t VALUES (3, uuid())");
            statement.execute("COMMIT");
            run.awaitCaughtUp(server);
        }
        assertEquals(
                List.of("1", "3"),
                sink.rows().stream().map(row -> row.after().get(0)).toList());
    }

    @Test
    void shouldAbortWhenAGroupEndsInRollback() throws SQLException {
        use(laxServer());
        try (StreamRun run = StreamRun.of(server, database, sink);
                Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION binlog_format='MIXED'");
            statement.execute("BEGIN");
            statement.execute("INSERT INTO t VALUES (1, uuid())");
            statement.execute("INSERT INTO other_m VALUES (1,'m')");
            statement.execute("ROLLBACK");
            statement.execute("INSERT INTO t VALUES (2, uuid())");
            run.awaitCaughtUp(server);
        }
        assertEquals(
                List.of("2"),
                sink.rows().stream().map(row -> row.after().get(0)).toList());
    }

    @Test
    void shouldCarryRowsWhenLargerThanAPacket() throws SQLException {
        server.execute(database, "CREATE TABLE big (id int PRIMARY KEY, v longblob)");
        sink = new RecordingSink(StreamRun.now(server));
        String global = StreamRun.value(server, "SELECT @@global.max_allowed_packet");
        server.execute(null, "SET GLOBAL max_allowed_packet=1073741824");
        try (StreamRun run = StreamRun.of(server, database, sink);
                Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO big VALUES (1, repeat(x'01', 16777215 - 100))");
            statement.execute("INSERT INTO big VALUES (2, repeat(x'02', 40000000))");
            statement.execute("INSERT INTO big VALUES (3, x'03')");
            statement.execute("UPDATE big SET v=repeat(x'04', 17000000) WHERE id=2");
            run.awaitCaughtUp(server);
        } finally {
            server.execute(null, "SET GLOBAL max_allowed_packet=" + global);
        }
        List<RecordingSink.Row> rows = sink.rows();
        assertEquals("01".repeat(16777115), rows.get(0).after().get(1));
        assertEquals("02".repeat(40000000), rows.get(1).after().get(1));
        assertEquals("03", rows.get(2).after().get(1));
        assertEquals("02".repeat(40000000), rows.get(3).before().get(1));
        assertEquals("04".repeat(17000000), rows.get(3).after().get(1));
    }

    @Test
    void shouldStreamWhenTlsIsRequired() {
        BinlogReader reader = StreamRun.reader(StreamRun.dataSource(server, TlsMode.REQUIRED), database);
        try (StreamRun run = new StreamRun(reader, sink)) {
            server.execute(database, "INSERT INTO t VALUES (1, repeat('x', 100))");
            server.execute(database, "INSERT INTO t SELECT 1 + seq, v FROM t, (SELECT 1 seq UNION SELECT 2) s");
            run.awaitCaughtUp(server);
        }
        assertEquals(3, sink.rows().size());
    }

    @Test
    void shouldStreamWhenWithoutTls() {
        BinlogReader reader = StreamRun.reader(StreamRun.dataSource(server, TlsMode.DISABLED), database);
        try (StreamRun run = new StreamRun(reader, sink)) {
            server.execute(database, "INSERT INTO t VALUES (1, 'x')");
            run.awaitCaughtUp(server);
        }
        assertEquals(1, sink.rows().size());
    }

    @Test
    void shouldSayThatItLivesWhenTheSourceIsIdle() {
        try (StreamRun run = StreamRun.of(server, database, sink)) {
            run.await(() -> sink.heartbeats() > 0 && sink.flushes() > 1);
        }
    }

    @Test
    void shouldTellOfAStatementWhenItChangesASelectedTable() {
        assertStatement(
                "ALTER TABLE",
                "ALTERED t",
                "ALTER TABLE other_t ADD c int",
                "ALTER TABLE t ADD c int COMMENT 'Se.cret'");
        assertStatement("TRUNCATE TABLE", "TRUNCATED t", "TRUNCATE t");
        assertStatement("DROP TABLE", "DROPPED t", "DROP TABLE IF EXISTS other_t, `t`");
        assertStatement("RENAME TABLE", "RENAMED_HERE now_selected", "RENAME TABLE other_m TO now_selected");
    }

    /** Runs statements of which the last touches a selected table: it alone stands in the log, at its place. */
    private void assertStatement(String verb, String effect, String... statements) {
        sink = new RecordingSink(StreamRun.now(server));
        try (StreamRun run = StreamRun.of(server, database, sink)) {
            server.execute(database, "INSERT INTO u VALUES (" + System.nanoTime() + ",'a')");
            server.execute(database, statements);
            run.awaitCaughtUp(server);
        }
        assertEquals(1, sink.rows().size());
        DdlEvent event = sink.statements().get(0);
        assertEquals(1, sink.statements().size());
        assertEquals(verb, event.verb());
        assertEquals(
                List.of(effect),
                event.effects().stream()
                        .map(each -> each.kind() + " " + each.table().name())
                        .toList());
        assertTrue(event.statement().contains(verb.substring(0, verb.indexOf(' '))));
        assertTrue(event.describe().contains("position="), event.describe());
        assertTrue(!event.describe().contains("cret"), event.describe());
    }

    @Test
    void shouldStopWhenAStatementChangesSelectedRows() {
        assertStops(
                ErrorCode.STATEMENT_CHANGES_ROWS,
                "INSERT, table=" + database + ".t",
                "INSERT INTO t VALUES (1,'a')",
                "SET SESSION binlog_format='STATEMENT'",
                "INSERT INTO other_t VALUES (1,'a')",
                "INSERT INTO t VALUES (2,'b')");
    }

    /** Runs statements of which the last stops the stream; the first row change has arrived before. */
    private void assertStops(ErrorCode code, String message, String... statements) {
        try (StreamRun run = StreamRun.of(server, database, sink)) {
            server.execute(database, statements);
            MillraceException failure = run.awaitFailure();
            assertEquals(code, failure.code(), failure.getMessage());
            assertTrue(failure.getMessage().contains(message), failure.getMessage());
            assertTrue(failure.getMessage().contains("position="), failure.getMessage());
            assertEquals(1, sink.rows().size());
        }
    }

    @Test
    void shouldPassWhenStatementsTouchNothingSelected() {
        try (StreamRun run = StreamRun.of(server, database, sink)) {
            server.execute(
                    database,
                    "CREATE DATABASE " + database + "_x",
                    "CREATE TABLE " + database + "_x.t (id int PRIMARY KEY) /* t */",
                    "INSERT INTO " + database + "_x.t VALUES (1)",
                    "CREATE USER " + database + "_u IDENTIFIED BY 'Se.cret-1'",
                    "GRANT SELECT ON " + database + ".t TO " + database + "_u",
                    "DROP USER " + database + "_u",
                    "CREATE VIEW v AS SELECT * FROM t",
                    "CREATE DEFINER=root@localhost PROCEDURE p() SELECT 1",
                    "CREATE TRIGGER other_tr BEFORE INSERT ON t FOR EACH ROW SET NEW.v = concat(NEW.v, '!')",
                    "CREATE TABLE other_s SELECT * FROM t",
                    "CREATE TEMPORARY TABLE temp SELECT 1 a",
                    "ANALYZE TABLE t",
                    "FLUSH TABLES",
                    "DROP PROCEDURE p",
                    "INSERT INTO t VALUES (1,'a')",
                    "DROP TEMPORARY TABLE temp");
            run.awaitCaughtUp(server);
        }
        assertEquals(1, sink.rows().size());
        assertEquals("61" + "21", sink.rows().get(0).after().get(1));
    }

    @Test
    void shouldStreamOnWhenFilesRotateAndTablesAreReopened() {
        try (StreamRun run = StreamRun.of(server, database, sink)) {
            for (int i = 0; i < 5; i++) {
                server.execute(database, "INSERT INTO t VALUES (" + i + ",'a')", "FLUSH TABLES", "FLUSH BINARY LOGS");
            }
            run.awaitCaughtUp(server);
        }
        assertEquals(5, sink.rows().size());
    }

    @Test
    void shouldTakeNamesFromTheCatalogWhenMetadataIsMinimal() {
        String metadata = StreamRun.value(server, "SELECT @@global.binlog_row_metadata");
        boolean isMariaDb = server.version().contains("MariaDB");
        for (String less : isMariaDb ? List.of("NO_LOG", "MINIMAL") : List.of("MINIMAL")) {
            String name = "shapes_" + less.toLowerCase(java.util.Locale.ROOT);
            server.execute(
                    database,
                    "CREATE TABLE " + name
                            + " (a int unsigned, `b c` varchar(10) charset latin1, e enum('x','é') charset latin1,"
                            + " f set('p','q'), g decimal(9,2), h binary(3), i text charset utf8mb4, j bit(3), k datetime(3),"
                            + " l bigint unsigned, PRIMARY KEY (l, a))");
            sink = new RecordingSink(StreamRun.now(server));
            server.execute(null, "SET GLOBAL binlog_row_metadata=" + less);
            BinlogReader reader = StreamRun.catalogReader(StreamRun.dataSource(server, TlsMode.DISABLED), database);
            try (StreamRun run = new StreamRun(reader, sink)) {
                server.execute(
                        database,
                        "INSERT INTO " + name + " VALUES (4294967295, 'é', 'é', 'p,q', -1.50, 'x', '中', 5,"
                                + " '2024-02-03 04:05:06.789', 18446744073709551615)");
                run.awaitCaughtUp(server);
            } finally {
                server.execute(null, "SET GLOBAL binlog_row_metadata=" + metadata);
            }
            RecordingSink.Row row = sink.rows().get(0);
            assertEquals("b c", row.schema().columns().get(1).name());
            assertEquals(List.of(9, 0), row.schema().key());
            assertEquals(
                    List.of(
                            "4294967295",
                            "C3A9",
                            "C3A9",
                            "702C71",
                            "-1.50",
                            "780000",
                            "E4B8AD",
                            "5",
                            "2024-02-03 04:05:06.789",
                            "18446744073709551615"),
                    row.after());
        }
    }

    @Test
    void shouldPassWhenXaTransactionsTouchNothingSelected() {
        try (StreamRun run = StreamRun.of(server, database, sink)) {
            server.execute(
                    database,
                    "XA START 'a','b',7",
                    "INSERT INTO other_t VALUES (1,'a')",
                    "XA END 'a','b',7",
                    "XA PREPARE 'a','b',7",
                    "XA COMMIT 'a','b',7",
                    "XA START 'c'",
                    "INSERT INTO t VALUES (1,'a')",
                    "XA END 'c'",
                    "XA COMMIT 'c' ONE PHASE",
                    "XA START 'd'",
                    "INSERT INTO other_t VALUES (2,'a')",
                    "XA END 'd'",
                    "XA PREPARE 'd'",
                    "XA ROLLBACK 'd'",
                    "INSERT INTO t VALUES (2,'a')");
            run.awaitCaughtUp(server);
        }
        assertEquals(2, sink.rows().size());
    }
}
