package io.millrace.reader.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.datasource.TlsMode;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.schema.Column;
import io.millrace.servers.Server;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Rows of which a real server sent some columns only: what a target that applies them ends with must be what the server holds, by
 * the server's own text.
 */
abstract class RowImageContract {
    private static final String ABSENT = "absent";

    private Server server;
    private String database;
    private RecordingSink sink;

    abstract Server server();

    /** What {@code binlog_row_image} can be. */
    abstract List<String> images();

    /** Whether an image that lacks a virtual column says that it is as it was. */
    abstract boolean areVirtualColumnsSent();

    /** Whether an update that a REPLACE became has all columns, whatever the row image. */
    abstract boolean doesLogReplaceWhole();

    @BeforeEach
    void useServer() {
        server = server();
        database = server.freshDatabase("images");
        server.execute(
                database,
                "CREATE TABLE t (id int PRIMARY KEY AUTO_INCREMENT, a int DEFAULT 7, b varchar(20) NOT NULL DEFAULT 'o''x',"
                        + " ts timestamp(3) DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3), n decimal(9,3)"
                        + " DEFAULT 1.5, c char(9) DEFAULT 'pad  ', u bigint unsigned DEFAULT 18446744073709551615,"
                        + " d date DEFAULT '2024-02-29', dt datetime(2) DEFAULT '2024-02-29 01:02:03.4', ti time(1) DEFAULT"
                        + " '-10:20:30.5', e enum('x','é') DEFAULT 'é', s set('p','q','r') DEFAULT 'p,r', f float DEFAULT"
                        + " 0.1, g double DEFAULT 2.5e10, bi bit(5) DEFAULT b'101', y year DEFAULT 2024, l varchar(9)"
                        + " CHARACTER SET latin1 DEFAULT 'é', tx text, bl blob)",
                "CREATE TABLE k (a int NOT NULL, b varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, v int,"
                        + " bl blob, PRIMARY KEY (b, a))",
                "CREATE TABLE u (id int NOT NULL, n int NOT NULL, v int, tx text NOT NULL, UNIQUE KEY (n))",
                "CREATE TABLE g (id int PRIMARY KEY, v int, w int AS (v + 1) STORED, x int AS (v + 2) VIRTUAL, y int)");
        sink = new RecordingSink(StreamRun.now(server));
    }

    private StreamRun run() {
        return new StreamRun(StreamRun.catalogReader(StreamRun.dataSource(server, TlsMode.PREFERRED), database), sink);
    }

    /** The catalog is read before the first row comes. */
    private void meetTables(StreamRun run) {
        server.execute(
                database,
                "SET SESSION binlog_row_image='FULL'",
                "INSERT INTO t (id, tx, bl) VALUES (1, 'first', x'00')",
                "INSERT INTO k VALUES (1, 'one', 1, x'01')",
                "INSERT INTO u VALUES (1, 1, 1, 'one')",
                "INSERT INTO g (id, v) VALUES (1, 1)");
        run.awaitCaughtUp(server);
    }

    @Test
    void shouldEndEqualWhenImagesLackColumns() throws SQLException {
        for (String image : images()) {
            server.execute(database, "DELETE FROM t", "DELETE FROM k", "DELETE FROM u", "DELETE FROM g");
            server.execute(null, "SET GLOBAL binlog_row_image='" + image + "'");
            sink = new RecordingSink(StreamRun.now(server));
            try (StreamRun run = run()) {
                meetTables(run);
                server.execute(
                        database,
                        "SET SESSION binlog_row_image='" + (doesLogReplaceWhole() ? image : "FULL") + "'",
                        "INSERT INTO t (id, a) VALUES (100, 1)",
                        "INSERT INTO t (id, a) VALUES (100, 1) ON DUPLICATE KEY UPDATE a = 50, tx = 'dup'",
                        "REPLACE INTO t (id, c) VALUES (1, 'replaced')",
                        "DELETE FROM t WHERE id = 100");
                server.execute(
                        database,
                        "SET SESSION binlog_row_image='" + image + "'",
                        "INSERT INTO t (a) VALUES (5), (6), (7)",
                        "INSERT INTO t (id, b, bl) VALUES (100, DEFAULT, x'aa')",
                        "INSERT INTO t SET tx = repeat('t', 1000), a = NULL",
                        "UPDATE t SET a = a + 1 WHERE id > 2",
                        "UPDATE t SET bl = x'ff', tx = NULL WHERE id = 100",
                        "UPDATE t SET id = 200, b = 'moved' WHERE id = 100",
                        "UPDATE t SET n = 2, tx = 'small' WHERE id = 200",
                        "DELETE FROM t WHERE id = 3",
                        "INSERT INTO k (a, b) VALUES (2, 'two'), (3, 'three')",
                        "UPDATE k SET v = 20 WHERE a = 2",
                        "UPDATE k SET bl = x'bb' WHERE a = 1",
                        "UPDATE k SET a = 30 WHERE a = 3",
                        "UPDATE k SET b = 'uno', v = 11 WHERE a = 1",
                        "DELETE FROM k WHERE a = 2",
                        "INSERT INTO u (id, n, tx) VALUES (2, 2, 'two')",
                        "UPDATE u SET v = 7",
                        "UPDATE u SET n = 3 WHERE n = 2",
                        "UPDATE u SET tx = 'other' WHERE n = 1",
                        "INSERT INTO g (id) VALUES (2)",
                        "UPDATE g SET v = 9",
                        "UPDATE g SET id = 3 WHERE id = 1");
                run.awaitCaughtUp(server);
            } finally {
                server.execute(null, "SET GLOBAL binlog_row_image='FULL'");
            }
            for (String table : List.of("t", "k", "u", "g")) {
                assertEquals(held(table), applied(table), image + " " + table);
            }
        }
    }

