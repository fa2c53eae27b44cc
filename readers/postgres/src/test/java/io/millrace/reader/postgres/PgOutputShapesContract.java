package io.millrace.reader.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.ddl.AlterStep;
import io.millrace.ddl.TableChange;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.ChangeRequest;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.servers.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of DDL where no event trigger tells of it: rows do. One subclass a server version. */
abstract class PgOutputShapesContract {
    private static final String ROWS = "SELECT g, 'v' || g, g FROM generate_series(%d, %d) g";

    private TestDatabase database;

    abstract PostgresServer server();

    /** Of the walsender, so that it streams small transactions. */
    abstract List<String> streamingSettings();

    @BeforeEach
    void open() {
        database = new TestDatabase(server());
        for (String setting : streamingSettings()) {
            database.execute("ALTER DATABASE " + database.name() + " SET " + setting);
        }
        database.execute("CREATE TABLE a (id int PRIMARY KEY, v varchar(20), n int)");
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static List<String> shown(StreamRun run) {
        return PgOutputDdlContract.shown(run);
    }

    private static String altered(String steps) {
        return "ALTER TABLE: ALTERED public.a" + steps;
    }

    @Test
    void shouldTellOfColumnsWhenTheyComeGoAndChange() {
        try (StreamRun run = StreamRun.begin(database, database.request())) {
            database.execute(
                    "INSERT INTO a VALUES (1, 'one', 1)",
                    "ALTER TABLE a ADD w text",
                    "INSERT INTO a VALUES (2, 'two', 2, 'w')",
                    "ALTER TABLE a RENAME v TO x",
                    "INSERT INTO a VALUES (3, 'three', 3, 'w')");
            run.awaitCaughtUp();
            database.execute("ALTER TABLE a DROP n", "ALTER TABLE a ALTER x TYPE text", "DELETE FROM a WHERE id = 3");
            run.awaitCaughtUp();
            assertEquals(
                    List.of(
                            "row [1, one, 1]",
                            altered(": add w text"),
                            "row [2, two, 2, w]",
                            altered(": rename v x"),
                            "row [3, three, 3, w]",
                            altered(": change x text, drop n"),
                            "row [3, absent, absent]"),
                    shown(run));
        }
    }

    /** The catalog is as it was, but for what it keeps of columns that are gone: their types' lengths and modifiers. */
    @Test
    void shouldTellOfColumnsThatCameAndWentBeforeTheyWereRead() {
        ChangeRequest request = database.request();
        RecordingSink sink = StreamRun.ended(database, request);
        database.execute(
                "ALTER TABLE a ADD w varchar(10)",
                "INSERT INTO a VALUES (1, 'one', 1, 'w')",
                "ALTER TABLE a ADD x bigint",
                "INSERT INTO a VALUES (2, 'two', 2, 'w', 22)",
                "ALTER TABLE a DROP w",
                "INSERT INTO a VALUES (3, 'three', 3, 33)",
                "ALTER TABLE a DROP x",
                "INSERT INTO a VALUES (4, 'four', 4)");
        try (StreamRun run = StreamRun.reconnect(database, request, sink)) {
            run.awaitCaughtUp();
            assertEquals(
                    List.of(
                            altered(": add w character varying(10)"),
                            "row [1, one, 1, w]",
                            altered(": add x bigint"),
                            "row [2, two, 2, w, 22]",
                            altered(": drop w"),
                            "row [3, three, 3, 33]",
                            altered(": drop x"),
                            "row [4, four, 4]"),
                    shown(run));
        }
    }

    /** Whether values were changed by the way nobody tells. */
    @Test
    void shouldSayThatRowsMayHaveMovedWhenTheyWereWrittenAnew() {
        try (StreamRun run = StreamRun.begin(database, database.request())) {
            database.execute("ALTER TABLE a ALTER n TYPE bigint USING -n", "INSERT INTO a VALUES (1, 'one', 1)");
            run.awaitCaughtUp();
            assertEquals(List.of(altered(" rows moved: change n bigint"), "row [1, one, 1]"), shown(run));
        }
    }

    @Test
    void shouldFollowTheKeyWhenItsColumnHasAnotherName() {
        try (StreamRun run = StreamRun.begin(database, database.request())) {
            database.execute(
                    "INSERT INTO a VALUES (1, 'one', 1)",
                    "ALTER TABLE a RENAME id TO number",
                    "UPDATE a SET number = 2 WHERE number = 1",
                    "DELETE FROM a");
            run.awaitCaughtUp();
            assertEquals(4, shown(run).size());
            assertEquals(altered(": rename id number"), shown(run).get(1));
            for (RecordingSink.Row row : run.sink().rows().subList(2, 4)) {
                assertEquals(List.of(0), row.schema().key());
                assertEquals("number", row.schema().columns().get(0).name());
            }
        }
    }

    /** The catalog is ahead of what is read. */
    @Test
    void shouldTellOfEachStatementWhenTheCatalogHasAllOfThem() {
        ChangeRequest request = database.request();
        RecordingSink sink = StreamRun.ended(database, request);
        database.execute(
                "INSERT INTO a VALUES (1, 'one', 1)",
                "ALTER TABLE a RENAME v TO w",
                "INSERT INTO a VALUES (2, 'two', 2)",
                "ALTER TABLE a RENAME w TO x",
                "INSERT INTO a VALUES (3, 'three', 3)",
                "ALTER TABLE a ADD y int DEFAULT 7",
                "INSERT INTO a VALUES (4, 'four', 4)",
                "ALTER TABLE a DROP n",
                "INSERT INTO a VALUES (5, 'five', 5)");
        try (StreamRun run = StreamRun.reconnect(database, request, sink)) {
            run.awaitCaughtUp();
            assertEquals(
                    List.of(
                            "row [1, one, 1]",
                            altered(": rename v w"),
                            "row [2, two, 2]",
                            altered(": rename w x"),
                            "row [3, three, 3]",
                            altered(": add y integer"),
                            "row [4, four, 4, 7]",
                            altered(": drop n"),
                            "row [5, five, 5]"),
                    shown(run));
            assertEquals(Optional.of("7"), added(sink, 5));
        }
    }

    private static Optional<String> added(RecordingSink sink, int row) {
        TableChange.Alter alter =
                (TableChange.Alter) sink.rows().get(row).statement().changes().get(0);
        return alter.steps().stream()
                .filter(AlterStep.AddColumn.class::isInstance)
                .map(step -> ((AlterStep.AddColumn) step).column().defaultText())
                .findFirst()
                .orElseThrow();
    }

    /** It could have had the new name before it was dropped: nothing tells. */
    @Test
    void shouldStopWhenItIsNotCertainWhichColumnARowHas() {
        ChangeRequest request = database.request();
        RecordingSink sink = StreamRun.ended(database, request);
        database.execute(
                "ALTER TABLE a RENAME n TO w",
                "INSERT INTO a VALUES (1, 'one', 1)",
                "ALTER TABLE a DROP w, ADD w int",
                "INSERT INTO a VALUES (2, 'two', 2)");
        try (StreamRun run = StreamRun.reconnect(database, request, sink)) {
            MillraceException stopped = run.awaitFailure();
            assertEquals(ErrorCode.SCHEMA_MISMATCH, stopped.code());
            assertTrue(stopped.getMessage().contains("table=public.a"), stopped.getMessage());
            assertEquals(List.of(), shown(run));
        }
    }

    /** What was kept of the only table does not fit the catalog: its statements are not told, its rows are. */
    @Test
    void shouldCarryRowsWhenOfNoTableItIsCertainWhatItWas() {
        Column gone = new Column("gone", ColumnType.INTEGER, "integer", true, 4, -1, "", List.of(), false);
        TableSchema kept = new TableSchema(new TableId("public", "a"), 1, List.of(gone), List.of());
        ChangeRequest request = database.request();
        RecordingSink sink =
                new RecordingSink(StreamRun.ended(database, request).position());
        database.execute("INSERT INTO a VALUES (1, 'one', 1)");
        try (StreamRun run = StreamRun.reconnect(database, request.with(List.of(kept)), sink)) {
            run.awaitCaughtUp();
            database.execute("ALTER TABLE a ADD w int");
            database.execute("INSERT INTO a VALUES (2, 'two', 2, 2)");
            run.awaitCaughtUp();
        }
        database.awaitInactive();
        try (StreamRun run = StreamRun.reconnect(database, request, sink)) {
            database.execute("INSERT INTO a VALUES (3, 'three', 3, 3)");
            run.awaitCaughtUp();
            assertEquals(List.of("row [1, one, 1]", "row [2, two, 2, 2]", "row [3, three, 3, 3]"), shown(run));
        }
    }

    @Test
    void shouldSayWhatRowsHaveInAColumnThatWasAdded() {
        try (StreamRun run = StreamRun.begin(database, database.request())) {
            database.execute("ALTER TABLE a ADD w int", "INSERT INTO a VALUES (1, 'one', 1, 1)");
            run.awaitCaughtUp();
            assertEquals(Optional.empty(), added(run.sink(), 0));
            database.execute(
                    "ALTER TABLE a ADD x int DEFAULT 5",
                    "ALTER TABLE a ALTER x SET DEFAULT 6",
                    "INSERT INTO a VALUES (2, 'two', 2, 2)");
            run.awaitCaughtUp();
            assertEquals(Optional.of("5"), added(run.sink(), 2));
            database.execute(
                    "ALTER TABLE a ADD y float DEFAULT random()",
                    "ALTER TABLE a ALTER y DROP DEFAULT",
                    "INSERT INTO a VALUES (3, 'three', 3, 3)");
            run.awaitCaughtUp();
            assertEquals(Optional.of("?"), added(run.sink(), 4), "each has its own");
        }
    }

    /** The catalog has forgotten the value, and not what the files were. */
    @Test
    void shouldNotSayWhatRowsHaveWhenTheyWereWrittenAnewSince() {
        ChangeRequest request = database.request();
        RecordingSink sink = StreamRun.ended(database, request);
        database.execute(
                "INSERT INTO a VALUES (1, 'one', 1)",
                "ALTER TABLE a ADD x int DEFAULT 5",
                "ALTER TABLE a ALTER x DROP DEFAULT",
                "VACUUM FULL a",
                "INSERT INTO a VALUES (2, 'two', 2, 2)");
        try (StreamRun run = StreamRun.reconnect(database, request, sink)) {
            run.awaitCaughtUp();
            assertEquals(Optional.of("?"), added(sink, 1));
        }
    }

    /** Of transactions that are open. */
    private static void awaitAllThatIsSent(StreamRun run) {
        AtomicLong events = new AtomicLong();
        AtomicLong since = new AtomicLong(System.nanoTime());
        run.await(() -> {
            long now = run.reader().status().events();
            if (events.getAndSet(now) != now) {
                since.set(System.nanoTime());
            }
            return now > 4_000 && System.nanoTime() - since.get() > 500_000_000L;
        });
    }

    /** Nobody sees what it did before it has ended. */
    @Test
    void shouldReadATransactionAgainWhenItChangesATableAndIsStreamed() throws SQLException {
        try (StreamRun run = StreamRun.begin(database, database.request());
                Connection open = database.connect()) {
            TestDatabase.execute(
                    open,
                    "BEGIN",
                    "INSERT INTO a " + ROWS.formatted(1, 3000),
                    "ALTER TABLE a DROP v, ADD w text",
                    "INSERT INTO a SELECT g, g, 'w' FROM generate_series(3001, 6000) g");
            awaitAllThatIsSent(run);
            TestDatabase.execute(open, "COMMIT");
            MillraceException ended = run.awaitFailure();
            assertEquals(ErrorCode.SOURCE_BUSY, ended.code());
            assertEquals(List.of(), shown(run));
            database.awaitInactive();
            run.connectAgain();
            run.awaitCaughtUp();
            List<String> shown = shown(run);
            assertEquals(6001, shown.size());
            assertEquals("row [3000, v3000, 3000]", shown.get(2999));
            assertEquals(altered(": drop v, add w text"), shown.get(3000));
            assertEquals("row [3001, 3001, w]", shown.get(3001));
        }
    }

    /** The same statement is met by two transactions: the one that ends first tells of it. */
    @Test
    void shouldTellOfAStatementOnceWhenAnotherTransactionIsOpenAndStreamed() throws SQLException {
        try (StreamRun run = StreamRun.begin(database, database.request());
                Connection open = database.connect()) {
            database.execute("ALTER TABLE a ADD w int");
            TestDatabase.execute(open, "BEGIN", "INSERT INTO a " + ROWS.formatted(1, 3000));
            run.await(() -> run.sink().openRows() > 200);
            database.execute("INSERT INTO a VALUES (100000, 'other', 1, 1)");
            run.awaitCaughtUp();
            assertEquals(List.of(altered(": add w integer"), "row [100000, other, 1, 1]"), shown(run));
            TestDatabase.execute(open, "COMMIT");
            assertEquals(ErrorCode.SOURCE_BUSY, run.awaitFailure().code());
            database.awaitInactive();
            run.connectAgain();
            run.awaitCaughtUp();
            List<String> shown = shown(run);
            assertEquals(3002, shown.size());
            assertEquals(
                    1, shown.stream().filter(each -> each.startsWith("ALTER")).count());
            assertEquals("row [1, v1, 1, null]", shown.get(2));
        }
    }
}
