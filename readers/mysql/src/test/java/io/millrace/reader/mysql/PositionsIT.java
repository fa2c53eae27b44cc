package io.millrace.reader.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.BinlogPosition;
import io.millrace.position.MariaDbGtids;
import io.millrace.position.MySqlGtids;
import io.millrace.position.SourcePosition;
import io.millrace.reader.Source;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where a server says that it stands, in each of the three ways in which servers count. */
@RealServers({ServerKind.MYSQL_8_0, ServerKind.MARIADB_11_4})
class PositionsIT {
    @Test
    void shouldStreamWhatWasCommittedAfterThePositionWhenServerHasGtids(MySqlServer mysql, MariaDbServer mariaDb) {
        assertStreamsOnlyWhatFollows(mysql);
        assertStreamsOnlyWhatFollows(mariaDb);
    }

    @Test
    void shouldStreamWhatWasCommittedAfterThePositionWhenServerHasNoGtids() {
        try (MySqlServer server = withoutGtids()) {
            assertStreamsOnlyWhatFollows(server);
        }
    }

    private static void assertStreamsOnlyWhatFollows(Server server) {
        String database = server.freshDatabase("positions");
        server.execute(database, "CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
        SourcePosition committed = position(server, Kind.COMMITTED);
        server.execute(database, "INSERT INTO t VALUES (2)");
        RecordingSink sink = new RecordingSink(SourcePosition.parse(committed.text()));
        try (StreamRun run = StreamRun.of(server, database, sink)) {
            run.await(() -> !sink.rows().isEmpty());
        }
        assertEquals("2", sink.rows().get(0).after().get(0));
    }

    @Test
    void shouldKnowWhatLiesBeforeAPlaceOfAFileThatItBeginsAt(MySqlServer mysql) {
        String database = mysql.freshDatabase("positions");
        mysql.execute(database, "CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
        RecordingSink sink = new RecordingSink(StreamRun.endOfBinlog(mysql));
        mysql.execute(database, "INSERT INTO t VALUES (2)");
        try (StreamRun run = StreamRun.of(mysql, database, sink)) {
            run.awaitCaughtUp(mysql); // as the server counts: all that stands before the place is in it
        }
        assertEquals(
                List.of("2"),
                sink.rows().stream().map(row -> row.after().get(0)).toList());
    }

    @Test
    void shouldRefuseAPlaceWithinATransaction(MySqlServer mysql) {
        String database = mysql.freshDatabase("positions");
        mysql.execute(database, "CREATE TABLE t (id int PRIMARY KEY)");
        BinlogPosition before = StreamRun.endOfBinlog(mysql);
        mysql.execute(database, "INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (2)");
        RecordingSink sink =
                new RecordingSink(new BinlogPosition(before.baseName(), before.fileNumber(), before.offset() + 1));
        try (StreamRun run = StreamRun.of(mysql, database, sink)) {
            MillraceException refused = run.awaitFailure();
            assertEquals(ErrorCode.INVALID_VALUE, refused.code(), refused.getMessage());
            assertTrue(refused.getMessage().contains("transaction=" + before.offset()), refused.getMessage());
        }
        assertEquals(0, sink.rows().size());
    }

    @Test
    void shouldStreamEverythingThatIsLeftWhenStartedAtTheEarliest() {
        try (MySqlServer mysql = MySqlServer.builder().start();
                MariaDbServer mariaDb = MariaDbServer.builder().start();
                MySqlServer withoutGtids = withoutGtids()) {
            for (Server server : new Server[] {mysql, mariaDb, withoutGtids}) {
                assertStreamsWhatIsLeft(server);
            }
        }
    }

    private static void assertStreamsWhatIsLeft(Server server) {
        server.execute(null, "CREATE DATABASE earliest");
        server.execute(
                "earliest",
                "CREATE TABLE t (id int PRIMARY KEY)",
                "INSERT INTO t VALUES (1)",
                "FLUSH BINARY LOGS",
                "INSERT INTO t VALUES (2)");
        String file = StreamRun.endOfBinlog(server).file();
        BinlogPurge.to(server, file);
        RecordingSink sink = new RecordingSink(position(server, Kind.EARLIEST));
        try (StreamRun run = StreamRun.of(server, "earliest", sink)) {
            run.await(() -> !sink.rows().isEmpty());
        }
        assertEquals("2", sink.rows().get(0).after().get(0), server.toString());
    }

    /** A promoted replica's {@code gtid_current_pos} names transactions that are in no binlog of its own. */
    @Test
    void shouldLeaveOutWhatWasReplicatedAndNotLogged(MariaDbServer mariaDb) {
        mariaDb.execute(null, "SET GLOBAL gtid_slave_pos = '5-99-100'");
        try {
            assertTrue(StreamRun.value(mariaDb, "SELECT @@gtid_current_pos").contains("5-99-100"));
            assertFalse(position(mariaDb, Kind.COMMITTED).text().contains("5-99-100"));
            assertFalse(position(mariaDb, Kind.LOAD).text().contains("5-99-100"));
            assertStreamsOnlyWhatFollows(mariaDb);
        } finally {
            mariaDb.execute(null, "SET GLOBAL gtid_slave_pos = ''");
        }
    }

    @Test
    void shouldCountAsItsServerDoes(MySqlServer mysql, MariaDbServer mariaDb) {
        try (MySqlServer withoutGtids = withoutGtids()) {
            // An empty set would say nothing of its kind.
            mariaDb.freshDatabase("kinds");
            mysql.freshDatabase("kinds");
            for (Kind kind : Kind.values()) {
                if (kind != Kind.EARLIEST) {
                    assertInstanceOf(MariaDbGtids.class, position(mariaDb, kind));
                }
                assertInstanceOf(MySqlGtids.class, position(mysql, kind));
                assertInstanceOf(BinlogPosition.class, position(withoutGtids, kind));
            }
            BinlogPosition load = (BinlogPosition) position(withoutGtids, Kind.LOAD);
            assertEquals(4, load.offset(), "a load begins at the start of a file");
        }
    }

    @Test
    void shouldHoldTheLoadPositionBelowTheCommittedOne(MySqlServer mysql, MariaDbServer mariaDb) {
        SourcePosition load = position(mysql, Kind.LOAD);
        mysql.freshDatabase("below");
        SourcePosition after = position(mysql, Kind.COMMITTED);
        assertTrue(((MySqlGtids) after).containsAll((MySqlGtids) load));
        assertFalse(((MySqlGtids) load).containsAll((MySqlGtids) after));

        SourcePosition mariaLoad = position(mariaDb, Kind.LOAD);
        mariaDb.freshDatabase("below");
        SourcePosition mariaAfter = position(mariaDb, Kind.COMMITTED);
        assertTrue(((MariaDbGtids) mariaAfter).containsAll((MariaDbGtids) mariaLoad));
        assertFalse(((MariaDbGtids) mariaLoad).containsAll((MariaDbGtids) mariaAfter));
    }

    @Test
    void shouldKeepIdentityOverRestartsAndTellServersApart() {
        try (MySqlServer one = MySqlServer.builder().start();
                MySqlServer other = MySqlServer.builder().start();
                MariaDbServer mariaDb = MariaDbServer.builder().start()) {
            for (Server server : new Server[] {one, mariaDb}) {
                String identity = identity(server);
                server.restart();
                assertEquals(identity, identity(server));
            }
            assertNotEquals(identity(one), identity(other));
        }
    }

    @Test
    void shouldNameProductAndVersion(MySqlServer mysql, MariaDbServer mariaDb) {
        try (Source source = TestSource.open(mysql);
                Source other = TestSource.open(mariaDb)) {
            assertEquals("MySQL 8.0.31", source.version());
            assertEquals("MariaDB 11.4.5", other.version());
        }
    }

    private enum Kind {
        LOAD,
        COMMITTED,
        EARLIEST
    }

    private static SourcePosition position(Server server, Kind kind) {
        try (Source source = TestSource.open(server)) {
            return switch (kind) {
                case LOAD -> source.loadPosition();
                case COMMITTED -> source.committedPosition();
                case EARLIEST -> source.earliestPosition();
            };
        }
    }

    private static String identity(Server server) {
        try (Source source = TestSource.open(server)) {
            return source.identity();
        }
    }

    private static MySqlServer withoutGtids() {
        return MySqlServer.builder()
                .unset("gtid_mode")
                .unset("enforce_gtid_consistency")
                .start();
    }
}
