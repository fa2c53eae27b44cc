package io.millrace.reader.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.ddl.AlterStep;
import io.millrace.ddl.DdlEvent;
import io.millrace.ddl.TableChange;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.SourcePosition;
import io.millrace.reader.ChangeRequest;
import io.millrace.reader.TableDetails;
import io.millrace.schema.TableSchema;
import io.millrace.servers.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of DDL where its event triggers are installed; one subclass a server version. */
abstract class PgOutputDdlContract {
    private TestDatabase database;

    abstract PostgresServer server();

    /** Of the walsender, so that it streams small transactions. */
    abstract List<String> streamingSettings();

    @BeforeEach
    void open() {
        database = new TestDatabase(server());
        database.execute("CREATE TABLE a (id int PRIMARY KEY, v text, n int)", "CREATE TABLE b (id int PRIMARY KEY)");
    }

    @AfterEach
    void close() {
        for (List<String> row :
                database.rows("SELECT gid FROM pg_prepared_xacts WHERE database = current_database()")) {
            database.execute("ROLLBACK PREPARED '" + row.get(0) + "'");
        }
        database.close();
    }

    /** As {@code check} says. */
    private void install(ChangeRequest request) {
        database.installTriggers(request);
        try (PostgresSource source = new PostgresSource(database.dataSource())) {
            assertTrue(source.check(List.of(), request).stream()
                    .noneMatch(finding -> finding.subject().equals("ddl")));
        }
    }

    private StreamRun begin(ChangeRequest request) {
        install(request);
        return StreamRun.begin(database, request);
    }

    /** With triggers, publication and slot, as a task that ended before its first connection leaves them. Returns where the slot begins. */
    private SourcePosition prepared(ChangeRequest request) {
        install(request);
        try (PostgresSource source = new PostgresSource(database.dataSource())) {
            source.prepare(request);
            return source.loadPosition();
        }
    }

    static List<String> shown(StreamRun run) {
        return run.sink().rows().stream().map(PgOutputDdlContract::shown).toList();
    }

    private static String shown(RecordingSink.Row row) {
        return row.statement() == null
                ? "row " + (row.after() == null ? row.before() : row.after())
                : shown(row.statement());
    }

    private static String shown(DdlEvent event) {
        String effects = event.effects().stream()
                .map(effect -> effect.kind() + " " + effect.table()
                        + (effect.leavesRowsAlone() ? " rows alone" : effect.movesRows() ? " rows moved" : ""))
                .collect(Collectors.joining(", "));
        String steps = event.changes().stream()
                .flatMap(change -> change instanceof TableChange.Alter alter
                        ? alter.steps().stream()
                        : List.<AlterStep>of().stream())
                .map(PgOutputDdlContract::shown)
                .collect(Collectors.joining(", "));
        return event.verb() + ": " + effects + (steps.isEmpty() ? "" : ": " + steps);
    }

    private static String shown(AlterStep step) {
        if (step instanceof AlterStep.RenameColumn rename) {
            return "rename " + rename.column() + " " + rename.to();
        } else if (step instanceof AlterStep.AddColumn add) {
            return "add " + add.column().name() + " " + add.column().typeName();
        } else if (step instanceof AlterStep.DropColumn drop) {
            return "drop " + drop.column();
        } else if (step instanceof AlterStep.ChangeColumn change) {
            return "change " + change.column() + " " + change.definition().typeName();
        }
        return step.toString();
    }

    @Test
    void shouldStandWhereItRanWhenItRanWithinATransaction() {
        try (StreamRun run = begin(database.request())) {
            database.execute("BEGIN; INSERT INTO a VALUES (1, 'one', 1); ALTER TABLE a RENAME v TO w;"
                    + " INSERT INTO a VALUES (2, 'two', 2); ALTER TABLE a RENAME TO c; INSERT INTO c VALUES (3, 'three', 3);"
                    + " INSERT INTO b VALUES (1); COMMIT");
            run.awaitCaughtUp();
            assertEquals(
                    List.of(
                            "row [1, one, 1]",
                            "ALTER TABLE: ALTERED public.a: rename v w",
                            "row [2, two, 2]",
                            "ALTER TABLE: RENAMED_AWAY public.a, RENAMED_HERE public.c",
                            "row [3, three, 3]",
                            "row [1]"),
                    shown(run));
            assertEquals(1, run.sink().transactions().size());
            assertEquals("c", run.sink().rows().get(4).schema().table().name());
            assertTrue(run.sink().rows().get(1).statement().describe().contains("tables=public.a, columns=v>w"));
        }
    }

