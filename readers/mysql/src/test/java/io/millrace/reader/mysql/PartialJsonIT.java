package io.millrace.reader.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.BinlogPosition;
import io.millrace.servers.Server;
import io.millrace.servers.Servers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** JSON that a real MySQL sends as differences: after each update the text is the server's own. */
class PartialJsonIT {
    private static final String PARTIAL = "SET SESSION binlog_row_value_options='PARTIAL_JSON'";
    private static final int RANDOM_UPDATES = 400;

    private Server server;
    private String database;
    private RecordingSink sink;

    @BeforeEach
    void useServer() {
        server = Servers.mysql();
        database = server.freshDatabase("partial");
        server.execute(
                database,
                "CREATE TABLE t (id int PRIMARY KEY, j json, v varchar(20), k json)",
                "CREATE TABLE other_t (id int PRIMARY KEY, j json)");
        sink = new RecordingSink(StreamRun.now(server));
    }

    /** A document so large that a difference is always less. */
    private static final String DOCUMENT =
            "'{\"a\": 1, \"bb\": [1, 2.5, \"x\", null, {\"c\": true}], \"key with space\": \"q\", \"é\": {\"deep\": {\"er\":"
                    + " [[1, 2], [3]]}}, \"quo\\\\\"te\": 1, \"$.x\": {\"[0]\": 5}, \"filler\": \"" + "f".repeat(400)
                    + "\"}'";

    @Test
    void shouldApplyEveryKindOfDifference() throws SQLException {
        String[] changes = {
            "JSON_SET(j, '$.a', 2)",
            "JSON_REPLACE(j, '$.bb[1]', 'text \\\\ with \"quotes\" and é')",
            "JSON_SET(j, '$.\"new key\"', CAST('[1, {\"x\": 2}]' AS JSON))",
            "JSON_SET(j, '$.zz', CAST(1.25 AS DECIMAL(9,2)), '$.b', TIMESTAMP'2024-02-03 04:05:06.5')",
            "JSON_SET(j, '$.bb[9]', 'appended')",
            "JSON_REMOVE(j, '$.bb[0]')",
            "JSON_REMOVE(j, '$.\"key with space\"', '$.\"é\".deep.er[0][1]')",
            "JSON_SET(j, '$.\"quo\\\\\"te\"', 7)",
            "JSON_SET(j, '$.\"$.x\".\"[0]\"', 6)",
            "JSON_SET(j, '$.bb[last]', 'last', '$.bb[last-1]', NULL)",
            "JSON_SET(j, '$.\"ctl\\\\u0001\\\\n\"', 1)",
            "JSON_REPLACE(j, '$.a[0]', 'wrapped')",
            "JSON_SET(j, '$.x', CAST(18446744073709551615 AS UNSIGNED), '$.y', -1e300, '$.z', x'00ff')",
            "JSON_SET(JSON_REMOVE(JSON_SET(j, '$.p', 1), '$.x'), '$.p', 2)",
        };
        List<String> expected = new ArrayList<>();
        try (StreamRun run = StreamRun.of(server, database, sink);
                Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(PARTIAL);
            statement.execute("INSERT INTO t VALUES (1, " + DOCUMENT + ", 'v', '{}'), (2, NULL, NULL, NULL)");
            BinlogPosition start = StreamRun.endOfBinlog(server);
            for (String change : changes) {
                statement.execute("UPDATE t SET j = " + change + " WHERE id = 1");
                expected.add(text(statement));
            }
            statement.execute("UPDATE t SET k = JSON_SET(k, '$.a', 1), v = 'w', j = JSON_SET(j, '$.a', 3)");
            expected.add(text(statement));
            assertTrue(
                    partialEvents(statement, start) >= changes.length - 1,
                    "events: " + partialEvents(statement, start));
            run.awaitCaughtUp(server);
        }
        List<RecordingSink.Row> rows = sink.rows();
        for (int i = 0; i < changes.length; i++) {
            assertEquals(expected.get(i), rows.get(2 + i).after().get(1), changes[i]);
        }
        RecordingSink.Row last = rows.get(2 + changes.length);
        assertEquals(expected.get(changes.length), last.after().get(1));
        assertEquals("77", last.after().get(2));
    }

    @Test
    void shouldApplyDifferencesWhenDocumentsAndPathsAreRandom() throws SQLException {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed=" + seed);
        Random random = new Random(seed);
        List<String> expected = new ArrayList<>();
        try (StreamRun run = StreamRun.of(server, database, sink);
                Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(PARTIAL);
            statement.execute("INSERT INTO t VALUES (1, '{}', NULL, NULL)");
            BinlogPosition start = StreamRun.endOfBinlog(server);
            for (int i = 0; i < RANDOM_UPDATES; i++) {
                String sql = i % 40 == 0
                        ? "CAST('" + document(random, 0) + "' AS JSON)"
                        : random.nextInt(4) == 0
                                ? "JSON_REMOVE(j, '" + path(random) + "')"
                                : "JSON_" + (random.nextBoolean() ? "SET" : "REPLACE") + "(j, '" + path(random)
                                        + "', CAST('" + document(random, 2) + "' AS JSON))";
                int changed = statement.executeUpdate("UPDATE t SET j = " + sql + " WHERE id = 1");
                if (changed > 0) {
                    expected.add(text(statement));
                }
            }
            assertTrue(partialEvents(statement, start) > 20, "events: " + partialEvents(statement, start));
            run.awaitCaughtUp(server);
        }
        List<RecordingSink.Row> rows = sink.rows().subList(1, sink.rows().size());
        List<String> found = new ArrayList<>();
        String before = "";
        for (RecordingSink.Row row : rows) {
            if (!row.after().get(1).equals(before)) {
                found.add(row.after().get(1));
            }
            before = row.after().get(1);
        }
        List<String> different = new ArrayList<>();
        before = "";
        for (String text : expected) {
            if (!text.equals(before)) {
                different.add(text);
            }
            before = text;
        }
        assertEquals(different, found, "seed=" + seed);
    }

