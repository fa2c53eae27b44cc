package io.millrace.reader.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.ChunkReader;
import io.millrace.reader.ChunkSink;
import io.millrace.reader.CollectedRows;
import io.millrace.reader.Source;
import io.millrace.row.RowEncoder;
import io.millrace.schema.TableSchema;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What interrupts a chunk ends it with its own code, and nothing stays behind at the server. */
@RealServers({ServerKind.MYSQL_8_0, ServerKind.MARIADB_11_4})
class ChunkFailureTest {
    private static final int ROWS = 50_000;
    private static final int PATIENCE = 1000;

    private final List<Server> servers;

    ChunkFailureTest(MySqlServer mysql, MariaDbServer mariaDb) {
        servers = List.of(mysql, mariaDb);
    }

    /** EXACTNESS 41. */
    @Test
    void shouldFailWhenTableIsAlteredUnderTheSnapshot() {
        for (Server server : servers) {
            for (String alter : List.of(
                    "ALTER TABLE t MODIFY v bigint",
                    "ALTER TABLE t RENAME COLUMN v TO w",
                    "ALTER TABLE t MODIFY v varchar(20)",
                    "ALTER TABLE t MODIFY v int unsigned",
                    "ALTER TABLE t DROP COLUMN v",
                    "TRUNCATE TABLE t",
                    "DROP TABLE t")) {
                String database = server.freshDatabase("altered");
                server.execute(
                        database, "CREATE TABLE t (id int PRIMARY KEY, v int)", "INSERT INTO t VALUES (1, 2), (3, 4)");
                TableSchema table = TestSource.schema(server, database, "t");
                try (Source source = TestSource.open(server);
                        ChunkReader chunks = source.chunks()) {
                    chunks.begin();
                    server.execute(database, alter);
                    MillraceException failure = assertThrows(
                            MillraceException.class,
                            () -> chunks.read(
                                    table, Optional.empty(), Optional.empty(), new CollectedRows(table, ImageText::of)),
                            server + ": " + alter);
                    assertEquals(ErrorCode.SCHEMA_MISMATCH, failure.code(), alter + ": " + failure.display());
                }
            }
        }
    }

    @Test
    void shouldFailWhenTypeIsNotTheCatalogsAnyMore() {
        for (Server server : servers) {
            String database = server.freshDatabase("changed");
            server.execute(database, "CREATE TABLE t (id int PRIMARY KEY, v int)", "INSERT INTO t VALUES (1, 2)");
            TableSchema before = TestSource.schema(server, database, "t");
            server.execute(database, "ALTER TABLE t MODIFY v bigint");
            try (Source source = TestSource.open(server);
                    ChunkReader chunks = source.chunks()) {
                chunks.begin();
                MillraceException failure = assertThrows(
                        MillraceException.class,
                        () -> chunks.read(
                                before, Optional.empty(), Optional.empty(), new CollectedRows(before, ImageText::of)));
                assertEquals(ErrorCode.SCHEMA_MISMATCH, failure.code(), failure.display());
                assertEquals(true, failure.getMessage().contains("column=v"), failure.getMessage());
            }
        }
    }

    @Test
    void shouldSayConnectionLostWhenServerEndsItInTheMiddle() {
        for (Server server : servers) {
            TableSchema table = bigTable(server);
            try (Source source = TestSource.open(server);
                    ChunkReader chunks = source.chunks()) {
                chunks.begin();
                MillraceException failure = assertThrows(
                        MillraceException.class,
                        () -> chunks.read(table, Optional.empty(), Optional.empty(), sinkThat(table, row -> {
                            if (row == 10) {
                                killReaders(server);
                            }
                        })));
                assertEquals(ErrorCode.SOURCE_CONNECTION_LOST, failure.code(), failure.display());
            }
        }
    }

    @Test
    void shouldLeaveNothingBehindWhenSinkFails() throws InterruptedException {
        for (Server server : servers) {
            TableSchema table = bigTable(server);
            ChunkReader chunks = TestSource.open(server).chunks();
            try (chunks) {
                chunks.begin();
                IllegalStateException failure = assertThrows(
                        IllegalStateException.class,
                        () -> chunks.read(table, Optional.empty(), Optional.empty(), sinkThat(table, row -> {
                            if (row == 10) {
                                throw new IllegalStateException("sink");
                            }
                        })));
                assertEquals("sink", failure.getMessage());
            }
            chunks.close(); // closing again does nothing
            for (int i = 0; i < PATIENCE && hasReaders(server); i++) {
                Thread.sleep(10);
            }
            assertFalse(hasReaders(server), server.toString());
        }
    }

    private static TableSchema bigTable(Server server) {
        String database = server.freshDatabase("big");
        server.execute(
                database,
                "CREATE TABLE t (id int PRIMARY KEY AUTO_INCREMENT, v varchar(1000))",
                "INSERT INTO t (v) VALUES (REPEAT('x', 1000))");
        for (int rows = 1; rows < ROWS; rows *= 2) {
            server.execute(database, "INSERT INTO t (v) SELECT v FROM t");
        }
        return TestSource.schema(server, database, "t");
    }

    private static ChunkSink sinkThat(TableSchema table, Consumer<Integer> onRow) {
        CollectedRows rows = new CollectedRows(table, ImageText::of);
        return new ChunkSink() {
            @Override
            public RowEncoder beginRow() {
                return rows.beginRow();
            }

            @Override
            public void endRow() {
                rows.endRow();
                onRow.accept(rows.rows().size());
            }
        };
    }

    private static final String READERS =
            "SELECT ID FROM information_schema.PROCESSLIST WHERE INFO LIKE 'SELECT ''x''%' OR STATE = 'Sending to client'";

    private static void killReaders(Server server) {
        server.execute(null, "KILL " + StreamRun.value(server, READERS + " LIMIT 1"));
    }

    private static boolean hasReaders(Server server) {
        return !StreamRun.value(server, "SELECT COUNT(*) FROM (" + READERS + ") r")
                .equals("0");
    }
}