    @Test
    void shouldSayWhatEachStatementDid() {
        try (StreamRun run = begin(database.request())) {
            for (String statement : List.of(
                    "CREATE INDEX i ON a (n)",
                    "COMMENT ON TABLE a IS 'quiet'",
                    "ALTER TABLE a ALTER n SET DEFAULT 7",
                    "ALTER TABLE a ALTER n SET NOT NULL",
                    "ALTER TABLE a ALTER n DROP NOT NULL",
                    "ALTER TABLE a ADD x numeric(5,2) DEFAULT 1",
                    "ALTER TABLE a ALTER n TYPE bigint",
                    "ALTER TABLE a DROP v, ADD v text",
                    "CREATE TABLE other (id int PRIMARY KEY)",
                    "ALTER TABLE other ADD v int",
                    "DROP TABLE other",
                    "ALTER TABLE a REPLICA IDENTITY NOTHING",
                    "DROP TABLE b")) {
                database.execute(statement);
                run.awaitCaughtUp(); // what the next one takes back would not be confirmed
            }
            assertEquals(
                    List.of(
                            "CREATE INDEX: ALTERED public.a rows alone",
                            "COMMENT: ALTERED public.a rows alone",
                            "ALTER TABLE: ALTERED public.a rows alone",
                            "ALTER TABLE: ALTERED public.a rows alone",
                            "ALTER TABLE: ALTERED public.a: change n integer",
                            "ALTER TABLE: ALTERED public.a: add x numeric(5,2)",
                            "ALTER TABLE: ALTERED public.a: change n bigint",
                            "ALTER TABLE: ALTERED public.a rows moved: drop v, add v text",
                            "ALTER TABLE: ALTERED public.a: Other[verb=REPLICA IDENTITY, movesRows=false]",
                            "DROP TABLE: DROPPED public.b rows moved"),
                    shown(run));
        }
    }

    /** The publication lacks the table at once; its rows, and the word of its end, may still lie before the stream. */
    @Test
    void shouldLeaveItToTheLanesWhenATableIsDropped() throws InterruptedException {
        try (StreamRun run = begin(database.request())) {
            database.execute("INSERT INTO b VALUES (1)", "DROP TABLE b");
            Thread.sleep(6_000);
            database.execute("INSERT INTO a VALUES (1, 'one', 1)");
            run.awaitCaughtUp();
            assertEquals(List.of("row [1]", "DROP TABLE: DROPPED public.b rows moved", "row [1, one, 1]"), shown(run));
        }
    }

    @Test
    void shouldSayNothingWhenTheStatementIsRolledBack() {
        try (StreamRun run = begin(database.request())) {
            database.execute(
                    "BEGIN; ALTER TABLE a RENAME v TO w; ROLLBACK",
                    "BEGIN; INSERT INTO a VALUES (1, 'one', 1); SAVEPOINT s; ALTER TABLE a DROP v; ROLLBACK TO s;"
                            + " INSERT INTO a VALUES (2, 'two', 2); COMMIT");
            run.awaitCaughtUp();
            assertEquals(List.of("row [1, one, 1]", "row [2, two, 2]"), shown(run));
        }
    }

    @Test
    void shouldStandWhereItRanWhenItsTransactionIsStreamed() {
        streamingSettings()
                .forEach(setting -> database.execute("ALTER DATABASE " + database.name() + " SET " + setting));
        String much = "INSERT INTO b SELECT generate_series(%d, %d)";
        try (StreamRun run = begin(database.request())) {
            database.execute("BEGIN; INSERT INTO a VALUES (1, 'one', 1); " + String.format(much, 1, 1_000)
                    + "; SAVEPOINT s; ALTER TABLE a DROP n; " + String.format(much, 1_001, 2_000)
                    + "; ROLLBACK TO s; ALTER TABLE a RENAME v TO w; INSERT INTO a VALUES (2, 'two', 2); "
                    + String.format(much, 2_001, 3_000) + "; COMMIT");
            database.execute("BEGIN; ALTER TABLE a RENAME w TO x; " + String.format(much, 3_001, 4_000) + "; ROLLBACK");
            database.execute("BEGIN; SAVEPOINT s; ALTER TABLE a RENAME w TO x; " + String.format(much, 3_001, 4_000)
                    + "; DELETE FROM b WHERE id > 3000; RELEASE s; ALTER TABLE a ADD y int; COMMIT");
            run.awaitCaughtUp();
            List<String> found = shown(run).stream()
                    .filter(line -> line.contains("TABLE") || line.contains("o"))
                    .filter(line -> !line.matches("row \\[\\d+]"))
                    .toList();
            assertEquals(
                    List.of(
                            "row [1, one, 1]",
                            "ALTER TABLE: ALTERED public.a: rename v w",
                            "row [2, two, 2]",
                            "ALTER TABLE: ALTERED public.a: rename w x",
                            "ALTER TABLE: ALTERED public.a: add y integer"),
                    found);
            assertTrue(run.sink().chainsBegun() > 1, "nothing was streamed");
            assertEquals(0, run.sink().openRows());
        }
    }

