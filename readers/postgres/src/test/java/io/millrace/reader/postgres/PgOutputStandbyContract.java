package io.millrace.reader.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.MillraceException;
import io.millrace.position.SourcePosition;
import io.millrace.reader.ChangeRequest;
import io.millrace.reader.ChunkReader;
import io.millrace.reader.CollectedRows;
import io.millrace.reader.SourceRemnant;
import io.millrace.reader.postgres.server.Names;
import io.millrace.reader.postgres.statement.DdlTrigger;
import io.millrace.schema.TableSchema;
import io.millrace.servers.ServerKind;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Reading from a standby, on which nothing can be made but the slot; one subclass a server version. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(180)
abstract class PgOutputStandbyContract {
    private final ServerKind kind;
    private StandbyPair pair;
    private TestDatabase database;
    private TestDatabase replica;

    PgOutputStandbyContract(ServerKind kind) {
        this.kind = kind;
    }

    @BeforeAll
    void start() {
        pair = StandbyPair.start(kind);
    }

    @AfterAll
    void end() {
        if (pair != null) {
            pair.close();
        }
    }

    @BeforeEach
    void open() {
        database = new TestDatabase(pair.primary());
        database.execute("CREATE TABLE a (id int PRIMARY KEY, v text)", "CREATE TABLE other (id int)");
        pair.awaitReplay();
        replica = database.at(pair.standby());
    }

    @AfterEach
    void close() {
        replica.close();
        database.close();
    }

    private void publish() {
        database.execute(
                "CREATE PUBLICATION " + database.slot() + " FOR TABLE ONLY a WITH (publish_via_partition_root = true)");
        pair.awaitReplay();
    }

    private static List<String> keys(RecordingSink sink) {
        return sink.rows().stream().map(row -> row.after().get(0)).toList();
    }

    /** A standby shows no owner of a lock, and the catalog as it was replayed. */
    @Test
    void shouldTellOfDdlWhereItRanWhenAStandbyIsRead() {
        publish();
        ChangeRequest request = replica.request("a");
        database.execute(new DdlTrigger(Names.of(request)).creation());
        pair.awaitReplay();
        try (StreamRun run = pair.begin(replica, request)) {
            database.execute("BEGIN; INSERT INTO a VALUES (1, 'one'); ALTER TABLE a RENAME v TO w;"
                    + " INSERT INTO a VALUES (2, 'two'); COMMIT");
            pair.awaitReplay();
            run.awaitCaughtUp();
            assertEquals(3, run.sink().rows().size());
            assertTrue(run.sink().rows().get(1).statement().describe().contains("columns=v>w"));
        }
    }

    @Test
    void shouldCarryRowsAndGoOnWhenAStandbyIsRead() {
        publish();
        ChangeRequest request = replica.request("a");
        assertTrue(new PostgresSource(replica.dataSource())
                .check(List.of(), request).stream().noneMatch(finding -> finding.severity() == Finding.Severity.ERROR));
        SourcePosition position;
        try (StreamRun run = pair.begin(replica, request)) {
            database.execute("INSERT INTO a VALUES (1, 'one')", "BEGIN; INSERT INTO a VALUES (2); ROLLBACK");
            pair.awaitReplay();
            run.awaitCaughtUp();
            assertEquals(List.of("1"), keys(run.sink()));
            position = run.sink().position();
        }
        database.execute("INSERT INTO a VALUES (3, 'three')");
        pair.awaitReplay();
        replica.awaitInactive();
        try (StreamRun run = StreamRun.resume(replica, request, position)) {
            run.awaitCaughtUp();
            assertEquals(List.of("3"), keys(run.sink()));
        }
        replica.awaitInactive();
        PostgresSource source = new PostgresSource(replica.dataSource());
        List<SourceRemnant> remnants = source.remnants(request);
        assertEquals(
                List.of("slot", "publication"),
                remnants.stream().map(SourceRemnant::kind).toList());
        source.remove(remnants.get(0));
        MillraceException refused = assertThrows(MillraceException.class, () -> source.remove(remnants.get(1)));
        assertTrue(refused.getMessage().contains("on the primary run: DROP PUBLICATION"), refused.getMessage());
    }

