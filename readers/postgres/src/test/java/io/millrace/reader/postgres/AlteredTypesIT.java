package io.millrace.reader.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** ALTER TYPE: values that are there read otherwise from then on, and no row tells. */
@RealServers(ServerKind.POSTGRES_18)
class AlteredTypesIT {
    private static final String RENAMED = "a label of a type was renamed, in rows that are there, too: type=";

    private final PostgresServer server;
    private TestDatabase database;

    AlteredTypesIT(PostgresServer server) {
        this.server = server;
    }

    @BeforeEach
    void open() {
        database = new TestDatabase(server);
        database.execute(
                "CREATE TYPE mood AS ENUM ('bad', 'good')",
                "CREATE TYPE \"odd Mood\" AS ENUM ('=', ' ', 'ü%')",
                "CREATE TYPE pair AS (a int, b mood)",
                "CREATE DOMAIN feeling AS \"odd Mood\"",
                "CREATE TYPE other AS ENUM ('x')");
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static void assertStopped(MillraceException stop, String what) {
        assertEquals(ErrorCode.DDL_ON_SELECTED_TABLE, stop.code(), stop.getMessage());
        assertTrue(stop.getMessage().contains(what), stop.getMessage());
    }

    @Test
    void shouldStopOnceWhenALabelOfAColumnIsRenamed() {
        database.execute("CREATE TABLE t (id int PRIMARY KEY, m mood, o other[])", "INSERT INTO t VALUES (1, 'bad')");
        try (StreamRun run = StreamRun.begin(database, database.request())) {
            database.execute("ALTER TYPE mood RENAME VALUE 'bad' TO 'sad'", "INSERT INTO t VALUES (2, 'sad')");
            assertStopped(run.awaitFailure(), RENAMED + "public.mood, label=sad, before=bad");
            run.connectAgain();
            database.execute("INSERT INTO t VALUES (3, 'sad')");
            run.awaitCaughtUp();
            assertEquals(2, run.sink().rows().size());
            database.execute("ALTER TYPE other RENAME VALUE 'x' TO 'y'");
            MillraceException next = run.awaitFailure();
            assertStopped(next, RENAMED + "public.other, label=y, before=x");
            assertFalse(next.getMessage().contains("mood"), next.getMessage());
        }
    }

    @Test
    void shouldStopWhenTheTypeLiesWithinOthers() {
        database.execute("CREATE TABLE t (id int PRIMARY KEY, p pair[], f feeling)", "INSERT INTO t VALUES (1)");
        try (StreamRun run = StreamRun.begin(database, database.request())) {
            database.execute(
                    "ALTER TYPE mood RENAME VALUE 'good' TO 'fine'",
                    "ALTER TYPE \"odd Mood\" RENAME VALUE ' ' TO 'a b'");
            MillraceException stop = run.awaitFailure();
            assertStopped(stop, RENAMED + "public.mood, label=fine, before=good");
            assertStopped(stop, RENAMED + "public.\"odd Mood\", label=a b, before= ;");
        }
    }

    @Test
    void shouldStopWhenACompositeTypeHasOtherAttributes() {
        database.execute("CREATE TABLE t (id int PRIMARY KEY, p pair)", "INSERT INTO t VALUES (1, '(1,bad)')");
        try (StreamRun run = StreamRun.begin(database, database.request())) {
            database.execute("ALTER TYPE pair ADD ATTRIBUTE c int");
            assertStopped(
                    run.awaitFailure(),
                    "a type has other attributes, in values that are there, too: type=public.pair;");
        }
    }

    /** A label that came while the task ran, and was renamed while it did not. */
    @Test
    void shouldStopWhenALabelWasRenamedWhileNothingRan() {
        database.execute("CREATE TABLE t (id int PRIMARY KEY, p pair, f feeling)");
        RecordingSink sink;
        try (StreamRun run = StreamRun.begin(database, database.request())) {
            database.execute(
                    "ALTER TYPE mood ADD VALUE 'worse'",
                    "ALTER TYPE pair RENAME ATTRIBUTE a TO z",
                    "INSERT INTO t VALUES (1, '(1,worse)', 'ü%')");
            run.await(() -> run.sink().schemas().orElseThrow().collations().entrySet().stream()
                    .anyMatch(note ->
                            note.getKey().startsWith("type ") && note.getValue().contains("=worse")));
            sink = run.sink();
        }
        database.awaitInactive();
        database.execute(
                "ALTER TYPE mood RENAME VALUE 'worse' TO 'worst'",
                "ALTER TYPE other RENAME VALUE 'x' TO 'y'", // of no column
                "INSERT INTO t VALUES (2, '(1,worst)', '=')");
        try (StreamRun run = StreamRun.reconnect(database, database.request(), sink)) {
            MillraceException stop = run.awaitFailure();
            assertStopped(stop, RENAMED + "public.mood, label=worst, before=worse;");
            assertFalse(stop.getMessage().contains("other"), stop.getMessage());
            assertFalse(stop.getMessage().contains("attributes"), stop.getMessage());
        }
    }
}
