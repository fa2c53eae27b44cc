package io.millrace.reader.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.position.PostgresPosition;
import io.millrace.reader.ChangeRequest;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the slot has where a task is stopped. */
@RealServers(ServerKind.POSTGRES_18)
class EndOfStreamIT {
    private TestDatabase database;

    @BeforeEach
    void create() {
        database = new TestDatabase(Servers.postgres());
    }

    @AfterEach
    void close() {
        database.close();
    }

    /** It is told at most once a second, and at the end: else it would keep, for as long as the task is stopped, what the log has. */
    @Test
    void shouldConfirmWhatWasAcknowledgedJustBeforeTheStop() {
        database.execute("CREATE TABLE a (id int PRIMARY KEY)");
        ChangeRequest request = database.request("a");
        RecordingSink sink = StreamRun.ended(database, request);
        for (int id = 1; id < 6; id++) {
            PostgresPosition last;
            try (StreamRun run = StreamRun.reconnect(database, request, sink)) {
                database.execute("INSERT INTO a VALUES (" + id + ")");
                run.awaitCaughtUp();
                last = (PostgresPosition) sink.position();
                run.reader().acknowledge(last);
            }
            database.awaitInactive();
            assertEquals(PostgresPosition.lsnText(last.lsn()), database.confirmed());
        }
    }
}
