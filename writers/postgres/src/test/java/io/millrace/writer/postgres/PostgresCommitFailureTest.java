package io.millrace.writer.postgres;

import static io.millrace.writer.TestSchemas.bigint;
import static io.millrace.writer.TestSchemas.checkpoint;
import static io.millrace.writer.TestSchemas.table;
import static io.millrace.writer.TestSchemas.varchar;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.servers.Direction;
import io.millrace.servers.FaultProxy;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.LaneWriter;
import io.millrace.writer.RunOperation;
import io.millrace.writer.Target;
import io.millrace.writer.TargetSettings;
import io.millrace.writer.TargetTable;
import io.millrace.writer.TestBatch;
import io.millrace.writer.TestRun;
import io.millrace.writer.TypeOptions;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections cut at any byte of a batch: the checkpoint tells what became of it, and nothing is applied twice. */
@RealServers(ServerKind.POSTGRES_18)
class PostgresCommitFailureTest {
    private static final int ROUNDS = 60;

    private final PostgresServer server;
    private final PostgresLab lab;
    private FaultProxy proxy;
    private Target target;
    private LaneWriter writer;
    private TargetTable items;

    PostgresCommitFailureTest(PostgresServer server) {
        this.server = server;
        lab = new PostgresLab(server);
    }

    @BeforeEach
    void open() {
        proxy = FaultProxy.to(server);
        target = new PostgresTargetProvider()
                .open(lab.dataSource(proxy.port()), new TargetSettings("cut", "millrace", TypeOptions.DEFAULT));
        items = lab.create(target, table("shop", "items", 1, bigint("id"), varchar("note", 60)));
        target.control().prepare();
        target.control().replace(List.of(), List.of(checkpoint(0, 1, 0)));
        lab.execute("CREATE TABLE dw.seen (id bigint PRIMARY KEY)");
        lab.execute("CREATE FUNCTION dw.see() RETURNS trigger LANGUAGE plpgsql AS"
                + " 'BEGIN INSERT INTO dw.seen VALUES (NEW.id); RETURN NULL; END'");
        lab.execute("CREATE TRIGGER see AFTER INSERT OR UPDATE ON dw.items FOR EACH ROW EXECUTE FUNCTION dw.see()");
        lab.execute("ALTER TABLE dw.items ENABLE ALWAYS TRIGGER see");
        writer = target.laneWriter(0);
    }

    @AfterEach
    void close() {
        proxy.heal();
        writer.close();
        target.close();
        proxy.close();
    }

    private TestRun rows(long from, int count) {
        TestRun run = new TestRun(items, RunOperation.INSERT);
        for (long id = from; id < from + count; id++) {
            run.row(id, "note " + id);
        }
        return run;
    }

