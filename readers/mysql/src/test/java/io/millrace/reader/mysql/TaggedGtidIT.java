package io.millrace.reader.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.position.BinlogPosition;
import io.millrace.position.MySqlGtids;
import io.millrace.position.SourcePosition;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** GTIDs with tags against the server that makes them: its sets, its events, its resuming. {@code -Dseed=} replays one seed. */
@RealServers(ServerKind.MYSQL_9_7)
class TaggedGtidIT {
    private static final int PAIRS = 300;

    private final Server server;

    TaggedGtidIT(Server server) {
        this.server = server;
    }

    @Test
    void shouldUniteSubtractContainAndPrintAsTheServerDoes() throws SQLException {
        long seed = Long.getLong("seed", 20);
        Random random = new Random(seed);
        try (Connection connection = server.connect();
                PreparedStatement ask = connection.prepareStatement("SELECT GTID_SUBSET(?, ?), GTID_SUBTRACT(?, ?),"
                        + " GTID_SUBTRACT(?, ''), GTID_SUBTRACT(CONCAT(?, ',', ?), '')")) {
            for (int i = 0; i < PAIRS; i++) {
                MySqlGtids a = GtidSets.random(random, true);
                MySqlGtids b =
                        random.nextInt(4) == 0 ? a.minus(GtidSets.random(random, true)) : GtidSets.random(random, true);
                String[] sets = {b.set(), a.set(), a.set(), b.set(), a.set(), a.set(), b.set()};
                for (int k = 0; k < sets.length; k++) {
                    ask.setString(k + 1, sets[k]);
                }
                try (ResultSet answer = ask.executeQuery()) {
                    answer.next();
                    String what = "seed=" + seed + ", a=" + a.set() + ", b=" + b.set();
                    assertEquals(answer.getBoolean(1), a.containsAll(b), what);
                    assertEquals(oneLine(answer.getString(2)), a.minus(b).set(), what);
                    assertEquals(oneLine(answer.getString(3)), a.set(), what);
                    assertEquals(oneLine(answer.getString(4)), a.plus(b).set(), what);
                }
            }
        }
    }

    private static String oneLine(String set) {
        return set.replace("\n", "");
    }

    @Test
    void shouldResumeBetweenTaggedTransactions() {
        String database = server.freshDatabase("tagged");
        server.execute(database, "CREATE TABLE t (id int PRIMARY KEY)");
        RecordingSink sink = new RecordingSink(StreamRun.now(server));
        for (int i = 0; i < 4; i++) { // each connect asks for the last one again, tagged or not
            try (StreamRun run = StreamRun.of(server, database, sink)) {
                server.execute(
                        database,
                        "SET gtid_next = 'AUTOMATIC:" + (i % 2 == 0 ? "orders" : "_32_characters_are_the_longest_x")
                                + "'",
                        "INSERT INTO t VALUES (" + 3 * i + ")",
                        "INSERT INTO t VALUES (" + (3 * i + 1) + ")",
                        "SET gtid_next = 'AUTOMATIC'");
                if (i != 1) {
                    server.execute(database, "INSERT INTO t VALUES (" + (3 * i + 2) + ")");
                }
                run.awaitCaughtUp(server);
            }
        }
        assertEquals(
                List.of("0", "1", "2", "3", "4", "6", "7", "8", "9", "10", "11"),
                sink.rows().stream().map(row -> row.after().get(0)).toList());
        assertTrue(sink.position().text().contains(":orders:"), sink.position().text());
        assertTrue(
                sink.ids().get(0).toString().contains(":orders:"),
                sink.ids().get(0).toString());
    }

    @Test
    void shouldTurnAFileIntoATaggedPosition() {
        String database = server.freshDatabase("tagged_file");
        server.execute(
                database,
                "CREATE TABLE t (id int PRIMARY KEY)",
                "SET gtid_next = 'AUTOMATIC:one'",
                "INSERT INTO t VALUES (1)",
                "SET gtid_next = 'AUTOMATIC'",
                "FLUSH BINARY LOGS",
                "SET gtid_next = 'AUTOMATIC:two'",
                "INSERT INTO t VALUES (2)");
        BinlogPosition start = StreamRun.endOfBinlog(server);
        server.execute(database, "SET gtid_next = 'AUTOMATIC:three'", "INSERT INTO t VALUES (3)");
        RecordingSink sink = new RecordingSink(start);
        try (StreamRun run = StreamRun.of(server, database, sink)) {
            run.awaitCaughtUp(server);
        }
        assertEquals(
                List.of("3"),
                sink.rows().stream().map(row -> row.after().get(0)).toList());
        SourcePosition position = sink.position();
        for (String tag : List.of(":one:", ":two:", ":three:")) {
            assertTrue(position.text().contains(tag), position.text());
        }
    }
}