    private static String document(Random random, int depth) {
        return switch (random.nextInt(depth < 3 ? 7 : 4)) {
            case 0 -> Integer.toString(random.nextInt(200_000) - 100_000);
            case 1 -> "\"" + "sé\\\\n".repeat(random.nextInt(4)) + random.nextInt(50) + "\"";
            case 2 -> random.nextBoolean() ? "true" : "null";
            case 3 -> random.nextInt(1000) + ".5e" + random.nextInt(10);
            case 4, 5 -> {
                StringBuilder object = new StringBuilder("{\"filler\": \"" + "x".repeat(depth == 0 ? 300 : 0) + "\"");
                for (int i = random.nextInt(5); i >= 0; i--) {
                    object.append(", \"").append(key(random)).append("\": ").append(document(random, depth + 1));
                }
                yield object.append('}').toString();
            }
            default -> {
                StringBuilder array = new StringBuilder("[1");
                for (int i = random.nextInt(5); i >= 0; i--) {
                    array.append(", ").append(document(random, depth + 1));
                }
                yield array.append(']').toString();
            }
        };
    }

    private static String key(Random random) {
        return List.of("a", "b", "cc", "a b", "é", "filler2").get(random.nextInt(6));
    }

    private static String path(Random random) {
        StringBuilder path = new StringBuilder("$");
        int legs = 1 + random.nextInt(3);
        for (int i = 0; i < legs; i++) {
            boolean isCell = random.nextInt(3) == 0;
            path.append(isCell ? "[" + random.nextInt(5) + "]" : ".\"" + key(random) + "\"");
        }
        return path.toString();
    }

    private static String text(Statement statement) throws SQLException {
        try (ResultSet result =
                statement.executeQuery("SELECT HEX(CONVERT(CAST(j AS CHAR) USING utf8mb4)) FROM t WHERE id = 1")) {
            result.next();
            return result.getString(1);
        }
    }

    private static int partialEvents(Statement statement, BinlogPosition from) throws SQLException {
        int count = 0;
        try (ResultSet events =
                statement.executeQuery("SHOW BINLOG EVENTS IN '" + from.file() + "' FROM " + from.offset())) {
            while (events.next()) {
                count += events.getString(3).equals("Update_rows_partial") ? 1 : 0;
            }
        }
        return count;
    }

    /** EXACTNESS 18: a row that nobody has whole is not guessed. */
    @Test
    void shouldStopWhenTheOldValueWasNotSent() {
        try (StreamRun run = StreamRun.of(server, database, sink)) {
            server.execute(
                    database,
                    "INSERT INTO other_t VALUES (1, " + DOCUMENT + ")",
                    "INSERT INTO t VALUES (1, " + DOCUMENT + ", 'v', NULL)",
                    PARTIAL,
                    "SET SESSION binlog_row_image='MINIMAL'",
                    "UPDATE other_t SET j = JSON_SET(j, '$.a', 2)",
                    "UPDATE t SET v = 'w'",
                    "UPDATE t SET j = JSON_SET(j, '$.a', 2)");
            MillraceException failure = run.awaitFailure();
            assertEquals(ErrorCode.PARTIAL_JSON, failure.code(), failure.display());
            assertTrue(failure.getMessage().contains("table=" + database + ".t, column=j"), failure.getMessage());
            assertTrue(failure.getMessage().contains("position="), failure.getMessage());
        }
        assertEquals(2, sink.rows().size());
    }

    /** NOBLOB leaves out what is a blob or text; JSON is neither. */
    @Test
    void shouldApplyDifferencesWhenImagesAreWithoutBlobs() throws SQLException {
        String expected;
        try (StreamRun run = StreamRun.of(server, database, sink);
                Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO t VALUES (1, " + DOCUMENT + ", 'v', NULL)");
            statement.execute(PARTIAL);
            statement.execute("SET SESSION binlog_row_image='NOBLOB'");
            BinlogPosition start = StreamRun.endOfBinlog(server);
            statement.execute("UPDATE t SET j = JSON_SET(j, '$.a', 2)");
            expected = text(statement);
            assertEquals(1, partialEvents(statement, start));
            run.awaitCaughtUp(server);
        }
        assertEquals(expected, sink.rows().get(1).after().get(1));
    }

    @Test
    void shouldApplyDifferencesWhenCompressed() throws SQLException {
        String expected;
        try (StreamRun run = StreamRun.of(server, database, sink);
                Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO t VALUES (1, " + DOCUMENT + ", 'v', NULL)");
            statement.execute(PARTIAL);
            statement.execute("SET SESSION binlog_transaction_compression=ON");
            statement.execute("UPDATE t SET j = JSON_SET(j, '$.a', 2)");
            expected = text(statement);
            run.awaitCaughtUp(server);
        }
        assertEquals(expected, sink.rows().get(1).after().get(1));
    }
}
