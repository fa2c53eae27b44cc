package io.millrace.reader.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.PostgresPosition;
import io.millrace.position.SourcePosition;
import io.millrace.reader.ChangeRequest;
import io.millrace.row.Operation;
import io.millrace.servers.PostgresServer;
import java.sql.Connection;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a server streams, and what a reader makes of it; one subclass a server version. */
abstract class PgOutputStreamContract {
    private TestDatabase database;

    abstract PostgresServer server();

    @BeforeEach
    void open() {
        database = new TestDatabase(server());
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static List<String> values(String... values) {
        return Arrays.asList(values);
    }

    private static List<String> shown(List<RecordingSink.Row> rows) {
        return rows.stream()
                .map(row -> row.operation() + " " + row.before() + " " + row.after())
                .toList();
    }

    @Test
    void shouldCarryRowsOfCommittedTransactionsWhenSomeAreRolledBack() {
        database.execute("CREATE TABLE a (id int PRIMARY KEY, v text)", "CREATE TABLE other (id int PRIMARY KEY)");
        try (StreamRun run = StreamRun.begin(database, database.request("a"))) {
            database.execute(
                    "INSERT INTO a VALUES (1, 'one'), (2, NULL)",
                    "BEGIN; INSERT INTO a VALUES (3, 'gone'); ROLLBACK",
                    "BEGIN; INSERT INTO a VALUES (4, 'kept'); SAVEPOINT s; INSERT INTO a VALUES (5, 'gone');"
                            + " ROLLBACK TO s; UPDATE a SET v = 'new' WHERE id = 4; COMMIT",
                    "INSERT INTO other VALUES (1)",
                    "DELETE FROM a WHERE id = 2");
            run.awaitCaughtUp();
            assertEquals(
                    List.of(
                            "INSERT null [1, one]",
                            "INSERT null [2, null]",
                            "INSERT null [4, kept]",
                            "UPDATE null [4, new]",
                            "DELETE [2, absent] null"),
                    shown(run.sink().rows()));
            assertEquals(3, run.sink().transactions().size());
        }
    }

    @Test
    void shouldCarryTheOldKeyWhenAKeyChanges() {
        database.execute("CREATE TABLE a (v text, id int PRIMARY KEY)", "INSERT INTO a VALUES ('x', 1)");
        try (StreamRun run = StreamRun.begin(database, database.request())) {
            database.execute("UPDATE a SET id = 2");
            run.awaitCaughtUp();
            RecordingSink.Row row = run.sink().rows().get(0);
            assertEquals(values("absent", "1"), row.before());
            assertEquals(values("x", "2"), row.after());
            assertNotEquals(row.hash(), row.beforeHash());
        }
    }

    @Test
    void shouldLeaveColumnsAbsentWhenAnUpdateDidNotSendThem() {
        database.execute(
                "CREATE TABLE a (id int PRIMARY KEY, n int, big text)",
                "ALTER TABLE a ALTER big SET STORAGE EXTERNAL",
                "INSERT INTO a VALUES (1, 1, repeat('x', 10000))");
        try (StreamRun run = StreamRun.begin(database, database.request())) {
            database.execute("UPDATE a SET n = 2");
            run.awaitCaughtUp();
            assertEquals(values("1", "2", "absent"), run.sink().rows().get(0).after());
        }
    }

    @Test
    void shouldTakeUnsentColumnsFromTheOldRowWhenTheIdentityIsFull() {
        database.execute(
                "CREATE TABLE a (id int PRIMARY KEY, n int, big text)",
                "ALTER TABLE a ALTER big SET STORAGE EXTERNAL",
                "ALTER TABLE a REPLICA IDENTITY FULL",
                "INSERT INTO a VALUES (1, 1, repeat('x', 10000))");
        try (StreamRun run = StreamRun.begin(database, database.request())) {
            database.execute("UPDATE a SET n = 2");
            run.awaitCaughtUp();
            assertEquals(
                    values("1", "2", "x".repeat(10_000)),
                    run.sink().rows().get(0).after());
            assertEquals("1", run.sink().rows().get(0).before().get(1));
        }
    }

    /** A key that no index of the source holds, and that no column has by itself. */
    @Test
    void shouldGoByTheDeclaredKeyWhenTheIdentityIsFull() {
        database.execute("CREATE TABLE a (tenant int, code text, v int)", "ALTER TABLE a REPLICA IDENTITY FULL");
        try (StreamRun run = StreamRun.begin(database, database.keyed("tenant", "code"))) {
            database.execute(
                    "INSERT INTO a VALUES (1, 'x', 1)",
                    "UPDATE a SET v = 2 WHERE tenant = 1",
                    "UPDATE a SET code = 'y' WHERE tenant = 1",
                    "DELETE FROM a");
            run.awaitCaughtUp();
            List<RecordingSink.Row> rows = run.sink().rows();
            assertEquals(
                    List.of(
                            "INSERT null [1, x, 1]",
                            "UPDATE [1, x, 1] [1, x, 2]",
                            "UPDATE [1, x, 2] [1, y, 2]",
                            "DELETE [1, y, 2] null"),
                    shown(rows));
            assertEquals(List.of(0, 1), rows.get(0).schema().key());
            assertEquals(rows.get(0).hash(), rows.get(1).hash());
            assertEquals(
                    rows.get(2).hash(),
                    rows.get(3).beforeHash() == 0
                            ? rows.get(3).hash()
                            : rows.get(3).beforeHash());
            assertEquals(rows.get(1).hash(), rows.get(2).beforeHash());
        }
    }

    @Test
    void shouldHaveTheKeyWhenItIsTooLargeToBeSentAgain() {
        database.execute(
                "CREATE TABLE a (id text PRIMARY KEY, n int)",
                "ALTER TABLE a ALTER id SET STORAGE EXTERNAL",
                "INSERT INTO a VALUES (repeat('k', 2500), 1)");
        try (StreamRun run = StreamRun.begin(database, database.request())) {
            database.execute("UPDATE a SET n = 2");
            run.awaitCaughtUp();
            assertEquals(
                    values("k".repeat(2_500), "2"), run.sink().rows().get(0).after());
        }
    }

    @Test
    void shouldTellOfATruncationAtItsPlace() {
        database.execute("CREATE TABLE a (id int PRIMARY KEY)");
        try (StreamRun run = StreamRun.begin(database, database.request())) {
            database.execute("BEGIN; INSERT INTO a VALUES (1); TRUNCATE a; INSERT INTO a VALUES (2); COMMIT");
            run.awaitCaughtUp();
            assertEquals(
                    "statement=TRUNCATE TABLE, tables=public.a",
                    run.sink().rows().get(1).statement().describe().replaceFirst(", lsn=.*", ""));
            assertEquals(values("2"), run.sink().rows().get(2).after());
        }
    }

    @Test
    void shouldStopWhenASelectedTableIsRenamed() {
        database.execute("CREATE TABLE a (id int PRIMARY KEY)");
        try (StreamRun run = StreamRun.begin(database, database.request())) {
            database.execute("ALTER TABLE a RENAME TO b", "INSERT INTO b VALUES (1)");
            assertEquals(ErrorCode.DDL_ON_SELECTED_TABLE, run.awaitFailure().code());
        }
    }

    @Test
    void shouldAnnounceTheNewShapeWhenAColumnWasAdded() {
        database.execute("CREATE TABLE a (id int PRIMARY KEY)");
        try (StreamRun run = StreamRun.begin(database, database.request())) {
            database.execute(
                    "INSERT INTO a VALUES (1)", "ALTER TABLE a ADD v numeric(5,2)", "INSERT INTO a VALUES (2, 3)");
            run.awaitCaughtUp();
            assertEquals(values("1"), run.sink().rows().get(0).after());
            assertEquals(values("2", "3.00"), run.sink().rows().get(2).after());
            assertEquals(5, run.sink().rows().get(2).schema().columns().get(1).length());
        }
    }

    /** The walsender sends what it has: interval's bytes would come, which nothing here reads. */
    @Test
    void shouldGoOnAsTextWhenAColumnComesWhoseBinaryFormIsNotRead() {
        database.execute("CREATE TABLE a (id int PRIMARY KEY)");
        try (StreamRun run = StreamRun.begin(database, database.request())) {
            assertTrue(run.isBinary(database));
            database.execute(
                    "INSERT INTO a VALUES (1)", "ALTER TABLE a ADD v interval", "INSERT INTO a VALUES (2, '1 day')");
            MillraceException ended = run.awaitFailure();
            assertEquals(ErrorCode.SOURCE_BUSY, ended.code());
            assertTrue(ended.getMessage().contains("table=public.a, column=v"), ended.getMessage());
            database.execute("INSERT INTO a VALUES (3, NULL)", "ALTER TABLE a DROP v");
            database.awaitInactive();
            run.connectAgain();
            run.awaitCaughtUp();
            assertFalse(run.isBinary(database), "what the catalog says now is not what comes");
            assertEquals(
                    List.of("INSERT null [1]", "INSERT null [2, 1 day]", "INSERT null [3, null]"),
                    shown(run.sink().rows().stream()
                            .filter(row -> row.statement() == null)
                            .toList()));
        }
    }

    /** EXACTNESS 13: an idle source moves on, and only where nothing is behind. */
    @Test
    void shouldMoveOnWhenOnlyOthersWrite() {
        database.execute("CREATE TABLE a (id int PRIMARY KEY)", "CREATE TABLE other (id int PRIMARY KEY)");
        try (StreamRun run = StreamRun.begin(database, database.request("a"))) {
            database.execute("INSERT INTO other SELECT generate_series(1, 1000)");
            run.awaitCaughtUp();
            assertTrue(run.sink().heartbeats() > 0);
            assertEquals(0, run.sink().transactions().size());
        }
    }

    /** EXACTNESS 12, 14: the slot moves by what is acknowledged and by nothing else. */
    @Test
    void shouldConfirmOnlyWhatIsAcknowledged() {
        database.execute("CREATE TABLE a (id int PRIMARY KEY)");
        String confirmed =
                "SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = '" + database.slot() + "'";
        try (StreamRun run = StreamRun.begin(database, database.request())) {
            String before = database.value(confirmed);
            database.execute("INSERT INTO a VALUES (1)");
            run.awaitCaughtUp();
            SourcePosition middle = run.sink().position();
            database.execute("INSERT INTO a VALUES (2)");
            run.awaitCaughtUp();
            database.execute("SELECT pg_sleep(1.5)");
            assertEquals(before, database.value(confirmed));
            run.reader().acknowledge(middle);
            String expected = PostgresPosition.lsnText(((PostgresPosition) middle).lsn());
            run.await(() -> database.value(confirmed).equals(expected));
        }
    }

    @Test
    void shouldGoOnWhereItStoodWhenStartedAgain() {
        database.execute("CREATE TABLE a (id int PRIMARY KEY)");
        ChangeRequest request = database.request();
        SourcePosition position;
        try (StreamRun run = StreamRun.begin(database, request)) {
            database.execute("INSERT INTO a VALUES (1)");
            run.awaitCaughtUp();
            position = run.sink().position();
        }
        database.execute("INSERT INTO a VALUES (2)");
        database.awaitInactive();
        try (StreamRun run = StreamRun.resume(database, request, position)) {
            run.awaitCaughtUp();
            assertEquals(List.of("INSERT null [2]"), shown(run.sink().rows()));
        }
    }

    @Test
    void shouldSayWhatIsLostWhenTheSlotIsAhead() {
        database.execute("CREATE TABLE a (id int PRIMARY KEY)");
        ChangeRequest request = database.request();
        SourcePosition position;
        try (StreamRun run = StreamRun.begin(database, request)) {
            position = run.sink().position();
        }
        database.awaitInactive();
        database.execute(
                "INSERT INTO a VALUES (1)",
                "SELECT pg_replication_slot_advance('" + database.slot() + "', pg_current_wal_lsn())");
        try (StreamRun run = StreamRun.resume(database, request, position)) {
            assertEquals(ErrorCode.SOURCE_SLOT, run.awaitFailure().code());
        }
        database.execute("SELECT pg_drop_replication_slot('" + database.slot() + "')");
        try (StreamRun run = StreamRun.resume(database, request, position)) {
            assertEquals(ErrorCode.SOURCE_SLOT, run.awaitFailure().code());
        }
        database.execute("SELECT pg_create_logical_replication_slot('" + database.slot() + "', 'pgoutput')");
        try (StreamRun run = StreamRun.resume(database, request, position)) {
            assertEquals(ErrorCode.SOURCE_SLOT, run.awaitFailure().code());
        }
    }

    @Test
    void shouldRefuseWhenThePositionIsOfAnotherServerOrTimeline() {
        database.execute("CREATE TABLE a (id int PRIMARY KEY)");
        ChangeRequest request = database.request();
        PostgresPosition position;
        try (StreamRun run = StreamRun.begin(database, request)) {
            position = (PostgresPosition) run.sink().position();
        }
        database.awaitInactive();
        PostgresPosition foreign = new PostgresPosition(position.system() + 1, position.timeline(), position.lsn());
        try (StreamRun run = StreamRun.resume(database, request, foreign)) {
            assertEquals(ErrorCode.SOURCE_IDENTITY, run.awaitFailure().code());
        }
        PostgresPosition later = new PostgresPosition(position.system(), position.timeline() + 1, position.lsn());
        try (StreamRun run = StreamRun.resume(database, request, later)) {
            assertEquals(ErrorCode.SOURCE_IDENTITY, run.awaitFailure().code());
        }
    }

    /** No statement of the source's users may fail because of a publication of ours. */
    @Test
    void shouldLetUsersWriteWhenThePublicationIsThere() {
        database.execute(
                "CREATE TABLE plain (id int PRIMARY KEY, v int)",
                "CREATE TABLE whole (v int)",
                "ALTER TABLE whole REPLICA IDENTITY FULL",
                "CREATE TABLE byindex (id int NOT NULL UNIQUE, v int)",
                "ALTER TABLE byindex REPLICA IDENTITY USING INDEX byindex_id_key",
                "CREATE TABLE parted (id int, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day)",
                "CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')",
                "CREATE TABLE nokey (v int)",
                "CREATE UNLOGGED TABLE unlogged (id int PRIMARY KEY, v int)",
                "CREATE TABLE late (id int PRIMARY KEY DEFERRABLE, v int)",
                "CREATE TABLE parent (id int PRIMARY KEY, v int)",
                "CREATE TABLE child () INHERITS (parent)");
        PostgresSource source = new PostgresSource(database.dataSource());
        for (String bad : List.of("nokey", "unlogged", "late")) {
            MillraceException refused =
                    assertThrows(MillraceException.class, () -> source.prepare(database.request("plain", bad)));
            assertEquals(ErrorCode.TABLE_REFUSED, refused.code());
            assertTrue(source.check(List.of(), database.request(bad)).stream()
                    .anyMatch(finding -> finding.code() == ErrorCode.TABLE_REFUSED));
        }
        source.prepare(database.request("plain", "byindex", "parted", "parent"));
        for (String table : List.of("plain", "whole", "byindex", "nokey", "unlogged", "late", "parent", "child")) {
            String columns = table.equals("whole") || table.equals("nokey") ? "(v)" : "(id, v)";
            String row = table.equals("whole") || table.equals("nokey") ? "(1)" : "(1, 1)";
            database.execute(
                    "INSERT INTO " + table + columns + " VALUES " + row,
                    "UPDATE " + table + " SET v = 2",
                    "DELETE FROM " + table);
        }
        database.execute(
                "INSERT INTO parted VALUES (1, '2020-05-05')",
                "UPDATE parted SET id = 2",
                "DELETE FROM parted",
                "ALTER TABLE plain ADD w int",
                "DROP TABLE byindex");
    }

    @Test
    void shouldCarryEveryOperationWhenAGivenPublicationLackedSome() {
        database.execute(
                "CREATE TABLE a (id int PRIMARY KEY)",
                "CREATE PUBLICATION " + database.slot() + " FOR TABLE a WITH (publish = 'insert')");
        try (StreamRun run = StreamRun.begin(database, database.request())) {
            database.execute("INSERT INTO a VALUES (1)", "DELETE FROM a");
            run.awaitCaughtUp();
            assertEquals(
                    List.of("INSERT null [1]", "DELETE [1] null"),
                    shown(run.sink().rows()));
        }
    }

    /** The server decodes the past by the publication as it was then: what it lacked would be missing, and nobody would know. */
    @Test
    void shouldRefuseThePastWhenTheSlotIsOlderThanItsPublication() {
        database.execute(
                "CREATE TABLE a (id int PRIMARY KEY)",
                "CREATE PUBLICATION " + database.slot() + " FOR TABLE a WITH (publish = 'insert')",
                "SELECT pg_create_logical_replication_slot('" + database.slot() + "', 'pgoutput')",
                "INSERT INTO a VALUES (1)",
                "DELETE FROM a");
        PostgresSource source = new PostgresSource(database.dataSource());
        MillraceException refused =
                assertThrows(MillraceException.class, () -> source.prepareForPast(database.request()));
        assertEquals(ErrorCode.SOURCE_SLOT, refused.code());
        assertEquals(
                "i",
                database.value("SELECT concat_ws('', CASE WHEN pubinsert THEN 'i' END,"
                        + " CASE WHEN pubdelete THEN 'd' END) FROM pg_publication WHERE pubname = '" + database.slot()
                        + "'"));
    }

    @Test
    void shouldCarryRowsOfPartitionsUnderTheirRootsName() {
        database.execute(
                "CREATE TABLE p (id int, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day)",
                "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')",
                "CREATE TABLE p2 PARTITION OF p FOR VALUES FROM ('2021-01-01') TO ('2022-01-01')");
        try (StreamRun run = StreamRun.begin(database, database.request())) {
            database.execute(
                    "INSERT INTO p VALUES (1, '2020-01-02')",
                    "UPDATE p SET day = '2021-01-02'",
                    "INSERT INTO p2 VALUES (2, '2021-03-01')");
            run.awaitCaughtUp();
            assertEquals(
                    List.of("p", "p", "p", "p"),
                    run.sink().rows().stream()
                            .map(row -> row.schema().table().name())
                            .toList());
            assertEquals(Operation.DELETE, run.sink().rows().get(1).operation());
        }
    }

    @Test
    void shouldSayThatTheConnectionIsLostWhenTheServerEndsIt() {
        database.execute("CREATE TABLE a (id int PRIMARY KEY)");
        ChangeRequest request = database.request();
        SourcePosition position;
        try (StreamRun run = StreamRun.begin(database, request)) {
            database.execute("INSERT INTO a VALUES (1)");
            run.awaitCaughtUp();
            position = run.sink().position();
            database.execute("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '"
                    + database.slot() + "'");
            assertEquals(ErrorCode.SOURCE_CONNECTION_LOST, run.awaitFailure().code());
        }
        database.execute("INSERT INTO a VALUES (2)");
        database.awaitInactive();
        try (StreamRun run = StreamRun.resume(database, request, position)) {
            run.awaitCaughtUp();
            assertEquals(List.of("INSERT null [2]"), shown(run.sink().rows()));
        }
    }

    @Test
    void shouldStopWhenATableIsTakenOutOfThePublicationOrDropped() {
        database.execute("CREATE TABLE a (id int PRIMARY KEY)", "CREATE TABLE b (id int PRIMARY KEY)");
        ChangeRequest request = database.request();
        try (StreamRun run = StreamRun.begin(database, request)) {
            database.execute("DROP TABLE b");
            assertEquals(ErrorCode.SOURCE_SETTING, run.awaitFailure().code());
        }
    }

    /** No row shows it: the column has the same name and type as before. */
    @Test
    void shouldStopWhenAColumnIsDroppedAndMadeAnew() {
        database.execute("CREATE TABLE a (id int PRIMARY KEY, v int)", "INSERT INTO a VALUES (1, 1)");
        try (StreamRun run = StreamRun.begin(database, database.request())) {
            database.execute("ALTER TABLE a ALTER v SET DEFAULT 7", "ALTER TABLE a DROP v, ADD v int");
            MillraceException stop = run.awaitFailure();
            assertEquals(ErrorCode.DDL_ON_SELECTED_TABLE, stop.code());
            assertTrue(stop.getMessage().contains("table=public.a, column=v"), stop.getMessage());
        }
    }

    /** Told once, when the stream has come behind it: the next start takes it as it is. */
    @Test
    void shouldStopOnceWhenAColumnIsMadeAnewWhileNothingRuns() {
        database.execute("CREATE TABLE a (id int PRIMARY KEY, v int)", "INSERT INTO a VALUES (1, 1)");
        ChangeRequest request = database.request();
        RecordingSink sink = StreamRun.ended(database, request);
        database.execute(
                "INSERT INTO a VALUES (2, 2)", "ALTER TABLE a DROP v, ADD v int", "INSERT INTO a VALUES (3, 3)");
        int kept = sink.kept();
        try (StreamRun run = StreamRun.reconnect(database, request, sink)) {
            MillraceException stop = run.awaitFailure();
            assertEquals(ErrorCode.DDL_ON_SELECTED_TABLE, stop.code());
            assertTrue(stop.getMessage().contains("table=public.a, column=v, number=3, before=2"), stop.getMessage());
            assertEquals(2, sink.rows().size(), "what stands before its place, and behind it");
            assertEquals(kept + 1, sink.kept(), "at the start alone: what is told then holds with the last commit");
        }
        database.awaitInactive();
        database.execute("INSERT INTO a VALUES (4, 4)");
        try (StreamRun run = StreamRun.reconnect(database, request, sink)) {
            run.await(() -> sink.rows().size() == 3);
            run.awaitCaughtUp();
        }
    }

    /** There is no commit with which it could hold. */
    @Test
    void shouldStopOnceWhenAColumnIsMadeAnewAndNothingWasEverCommitted() {
        database.execute("CREATE TABLE a (id int PRIMARY KEY, v int)");
        ChangeRequest request = database.request();
        RecordingSink sink = StreamRun.ended(database, request);
        database.execute("ALTER TABLE a DROP v, ADD v int");
        try (StreamRun run = StreamRun.reconnect(database, request, sink)) {
            assertEquals(ErrorCode.DDL_ON_SELECTED_TABLE, run.awaitFailure().code());
        }
        database.awaitInactive();
        try (StreamRun run = StreamRun.reconnect(database, request, sink)) {
            run.awaitCaughtUp();
            database.execute("INSERT INTO a VALUES (1, 1)");
            run.awaitCaughtUp();
            assertEquals(1, sink.rows().size());
        }
    }

    /** Each is a statement by itself, and the stream tells of both. */
    @Test
    void shouldGoOnWhenAColumnIsRenamedAndAnotherHasItsNameWhileNothingRuns() {
        database.execute("CREATE TABLE a (id int PRIMARY KEY, v int)");
        ChangeRequest request = database.request();
        RecordingSink sink = StreamRun.ended(database, request);
        database.execute("ALTER TABLE a RENAME v TO w", "ALTER TABLE a ADD v int", "INSERT INTO a VALUES (1, 2, 3)");
        try (StreamRun run = StreamRun.reconnect(database, request, sink)) {
            run.awaitCaughtUp();
            assertEquals(2, sink.rows().size(), "a statement, and a row");
        }
    }

    @Test
    void shouldSayThatTheSlotIsBusyWhenAnotherReadsIt() {
        database.execute("CREATE TABLE a (id int PRIMARY KEY)");
        ChangeRequest request = database.request();
        try (StreamRun run = StreamRun.begin(database, request);
                StreamRun second =
                        StreamRun.resume(database, request, run.sink().position())) {
            assertEquals(ErrorCode.SOURCE_BUSY, second.awaitFailure().code());
        }
    }

    /** EXACTNESS 34: a transaction that wrote before the stream began is over before the load begins. */
    @Test
    void shouldWaitForRunningTransactionsWhenATaskBegins() throws Exception {
        database.execute("CREATE TABLE a (id int PRIMARY KEY)");
        PostgresSource source = new PostgresSource(database.dataSource());
        source.prepare(database.request());
        try (Connection other = database.connect()) {
            other.setAutoCommit(false);
            TestDatabase.execute(other, "INSERT INTO a VALUES (1)");
            CompletableFuture<SourcePosition> position = CompletableFuture.supplyAsync(source::loadPosition);
            database.execute("SELECT pg_sleep(0.5)");
            assertFalse(position.isDone());
            other.commit();
            assertTrue(position.get() instanceof PostgresPosition);
        }
    }
}