    @Test
    void shouldSendTriggeredAndGeneratedValuesWhenMinimal() throws SQLException {
        server.execute(
                database,
                "CREATE TRIGGER other_i BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 99, NEW.tx = 'by trigger'",
                "CREATE TRIGGER other_u BEFORE UPDATE ON t FOR EACH ROW SET NEW.b = 'trig', NEW.n = 3",
                "CREATE TRIGGER of_g BEFORE UPDATE ON g FOR EACH ROW SET NEW.v = NEW.v + 5");
        sink = new RecordingSink(StreamRun.now(server));
        try (StreamRun run = run()) {
            meetTables(run);
            server.execute(
                    database,
                    "SET SESSION binlog_row_image='MINIMAL'",
                    "INSERT INTO t (id) VALUES (2)",
                    "UPDATE t SET u = 1");
            run.awaitCaughtUp(server);
            server.execute(database, "SET SESSION binlog_row_image='MINIMAL'", "UPDATE g SET y = 1");
            if (areVirtualColumnsSent()) {
                run.awaitCaughtUp(server);
                assertEquals(held("g"), applied("g"));
            } else {
                MillraceException failure = run.awaitFailure();
                assertEquals(ErrorCode.PARTIAL_IMAGE, failure.code(), failure.display());
                assertTrue(failure.getMessage().contains("table=" + database + ".g, column=x"), failure.getMessage());
            }
        }
        assertEquals(held("t"), applied("t"));
    }

    @Test
    void shouldStopWhenAnInsertOfThePastLeftAColumnOut() {
        server.execute(
                database,
                "SET SESSION binlog_row_image='MINIMAL'",
                "INSERT INTO t (id) VALUES (1)"); // before the catalog is read
        try (StreamRun run = run()) {
            MillraceException failure = run.awaitFailure();
            assertEquals(ErrorCode.PARTIAL_IMAGE, failure.code(), failure.display());
            assertTrue(failure.getMessage().contains("table=" + database + ".t, column="), failure.getMessage());
            assertTrue(failure.getMessage().contains("position="), failure.getMessage());
        }
    }

    @Test
    void shouldFillDefaultsWhenAStatementLeftThemAloneAndStopWhenItDidNot() {
        server.execute(null, "SET GLOBAL binlog_row_image='MINIMAL'");
        try (StreamRun run = run()) {
            meetTables(run);
            server.execute(
                    database,
                    "SET SESSION binlog_row_image='MINIMAL'",
                    "CREATE INDEX i ON t (a)",
                    "ALTER TABLE t COMMENT 'x'",
                    "INSERT INTO t (id) VALUES (2)");
            run.awaitCaughtUp(server);
            RecordingSink.Row row = sink.rows().get(sink.rows().size() - 1);
            assertEquals("7", row.after().get(1));
            server.execute(
                    database,
                    "SET SESSION binlog_row_image='MINIMAL'",
                    "ALTER TABLE t ALTER a SET DEFAULT 8",
                    "INSERT INTO t (id) VALUES (3)");
            MillraceException failure = run.awaitFailure();
            assertEquals(ErrorCode.PARTIAL_IMAGE, failure.code(), failure.display());
        } finally {
            server.execute(null, "SET GLOBAL binlog_row_image='FULL'");
        }
    }

    @Test
    void shouldStopWhenADefaultIsNoConstant() {
        server.execute(database, "CREATE TABLE bin (id int PRIMARY KEY, v varbinary(9) DEFAULT 'bytes', w int)");
        sink = new RecordingSink(StreamRun.now(server));
        try (StreamRun run = run()) {
            meetTables(run);
            server.execute(
                    database,
                    "INSERT INTO bin VALUES (1, 'x', 1)",
                    "SET SESSION binlog_row_image='MINIMAL'",
                    "INSERT INTO bin (id) VALUES (2)");
            MillraceException failure = run.awaitFailure();
            assertEquals(ErrorCode.PARTIAL_IMAGE, failure.code(), failure.display());
            assertTrue(failure.getMessage().contains("table=" + database + ".bin, column=v"), failure.getMessage());
        }
    }

