package io.millrace.reader.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.row.Operation;
import io.millrace.servers.Server;
import io.millrace.servers.Servers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Compressed transactions of a real MySQL. */
class BinlogMySqlCompressionIT {
    private Server server;
    private String database;
    private RecordingSink sink;

    @BeforeEach
    void useServer() {
        server = Servers.mysql();
        database = server.freshDatabase("compressed");
        server.execute(
                database,
                "CREATE TABLE t (id bigint PRIMARY KEY, v varchar(100))",
                "CREATE TABLE other_t (id bigint PRIMARY KEY, v varchar(100))",
                "CREATE TABLE big (id int PRIMARY KEY, v longblob)");
        sink = new RecordingSink(StreamRun.now(server));
    }

    private static final String COMPRESS = "SET SESSION binlog_transaction_compression=ON";

    @Test
    void shouldCarryTransactionsWhenTheyAreCompressed() {
        try (StreamRun run = StreamRun.of(server, database, sink)) {
            server.execute(
                    database,
                    COMPRESS,
                    "BEGIN",
                    "INSERT INTO t VALUES (1, repeat('a', 90)), (2, 'b')",
                    "INSERT INTO other_t VALUES (1, repeat('o', 90))",
                    "SAVEPOINT s",
                    "UPDATE t SET id = 3 WHERE id = 2",
                    "DELETE FROM t WHERE id = 1",
                    "COMMIT",
                    "INSERT INTO other_t VALUES (2, repeat('o', 90))",
                    "SET SESSION binlog_transaction_compression=OFF",
                    "INSERT INTO t VALUES (4, 'plain')",
                    COMPRESS,
                    "INSERT INTO t VALUES (5, repeat('z', 90))");
            run.awaitCaughtUp(server);
        }
        assertEquals(
                List.of(4, 0, 1, 1),
                sink.transactions().stream().map(List::size).toList());
        assertEquals(
                List.of(Operation.INSERT, Operation.INSERT, Operation.UPDATE, Operation.DELETE),
                sink.transactions().get(0).stream()
                        .map(RecordingSink.Row::operation)
                        .toList());
        assertEquals("61".repeat(90), sink.rows().get(0).after().get(1));
        assertEquals("3", sink.rows().get(2).after().get(0));
        for (int i = 1; i < 4; i++) {
            assertTrue(sink.ids().get(i - 1).endPosition < sink.ids().get(i).endPosition, "transaction " + i);
        }
        assertEquals(
                StreamRun.endOfBinlog(server).offset(),
                sink.ids().get(3).endPosition,
                "the payload's end is the place");
    }

    @Test
    void shouldCarryATransactionWhenItsPayloadIsLargerThanPackets() throws SQLException {
        List<String> expected = new ArrayList<>();
        String global = StreamRun.value(server, "SELECT @@global.max_allowed_packet");
        server.execute(null, "SET GLOBAL max_allowed_packet=1073741824");
        try (StreamRun run = StreamRun.of(server, database, sink);
                Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(COMPRESS);
            statement.execute("SET SESSION cte_max_recursion_depth=100000");
            statement.execute("INSERT INTO big WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                    + " WHERE i < 18000) SELECT i, random_bytes(1024) FROM n");
            statement.execute("INSERT INTO t VALUES (1, 'behind')");
            try (ResultSet rows = statement.executeQuery("SELECT HEX(v) FROM big ORDER BY id")) {
                while (rows.next()) {
                    expected.add(rows.getString(1));
                }
            }
            run.awaitCaughtUp(server);
        } finally {
            server.execute(null, "SET GLOBAL max_allowed_packet=" + global);
        }
        List<RecordingSink.Row> rows = sink.rows();
        assertEquals(18_001, rows.size());
        for (int i = 0; i < 18_000; i++) {
            assertEquals(Integer.toString(i + 1), rows.get(i).after().get(0));
            assertEquals(expected.get(i), rows.get(i).after().get(1));
        }
    }

    @Test
    void shouldStopWhenAStatementInAPayloadChangesSelectedRows() {
        try (StreamRun run = StreamRun.of(server, database, sink)) {
            server.execute(
                    database,
                    COMPRESS,
                    "INSERT INTO t VALUES (1, repeat('a', 90))",
                    "SET SESSION binlog_format='STATEMENT'",
                    "INSERT INTO t VALUES (2, repeat('b', 90))");
            MillraceException failure = run.awaitFailure();
            assertEquals(ErrorCode.STATEMENT_CHANGES_ROWS, failure.code(), failure.display());
            assertTrue(failure.getMessage().contains("INSERT, table=" + database + ".t"), failure.getMessage());
            assertTrue(failure.getMessage().contains("position="), failure.getMessage());
        }
        assertEquals(1, sink.rows().size());
    }
}
