package io.millrace.reader.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.servers.Server;
import io.millrace.servers.Servers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Compressed events of a real MariaDB: rows of every length of header, and statements. */
class BinlogMariaDbCompressionIT {
    private Server server;
    private String database;
    private RecordingSink sink;

    @BeforeEach
    void useServer() {
        server = Servers.mariadb();
        database = server.freshDatabase("compressed");
        server.execute(
                database,
                "CREATE TABLE t (id bigint PRIMARY KEY, v longblob)",
                "CREATE TABLE other_t (id bigint PRIMARY KEY, v varchar(100))");
        server.execute(null, "SET GLOBAL log_bin_compress=ON", "SET GLOBAL log_bin_compress_min_len=10");
        sink = new RecordingSink(StreamRun.now(server));
    }

    @AfterEach
    void stopCompressing() {
        server.execute(null, "SET GLOBAL log_bin_compress=OFF", "SET GLOBAL log_bin_compress_min_len=256");
    }

    @Test
    void shouldCarryRowsWhenTheyAreCompressed() {
        int[] lengths = {0, 10, 200, 300, 65_000, 70_000, 17_000_000};
        String packet = StreamRun.value(server, "SELECT @@global.max_allowed_packet");
        server.execute(null, "SET GLOBAL max_allowed_packet=1073741824");
        try (StreamRun run = StreamRun.of(server, database, sink)) {
            for (int length : lengths) {
                server.execute(database, "INSERT INTO t VALUES (" + length + ", repeat(x'41', " + length + "))");
            }
            server.execute(
                    database,
                    "BEGIN",
                    "UPDATE t SET v = repeat(x'42', 100) WHERE id < 1000",
                    "INSERT INTO other_t VALUES (1, repeat('o', 90))",
                    "DELETE FROM t WHERE id < 1000",
                    "COMMIT");
            run.awaitCaughtUp(server);
        } finally {
            server.execute(null, "SET GLOBAL max_allowed_packet=" + packet);
        }
        List<RecordingSink.Row> rows = sink.rows();
        for (int i = 0; i < lengths.length; i++) {
            assertEquals("41".repeat(lengths[i]), rows.get(i).after().get(1));
        }
        List<String> changes = new ArrayList<>();
        for (RecordingSink.Row row : rows.subList(lengths.length, rows.size())) {
            changes.add(row.operation() + " " + row.before().get(0) + " "
                    + row.before().get(1).length());
        }
        assertEquals(
                List.of(
                        "UPDATE 0 0",
                        "UPDATE 10 20",
                        "UPDATE 200 400",
                        "UPDATE 300 600",
                        "DELETE 0 200",
                        "DELETE 10 200",
                        "DELETE 200 200",
                        "DELETE 300 200"),
                changes);
    }

    @Test
    void shouldReadStatementsWhenTheyAreCompressed() {
        try (StreamRun run = StreamRun.of(server, database, sink)) {
            server.execute(
                    database,
                    "CREATE TABLE other_made (id int PRIMARY KEY COMMENT '" + "long ".repeat(50) + "')",
                    "INSERT INTO t VALUES (1, x'41')",
                    "SET SESSION binlog_format='STATEMENT'",
                    "INSERT INTO other_t VALUES (1, '" + "s".repeat(90) + "')",
                    "INSERT INTO t VALUES (2, '" + "s".repeat(90) + "')");
            MillraceException failure = run.awaitFailure();
            assertEquals(ErrorCode.STATEMENT_CHANGES_ROWS, failure.code(), failure.display());
            assertTrue(failure.getMessage().contains("INSERT, table=" + database + ".t"), failure.getMessage());
        }
        assertEquals(1, sink.rows().size());
    }

    @Test
    void shouldTellOfAStatementWhenItIsCompressed() {
        try (StreamRun run = StreamRun.of(server, database, sink)) {
            server.execute(
                    database,
                    "INSERT INTO t VALUES (1, x'41')",
                    "ALTER TABLE t ADD c int COMMENT '" + "long ".repeat(50) + "'");
            run.awaitCaughtUp(server);
        }
        assertEquals(1, sink.rows().size());
        assertEquals(1, sink.statements().size());
        assertEquals("ALTER TABLE", sink.statements().get(0).verb());
    }
}