    @Test
    void shouldStopWhenTheImageLacksADeclaredKey() {
        sink = new RecordingSink(StreamRun.now(server));
        try (StreamRun run = new StreamRun(
                StreamRun.catalogReader(
                        StreamRun.dataSource(server, TlsMode.PREFERRED), TestSource.selection(database, List.of("id"))),
                sink)) {
            server.execute(
                    database,
                    "INSERT INTO u VALUES (1, 1, 1, 'one')",
                    "SET SESSION binlog_row_image='MINIMAL'",
                    "UPDATE u SET v = 2");
            MillraceException failure = run.awaitFailure();
            assertEquals(ErrorCode.PARTIAL_IMAGE, failure.code(), failure.display());
            assertTrue(failure.getMessage().contains("table=" + database + ".u, column=id"), failure.getMessage());
        }
    }

    @Test
    void shouldStopWhenAReplaceIsNotLoggedWhole() {
        if (doesLogReplaceWhole()) {
            return; // then shouldEndEqualWhenImagesLackColumns holds it
        }
        for (String image : List.of("MINIMAL", "NOBLOB")) {
            useServer();
            server.execute(null, "SET GLOBAL binlog_row_image='" + image + "'");
            try (StreamRun run = run()) {
                meetTables(run);
                server.execute(
                        database,
                        "UPDATE t SET id = 2, a = 5",
                        "UPDATE t SET n = 3",
                        "REPLACE INTO t (id, c) VALUES (2, 'replaced')");
                MillraceException failure = run.awaitFailure();
                assertEquals(ErrorCode.PARTIAL_IMAGE, failure.code(), failure.display());
                assertTrue(failure.getMessage().contains("REPLACE"), failure.getMessage());
                assertEquals(6, sink.rows().size(), image);
            } finally {
                server.execute(null, "SET GLOBAL binlog_row_image='FULL'");
            }
        }
    }

    /** The table as a target has it that starts empty and applies each row; absent columns stay as they are. */
    private Map<List<String>, List<String>> applied(String table) {
        Map<List<String>, List<String>> rows = new TreeMap<>(java.util.Comparator.comparing(Object::toString));
        for (RecordingSink.Row row : sink.rows()) {
            if (!row.schema().table().name().equals(table)) {
                continue;
            }
            List<String> old = row.before() == null ? null : rows.remove(key(row, row.before()));
            if (row.after() == null) {
                continue;
            }
            List<String> next = new ArrayList<>();
            for (int i = 0; i < row.after().size(); i++) {
                if (isUnknown(row.schema().columns().get(i))) {
                    next.add("unknown");
                } else if (ABSENT.equals(row.after().get(i))) {
                    next.add(old == null ? "nobody knows" : old.get(i));
                } else {
                    next.add(row.after().get(i));
                }
            }
            assertTrue(!key(row, row.after()).contains(ABSENT), "the key of " + table);
            rows.put(key(row, row.after()), next);
        }
        return rows;
    }

    /** The table of computed columns has one that is virtual. */
    private boolean isUnknown(Column column) {
        return !areVirtualColumnsSent() && column.generated() && column.name().equals("x");
    }

    private static List<String> key(RecordingSink.Row row, List<String> image) {
        return row.schema().key().stream().map(image::get).toList();
    }

    private Map<List<String>, List<String>> held(String table) throws SQLException {
        RecordingSink.Row any = sink.rows().stream()
                .filter(row -> row.schema().table().name().equals(table))
                .findFirst()
                .orElseThrow();
        List<String> expressions = any.schema().columns().stream()
                .map(column -> isUnknown(column) ? "'unknown'" : ServerText.expression(column))
                .toList();
        Map<List<String>, List<String>> rows = new TreeMap<>(java.util.Comparator.comparing(Object::toString));
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("SET time_zone='+00:00'");
            try (ResultSet result =
                    statement.executeQuery("SELECT " + String.join(", ", expressions) + " FROM " + table)) {
                while (result.next()) {
                    List<String> row = new ArrayList<>();
                    for (int i = 0; i < expressions.size(); i++) {
                        row.add(text(any.schema().columns().get(i), result, i + 1));
                    }
                    rows.put(any.schema().key().stream().map(row::get).toList(), row);
                }
            }
        }
        assertNotEquals(Map.of(), rows);
        return rows;
    }

    private static String text(Column column, ResultSet result, int i) throws SQLException {
        String text = result.getString(i);
        if (text == null) {
            return null;
        }
        return switch (column.type()) {
            case FLOAT, DOUBLE -> Double.toString(Double.parseDouble(text));
            default -> text;
        };
    }
}