    @Test
    void shouldComeWithItsCommitWhenItWasPrepared() {
        String gid = "'" + database.name() + "'";
        try (StreamRun run = begin(database.twoPhaseRequest())) {
            database.execute("BEGIN", "INSERT INTO a VALUES (1, 'one', 1)", "ALTER TABLE a RENAME v TO w");
            database.execute("INSERT INTO a VALUES (2, 'two', 2)", "PREPARE TRANSACTION " + gid);
            database.execute("INSERT INTO b VALUES (1)");
            run.awaitCaughtUp();
            assertEquals(List.of("row [1]"), shown(run));
            database.execute("COMMIT PREPARED " + gid);
            database.execute("BEGIN; ALTER TABLE a RENAME w TO x; PREPARE TRANSACTION " + gid);
            database.execute("ROLLBACK PREPARED " + gid, "ALTER TABLE a RENAME w TO y");
            run.awaitCaughtUp();
            assertEquals(
                    List.of(
                            "row [1]",
                            "row [1, one, 1]",
                            "ALTER TABLE: ALTERED public.a: rename v w",
                            "row [2, two, 2]",
                            "ALTER TABLE: ALTERED public.a: rename w y"),
                    shown(run));
        }
    }

    /** EXACTNESS 42. */
    @Test
    void shouldPassOverAMessageWhenNothingConfirmsIt() {
        try (StreamRun run = begin(database.request())) {
            String oid = database.value("SELECT 'a'::regclass::oid");
            for (String forged : List.of(
                    "{",
                    "[]",
                    "{\"publication\": \"" + database.slot() + "\", \"tag\": \"ALTER TABLE\", \"oid\": " + oid + "}",
                    "{\"publication\": \"" + database.slot() + "\", \"tag\": \"DROP TABLE\", \"oid\": " + oid
                            + ", \"schema\": \"public\", \"table\": \"a\", \"dropped\": true}",
                    "{\"publication\": \"" + database.slot() + "\", \"tag\": \"ALTER TABLE\", \"oid\": " + oid
                            + ", \"schema\": \"public\", \"table\": \"a\", \"columns\": [{\"number\": 1, \"name\": \"id\"}]}",
                    "{\"publication\": \"" + database.slot() + "\", \"tag\": \"ALTER TABLE\", \"oid\": " + oid
                            + ", \"schema\": \"public\", \"table\": \"a\", \"columns\": [{\"number\": 1, \"name\": \"id\", \"type\": 23,"
                            + " \"modifier\": -1, \"required\": true, \"identity\": true}]}")) {
                for (String transactional : List.of("true", "false")) {
                    database.execute(
                            "SELECT pg_logical_emit_message(" + transactional + ", 'millrace.ddl', '" + forged + "')");
                }
            }
            database.execute("INSERT INTO a VALUES (1, 'one', 1)");
            run.awaitCaughtUp();
            assertEquals(List.of("row [1, one, 1]"), shown(run));
        }
    }

    /** Whatever becomes of the message; and what rows tell is told all the same. */
    @Test
    void shouldLetTheStatementSucceedWhenTheTriggerFails() throws SQLException {
        String role = database.name() + "_dev";
        try (StreamRun run = begin(database.request());
                Connection other = database.connect()) {
            database.execute(
                    "ALTER FUNCTION millrace.\"" + database.slot() + "\"() SECURITY INVOKER",
                    "DO $$ DECLARE f text; BEGIN FOR f IN SELECT oid::regprocedure FROM pg_proc WHERE proname ="
                            + " 'pg_logical_emit_message' LOOP EXECUTE 'REVOKE EXECUTE ON FUNCTION ' || f || ' FROM"
                            + " PUBLIC'; END LOOP; END $$",
                    "CREATE ROLE " + role,
                    "ALTER TABLE a OWNER TO " + role);
            TestDatabase.execute(other, "SET ROLE " + role, "ALTER TABLE a RENAME v TO w");
            database.execute("INSERT INTO a VALUES (1, 'one', 1)");
            run.awaitCaughtUp();
            assertEquals(
                    "w",
                    run.sink()
                            .rows()
                            .get(run.sink().rows().size() - 1)
                            .schema()
                            .columns()
                            .get(1)
                            .name());
            assertEquals(
                    List.of(
                            "ALTER TABLE: ALTERED public.a rows alone",
                            "ALTER TABLE: ALTERED public.a: rename v w",
                            "row [1, one, 1]"),
                    shown(run));
            database.execute("ALTER TABLE a OWNER TO postgres", "DROP ROLE " + role);
        }
    }

