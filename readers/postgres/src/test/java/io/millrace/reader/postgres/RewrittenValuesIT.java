package io.millrace.reader.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.ChangeRequest;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** ALTER TABLE that gives values of the same type anew: no Relation differs, and no row tells. */
@RealServers(ServerKind.POSTGRES_18)
class RewrittenValuesIT {
    private static final String ANEW = "values that are there were written anew by ALTER TABLE: table=public.";

    private final PostgresServer server;
    private TestDatabase database;

    RewrittenValuesIT(PostgresServer server) {
        this.server = server;
    }

    @BeforeEach
    void open() {
        database = new TestDatabase(server);
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, v text, w text)",
                "CREATE TABLE other (id int PRIMARY KEY, v text, w text)",
                "BEGIN; CREATE TABLE p (id int PRIMARY KEY, v text, w text) PARTITION BY RANGE (id);"
                        + " CREATE TABLE p_0 PARTITION OF p FOR VALUES FROM (0) TO (100); COMMIT",
                "INSERT INTO t VALUES (1, 'one', 'uno')",
                "INSERT INTO other VALUES (1, 'one', 'uno')",
                "INSERT INTO p VALUES (1, 'one', 'uno')");
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static void assertStopped(MillraceException stop, String table) {
        assertEquals(ErrorCode.DDL_ON_SELECTED_TABLE, stop.code(), stop.getMessage());
        assertTrue(stop.getMessage().contains(ANEW + table), stop.getMessage());
        assertFalse(stop.getMessage().replace(ANEW + table, "").contains(ANEW), stop.getMessage());
    }

    /** All that writes a table's files, or a column of the catalog, and no value. */
    private void leaveValuesAlone() {
        database.execute(
                "VACUUM FULL t",
                "ALTER TABLE t ALTER v SET DEFAULT 'x'",
                "ALTER TABLE t ALTER w SET NOT NULL",
                "ALTER TABLE t ALTER v TYPE text COLLATE \"C\"",
                "CLUSTER t USING t_pkey",
                "VACUUM FULL p",
                "ALTER TABLE p ALTER v SET DEFAULT 'x'",
                "CREATE TABLE p_1 PARTITION OF p FOR VALUES FROM (100) TO (200)",
                "TRUNCATE t",
                "INSERT INTO t VALUES (2, 'two', 'due')");
    }

    private void assertTold(ChangeRequest request) {
        try (StreamRun run = StreamRun.begin(database, request)) {
            leaveValuesAlone();
            database.execute("ALTER TABLE other ALTER v TYPE text USING upper(v)");
            assertStopped(run.awaitFailure(), "other, columns=v");
            run.connectAgain();
            database.execute("INSERT INTO other VALUES (3, 'three', 'tre')");
            run.awaitCaughtUp();
            database.execute("ALTER TABLE p ALTER w TYPE text USING upper(w)");
            MillraceException stop = run.awaitFailure();
            assertEquals(ErrorCode.DDL_ON_SELECTED_TABLE, stop.code(), stop.getMessage());
            assertTrue(
                    stop.getMessage().contains("table=public.p, partition=public.p_0, columns=w"), stop.getMessage());
            assertFalse(stop.getMessage().contains("other"), stop.getMessage());
        }
    }

    @Test
    void shouldStopOnceWhenValuesAreWrittenAnew() {
        assertTold(database.request());
    }

    @Test
    void shouldStopOnceWhenValuesAreWrittenAnewAlsoWithEventTriggers() {
        ChangeRequest request = database.request();
        database.installTriggers(request);
        assertTold(request);
    }

    @Test
    void shouldStopWhenValuesWereWrittenAnewWhileNothingRan() {
        RecordingSink sink = StreamRun.ended(database, database.request());
        leaveValuesAlone();
        database.execute("ALTER TABLE other ALTER w TYPE text USING v");
        try (StreamRun run = StreamRun.reconnect(database, database.request(), sink)) {
            assertStopped(run.awaitFailure(), "other, columns=w");
        }
    }
}