    /** EXACTNESS 13: nothing can be written on a standby, and nothing needs to. */
    @Test
    void shouldConfirmWhatOthersWroteWhenAStandbyIsRead() {
        publish();
        try (StreamRun run = pair.begin(replica, replica.request("a"))) {
            String before = replica.confirmed();
            database.execute("INSERT INTO other SELECT generate_series(1, 1000)");
            pair.awaitReplay();
            run.awaitCaughtUp();
            assertTrue(run.sink().heartbeats() > 0);
            run.reader().acknowledge(run.sink().position());
            run.await(() -> !replica.confirmed().equals(before));
        }
    }

    @Test
    void shouldSayWhatToRunOnThePrimaryWhenThereIsNoPublication() {
        PostgresSource source = new PostgresSource(replica.dataSource());
        ChangeRequest request = replica.request("a");
        for (String before : List.of("", "CREATE PUBLICATION " + database.slot() + " FOR TABLE other")) {
            if (!before.isEmpty()) {
                database.execute("DROP PUBLICATION " + database.slot(), before);
                pair.awaitReplay();
            }
            MillraceException refused = assertThrows(MillraceException.class, () -> source.prepare(request));
            assertEquals(ErrorCode.SOURCE_SETTING, refused.code());
            assertTrue(source.check(List.of(), request).stream()
                    .anyMatch(finding -> finding.severity() == Finding.Severity.ERROR
                            && finding.fix().startsWith("on the primary run: ")));
            String said = refused.getMessage();
            database.execute(said.substring(said.indexOf(": ", said.indexOf("primary run")) + 2));
            pair.awaitReplay();
            assertTrue(source.check(List.of(), request).stream()
                    .noneMatch(finding -> finding.severity() == Finding.Severity.ERROR));
        }
        pair.logSnapshotsUntil(CompletableFuture.runAsync(() -> source.prepare(request)));
        assertNotNull(replica.confirmed());
    }

    /** EXACTNESS 33: a standby does not tell which transactions run, so only what lies before the first of them is in a watermark. */
    @Test
    void shouldHoldNothingThatTheSnapshotDoesNotSeeWhenAChunkIsReadOnAStandby() throws Exception {
        publish();
        PostgresSource source = new PostgresSource(replica.dataSource());
        ChangeRequest request = replica.request("a");
        TableSchema schema = source.tables(request.selection()).get(0).schema();
        try (StreamRun run = pair.begin(replica, request);
                ChunkReader reader = source.chunks();
                Connection open = database.connect()) {
            database.execute("INSERT INTO a VALUES (1)");
            open.setAutoCommit(false);
            TestDatabase.execute(open, "INSERT INTO a VALUES (2)");
            database.execute("INSERT INTO a VALUES (3)");
            pair.awaitReplay();
            SourcePosition watermark = reader.begin();
            open.commit();
            database.execute("INSERT INTO a VALUES (4)");
            pair.awaitReplay();
            CollectedRows rows = new CollectedRows(schema, ImageText::of);
            reader.read(schema, Optional.empty(), Optional.empty(), rows);
            reader.end();
            assertEquals(
                    List.of("1", "3"),
                    rows.rows().stream().map(row -> row.get(0)).toList());
            run.awaitCaughtUp();
            List<String> inside = new ArrayList<>();
            for (int i = 0; i < run.sink().ids().size(); i++) {
                if (watermark.contains(run.sink().ids().get(i))) {
                    inside.add(run.sink().transactions().get(i).get(0).after().get(0));
                }
            }
            assertEquals(List.of("1"), inside);
        }
    }
}