    /** The catalog is as it was, but for what it keeps of columns that are gone. */
    @Test
    void shouldTellOfColumnsThatCameAndWentBeforeTheyWereRead() {
        ChangeRequest request = database.request();
        SourcePosition position = prepared(request);
        List<TableSchema> known = schemas(request);
        database.execute(
                "ALTER TABLE a ADD w varchar(10)",
                "INSERT INTO a VALUES (1, 'one', 1, 'w')",
                "ALTER TABLE a ADD x bigint",
                "INSERT INTO a VALUES (2, 'two', 2, 'w', 22)",
                "ALTER TABLE a DROP w",
                "INSERT INTO a VALUES (3, 'three', 3, 33)",
                "ALTER TABLE a DROP x",
                "INSERT INTO a VALUES (4, 'four', 4)");
        try (StreamRun run = StreamRun.resume(database, request.with(known), position)) {
            run.awaitCaughtUp();
            assertEquals(
                    List.of(
                            "ALTER TABLE: ALTERED public.a: add w character varying(10)",
                            "row [1, one, 1, w]",
                            "ALTER TABLE: ALTERED public.a: add x bigint",
                            "row [2, two, 2, w, 22]",
                            "ALTER TABLE: ALTERED public.a: drop w",
                            "row [3, three, 3, 33]",
                            "ALTER TABLE: ALTERED public.a: drop x",
                            "row [4, four, 4]"),
                    shown(run));
        }
    }

    /** What ran before is in the catalog that the task was planned by. */
    @Test
    void shouldPassWhatRanBeforeTheProcessBegan() {
        ChangeRequest request = database.request();
        SourcePosition position = prepared(request);
        database.execute("ALTER TABLE a RENAME v TO w", "INSERT INTO a VALUES (1, 'one', 1)");
        try (StreamRun run = StreamRun.resume(database, request, position)) {
            run.awaitCaughtUp();
            assertEquals(List.of("ALTER TABLE: ALTERED public.a rows alone", "row [1, one, 1]"), shown(run));
            database.execute("ALTER TABLE a RENAME w TO x");
            run.awaitCaughtUp();
            assertEquals("ALTER TABLE: ALTERED public.a: rename w x", shown(run).get(2));
        }
    }

    /** A task whose log is gone, or that ended before its first connection: it knows the tables, and the catalog is further on. */
    @Test
    void shouldGoOnFromWhatTheTaskKnowsWhenTheCatalogIsFurtherOn() {
        database.execute("CREATE TABLE c (id int PRIMARY KEY, gone text, v numeric(7,2), w varchar(20), x int)");
        database.execute("ALTER TABLE c DROP gone");
        ChangeRequest request = database.request();
        SourcePosition position = prepared(request);
        List<TableSchema> known = schemas(request);
        for (String statement : List.of(
                "ALTER TABLE c ADD y int DEFAULT 7",
                "INSERT INTO c VALUES (1, 1.5, 'one', 1, 1)",
                "ALTER TABLE c ALTER w TYPE varchar(30)",
                "ALTER TABLE c RENAME v TO z",
                "ALTER TABLE c DROP x, ADD x int",
                "ALTER TABLE c ALTER z TYPE numeric(9,2)",
                "INSERT INTO c VALUES (2, 2.5, 'two', 2, 2)")) {
            database.execute(statement);
        }
        try (StreamRun run = StreamRun.resume(database, request.with(known), position)) {
            run.awaitCaughtUp();
            assertEquals(
                    List.of(
                            "ALTER TABLE: ALTERED public.c: add y integer",
                            "row [1, 1.50, one, 1, 1]",
                            "ALTER TABLE: ALTERED public.c: change w character varying(30)",
                            "ALTER TABLE: ALTERED public.c: rename v z",
                            "ALTER TABLE: ALTERED public.c rows moved: drop x, add x integer",
                            "ALTER TABLE: ALTERED public.c: change z numeric(9,2)",
                            "row [2, 2.50, two, 2, 2]"),
                    shown(run));
        }
    }