    @Test
    void shouldKnowWhatStandsWhenConnectionIsCutAnywhere() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed=" + seed);
        Random random = new Random(seed);
        Checkpoint now = writer.checkpoint();
        int lost = 0;
        int committed = 0;
        for (int round = 0; round < ROUNDS; round++) {
            int count = random.nextBoolean() ? 1 + random.nextInt(20) : 500 + random.nextInt(2_000);
            Direction direction = random.nextBoolean() ? Direction.TO_SERVER : Direction.TO_CLIENT;
            // Whole batches of that size, the second with everything prepared, say how many bytes there are to cut at.
            long bytes = 0;
            for (int i = 0; i < 2; i++) {
                long before = proxy.bytes(direction);
                now = applyAfterACut(now, count);
                bytes = proxy.bytes(direction) - before;
            }
            proxy.cutAfter(direction, 1 + (long) (random.nextDouble() * bytes));
            Checkpoint next = checkpoint(0, 1, now.logIndex() + count);
            try {
                now = apply(now, count);
            } catch (MillraceException e) {
                assertEquals(ErrorCode.TARGET_CONNECTION_LOST, e.code(), "seed=" + seed + ": " + e.display());
                lost++;
                proxy.heal();
                Checkpoint found = writer.checkpoint();
                assertTrue(found.equals(now) || found.equals(next), "seed=" + seed + ": " + found);
                committed += found.equals(next) ? 1 : 0;
                now = found;
            }
            proxy.heal();
        }
        assertEquals(
                List.of(List.of(Long.toString(now.logIndex()), Long.toString(now.logIndex()))),
                lab.query("SELECT (SELECT count(*) FROM dw.items), (SELECT count(*) FROM dw.seen)"));
        System.out.println("cut " + lost + " of " + ROUNDS + ", of which committed " + committed);
        assertTrue(lost > ROUNDS / 2 && committed > 0 && committed < lost, "seed=" + seed + ", lost=" + lost);
    }

    /** A cut behind the last byte that an answer needs is met by the batch after it, of which nothing stands then. */
    private Checkpoint applyAfterACut(Checkpoint now, int count) {
        try {
            return apply(now, count);
        } catch (MillraceException e) {
            assertEquals(ErrorCode.TARGET_CONNECTION_LOST, e.code(), e.display());
            assertEquals(now, writer.checkpoint());
            return apply(now, count);
        }
    }

    private Checkpoint apply(Checkpoint now, int count) {
        Checkpoint next = checkpoint(0, 1, now.logIndex() + count);
        writer.apply(TestBatch.of(rows(now.logIndex(), count)), now, next);
        return next;
    }

    @Test
    void shouldFailSoonWhenServerIsGone() {
        Checkpoint now = writer.checkpoint();
        proxy.refuse();
        proxy.cut();
        MillraceException lost = assertThrows(
                MillraceException.class, () -> writer.apply(TestBatch.of(rows(0, 3)), now, checkpoint(0, 1, 3)));
        assertEquals(ErrorCode.TARGET_CONNECTION_LOST, lost.code(), lost.display());
        MillraceException unreachable = assertThrows(MillraceException.class, writer::checkpoint);
        assertEquals(ErrorCode.TARGET_UNREACHABLE, unreachable.code(), unreachable.display());
        proxy.accept();
        assertEquals(now, writer.checkpoint());
        writer.apply(TestBatch.of(rows(0, 3)), now, checkpoint(0, 1, 3));
        assertEquals("3", lab.query("SELECT count(*) FROM dw.items").get(0).get(0));
    }

    @Test
    void shouldLoseTheConnectionWhenServerShutsDownInBetween() {
        Checkpoint now = writer.checkpoint();
        lab.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'millrace lane%'"
                        + " AND datname = current_database()");
        MillraceException lost = assertThrows(
                MillraceException.class, () -> writer.apply(TestBatch.of(rows(0, 3)), now, checkpoint(0, 1, 3)));
        assertEquals(ErrorCode.TARGET_CONNECTION_LOST, lost.code(), lost.display());
        assertEquals(now, writer.checkpoint());
    }

    @Test
    void shouldCloseAtOnceWhenServerDoesNotListen() {
        writer.checkpoint();
        proxy.hold();
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            writer.close();
            target.close();
        });
    }

    @Test
    void shouldBeBusyWhenAnotherSessionHoldsTheRowsForTooLong() throws Exception {
        Checkpoint now = writer.checkpoint();
        AtomicBoolean isOver = new AtomicBoolean(); // the writer's own patience may end first
        lab.whileOpen("LOCK TABLE dw.items IN ACCESS EXCLUSIVE MODE", () -> {
            Thread cancelling = new Thread(() -> {
                while (!isOver.get()
                        && lab.query("SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                                        + " AND application_name LIKE 'millrace lane%' AND wait_event_type = 'Lock'"
                                        + " AND pg_cancel_backend(pid)")
                                .isEmpty()) {
                    Thread.onSpinWait();
                }
            });
            cancelling.start();
            MillraceException busy = assertThrows(
                    MillraceException.class, () -> writer.apply(TestBatch.of(rows(0, 3)), now, checkpoint(0, 1, 3)));
            assertEquals(ErrorCode.TARGET_BUSY, busy.code(), busy.display());
            isOver.set(true);
            cancelling.join();
            return null;
        });
        assertEquals(now, writer.checkpoint());
        writer.apply(TestBatch.of(rows(0, 3)), now, checkpoint(0, 1, 3));
    }
}
