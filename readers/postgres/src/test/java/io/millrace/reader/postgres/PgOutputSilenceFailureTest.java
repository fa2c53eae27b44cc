package io.millrace.reader.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.ChangeRequest;
import io.millrace.servers.PostgresServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Processes of the server stand still, as they do on a machine that swaps, and behind a network that is cut without a word. */
class PgOutputSilenceFailureTest {
    private static final Duration HEARTBEAT = Duration.ofMillis(200);

    private static ChangeRequest impatient(ChangeRequest request) {
        return new ChangeRequest(
                request.taskName(),
                request.serverId(),
                request.selection(),
                HEARTBEAT,
                request.slot(),
                request.publication(),
                request.isTwoPhase());
    }

    /** Some may have ended since they were listed. */
    private static void signal(String name, List<Long> processes) {
        for (long process : processes) {
            try {
                int exit = new ProcessBuilder("kill", "-" + name, String.valueOf(process))
                        .inheritIO()
                        .start()
                        .waitFor();
                boolean isThere =
                        ProcessHandle.of(process).filter(ProcessHandle::isAlive).isPresent();
                assertTrue(exit == 0 || !isThere, () -> "cannot signal: pid=" + process);
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldHearOfAnIdleServerAndWaitForAWalsenderThatStandsStill() {
        try (PostgresServer server = PostgresServer.builder().start();
                TestDatabase database = new TestDatabase(server)) {
            database.execute("CREATE TABLE a (id int PRIMARY KEY)");
            try (StreamRun run = StreamRun.begin(database, impatient(database.request()))) {
                run.awaitCaughtUp();
                long heard = run.reader().status().lastHeardMillis();
                run.await(
                        () -> run.reader().status().lastHeardMillis() > heard + 1_000); // nothing is written meanwhile
                long pid = Long.parseLong(database.value(
                        "SELECT active_pid FROM pg_replication_slots WHERE slot_name = '" + database.slot() + "'"));
                signal("STOP", List.of(pid));
                sleep(HEARTBEAT.toMillis()); // what was on its way
                long last = run.reader().status().lastHeardMillis();
                database.execute("INSERT INTO a VALUES (1)");
                sleep(10 * HEARTBEAT.toMillis());
                assertEquals(last, run.reader().status().lastHeardMillis());
                signal("CONT", List.of(pid));
                run.awaitCaughtUp();
                assertEquals(1, run.sink().rows().size());
                assertTrue(run.reader().status().lastHeardMillis() > last);
            }
        }
    }

    @Test
    void shouldGiveTheConnectionUpWhenTheWholeServerStandsStill() {
        try (PostgresServer server = PostgresServer.builder().start();
                TestDatabase database = new TestDatabase(server)) {
            database.execute("CREATE TABLE a (id int PRIMARY KEY)");
            ChangeRequest request = impatient(database.request());
            RecordingSink sink;
            try (StreamRun run = StreamRun.begin(database, request)) {
                run.awaitCaughtUp();
                sink = run.sink();
                List<Long> processes = ProcessHandle.of(server.pid()).stream()
                        .flatMap(main -> Stream.concat(Stream.of(main), main.descendants()))
                        .map(ProcessHandle::pid)
                        .toList();
                try {
                    signal("STOP", processes);
                    MillraceException lost = run.awaitFailure();
                    assertEquals(ErrorCode.SOURCE_CONNECTION_LOST, lost.code());
                } finally {
                    signal("CONT", processes);
                }
            }
            database.awaitInactive();
            try (StreamRun run = StreamRun.reconnect(database, request, sink)) {
                database.execute("INSERT INTO a VALUES (1)");
                run.awaitCaughtUp();
                assertEquals(1, sink.rows().size());
            }
        }
    }
}