    private List<TableSchema> schemas(ChangeRequest request) {
        try (PostgresSource source = new PostgresSource(database.dataSource())) {
            return source.tables(request.selection()).stream()
                    .map(TableDetails::schema)
                    .toList();
        }
    }

    /** The slot may have a column's end behind it or ahead of it: a guess could drop one that is there. */
    @Test
    void shouldStopWhenItIsNotCertainWhichColumnTheTaskKnows() {
        ChangeRequest request = database.request();
        SourcePosition position = prepared(request);
        List<TableSchema> known = schemas(request);
        database.execute("ALTER TABLE a DROP n, ADD n int");
        try (StreamRun run = StreamRun.resume(database, request.with(known), position)) {
            MillraceException failure = run.awaitFailure();
            assertEquals(ErrorCode.SCHEMA_MISMATCH, failure.code());
            assertTrue(failure.getMessage().contains("table=public.a, reason="), failure.getMessage());
        }
    }

    /** Lanes have yet to come to where the one before went, and take the new one in then: until that it is nobody's. */
    @Test
    void shouldGoOnWhenTheStreamHasPassedTheEndOfATableThatWasMadeAnew() {
        ChangeRequest request = database.request();
        RecordingSink sink;
        try (StreamRun run = begin(request)) {
            database.execute("DROP TABLE b", "ALTER TABLE a RENAME TO c", "CREATE TABLE b (id int PRIMARY KEY)");
            run.awaitCaughtUp();
            sink = run.sink();
        }
        database.awaitInactive();
        database.execute("CREATE TABLE a (id int PRIMARY KEY)", "INSERT INTO c VALUES (1, 'one', 1)");
        try (StreamRun run = StreamRun.reconnect(database, request, sink)) {
            run.awaitCaughtUp();
            assertEquals(
                    List.of(
                            "DROP TABLE: DROPPED public.b rows moved",
                            "ALTER TABLE: RENAMED_AWAY public.a, RENAMED_HERE public.c",
                            "row [1, one, 1]"),
                    shown(run));
        }
        database.awaitInactive();
        // Whoever takes it in puts it into the publication. From then on it is as any other.
        database.execute("ALTER PUBLICATION " + database.slot() + " ADD TABLE a, b", "INSERT INTO b VALUES (7)");
        try (StreamRun run = StreamRun.reconnect(database, request, sink)) {
            run.awaitCaughtUp();
            assertEquals("row [7]", shown(run).get(3));
        }
        database.awaitInactive();
        database.execute("ALTER PUBLICATION " + database.slot() + " DROP TABLE b");
        try (StreamRun run = StreamRun.reconnect(database, request, sink)) {
            assertEquals(ErrorCode.SOURCE_SETTING, run.awaitFailure().code());
        }
    }

    /** Without rights of its own, whoever runs the statement. */
    @Test
    void shouldWriteForEveryUserAndGoWithTheTask() throws SQLException {
        ChangeRequest request = database.request();
        String role = database.name() + "_dev";
        try (StreamRun run = begin(request);
                Connection other = database.connect()) {
            database.execute(
                    "CREATE ROLE " + role,
                    "ALTER TABLE a OWNER TO " + role,
                    "GRANT CREATE ON SCHEMA public TO " + role);
            TestDatabase.execute(
                    other,
                    "SET ROLE " + role,
                    "CREATE FUNCTION public.pg_logical_emit_message(boolean, text, text) RETURNS pg_lsn LANGUAGE sql"
                            + " AS 'SELECT NULL::pg_lsn'",
                    "SET search_path = public, pg_catalog",
                    "ALTER TABLE a RENAME v TO w");
            run.awaitCaughtUp();
            assertEquals(
                    "ALTER TABLE: ALTERED public.a: rename v w",
                    shown(run).get(shown(run).size() - 1));
        }
        try (PostgresSource source = new PostgresSource(database.dataSource())) {
            source.remnants(request).stream()
                    .filter(remnant -> remnant.kind().equals("ddl_trigger"))
                    .forEach(source::remove);
            assertTrue(source.remnants(request).stream()
                    .noneMatch(each -> each.kind().equals("ddl_trigger")));
        }
        assertEquals("0", database.value("SELECT count(*) FROM pg_event_trigger"));
        assertEquals("0", database.value("SELECT count(*) FROM pg_namespace WHERE nspname = 'millrace'"));
        database.execute("ALTER TABLE a OWNER TO postgres", "DROP OWNED BY " + role, "DROP ROLE " + role);
    }
}
