package io.millrace.pipeline.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.ddl.DdlEvent;
import io.millrace.pipeline.MemoryLog;
import io.millrace.pipeline.ModelSource;
import io.millrace.pipeline.ModelTable;
import io.millrace.position.MySqlGtids;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.row.Operation;
import io.millrace.row.RowEncoder;
import io.millrace.schema.TableSchema;
import io.millrace.wal.ChangeSink;
import io.millrace.wal.FrameHandler;
import io.millrace.wal.LogTailer;
import io.millrace.wal.RowsFlyweight;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A log that is read later: over random logs, with transactions that share documents and documents that share transactions. */
class DelayedLogTest {
    private static final long DELAY = 10_000;
    private static final int SEEDS = Integer.getInteger("seeds", 40);

    private final ModelTable orders = new ModelTable("orders", false, 50);
    private long now = 1_000_000;

    /** Notes which transactions' rows were seen, and when. */
    private static final class Reader implements FrameHandler {
        final List<Long> rows = new ArrayList<>();
        final List<Long> commits = new ArrayList<>();
        private long current;

        @Override
        public void onSchema(int tableNumber, TableSchema schema) {}

        @Override
        public void onBegin(TransactionId transaction) {
            current = transaction.number;
        }

        @Override
        public void onRows(RowsFlyweight frame) {
            for (int i = 0; i < frame.count(); i++) {
                rows.add(current);
            }
        }

        @Override
        public void onCommit(TransactionId transaction) {
            commits.add(transaction.number);
        }

        @Override
        public void onPrepare(TransactionId prepare) {}

        @Override
        public void onResolve(TransactionId prepare) {}

        @Override
        public void onDdl(DdlEvent event) {}

        @Override
        public void onHeartbeat(SourcePosition position, long sourceTimeMicros) {}

        @Override
        public void onDocumentEnd(long nextIndex, boolean isInsideTransaction) {}
    }

    /** A transaction is named by the millisecond of its commit. */
    private void write(ChangeSink sink, int rows) {
        TransactionId id = new TransactionId();
        id.kind = TransactionId.KIND_MYSQL;
        id.number = now;
        sink.begin(id); // when it will be committed is not known yet
        int table = sink.announce(orders.schema());
        for (int i = 0; i < rows; i++) {
            RowEncoder row = sink.beginRow(table, Operation.INSERT);
            orders.encode(row, new ModelSource.ModelRow((long) i, i, "text"), false, 0);
            sink.endRow(i, i);
        }
        id.commitTimeMicros = now * 1_000;
        sink.commit(id);
    }

    @Test
    void shouldShowNothingBeforeItIsOldEnoughAndEverythingThen() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            MemoryLog log = new MemoryLog(MySqlGtids.EMPTY, random);
            DelayedLog delayed = new DelayedLog(log, log.firstIndex(), DELAY, () -> now);
            Reader seen = new Reader();
            LogTailer tailer = delayed.tailer();
            List<Long> written = new ArrayList<>();
            for (int step = 0; step < 60; step++) {
                now += random.nextInt(1_500);
                if (step < 40 && random.nextBoolean()) {
                    written.add(++now);
                    write(log.sink(), 1 + random.nextInt(9));
                    log.sync();
                }
                work(delayed);
                tailer.poll(seen, 100);
                String at = "seed=" + seed + ", step=" + step;
                assertTrue(seen.rows.stream().allMatch(commit -> commit + DELAY <= now), at);
                assertTrue(seen.commits.stream().allMatch(commit -> commit + DELAY <= now), at);
                assertFalse(delayed.durableIndex() > log.durableIndex(), at);
            }
            now += DELAY;
            work(delayed);
            tailer.poll(seen, 1_000);
            assertEquals(written, seen.commits, "seed=" + seed);
            assertEquals(log.durableIndex(), delayed.durableIndex(), "seed=" + seed);
            assertEquals(0, delayed.oldestMicros());
            delayed.closeScout();
        }
    }

    private static void work(DelayedLog delayed) {
        int idle = 0;
        while (idle < 2) {
            idle = delayed.doWork() == 0 ? idle + 1 : 0;
        }
    }

    @Test
    void shouldTellTheOldestCommitThatItHoldsBack() {
        MemoryLog log = new MemoryLog(MySqlGtids.EMPTY, new Random(1));
        DelayedLog delayed = new DelayedLog(log, log.firstIndex(), DELAY, () -> now);
        work(delayed);
        assertEquals(0, delayed.oldestMicros());
        long first = now;
        write(log.sink(), 2);
        log.sync();
        now += 5_000;
        write(log.sink(), 2);
        log.sync();
        work(delayed);
        assertEquals(first * 1_000, delayed.oldestMicros());
        assertFalse(delayed.awaitDurable(log.firstIndex(), 1));
        now += 5_000;
        work(delayed);
        assertTrue(delayed.awaitDurable(log.firstIndex(), 1));
        assertEquals((first + 5_000) * 1_000, delayed.oldestMicros());
    }

    /** A heartbeat holds nothing that could be applied too early, and an idle source's place moves on by it. */
    @Test
    void shouldPassAHeartbeatAtOnce() {
        MemoryLog log = new MemoryLog(MySqlGtids.EMPTY, new Random(1));
        DelayedLog delayed = new DelayedLog(log, log.firstIndex(), DELAY, () -> now);
        log.sink().heartbeat(ModelSource.upTo(7), 0);
        log.sync();
        work(delayed);
        assertEquals(log.durableIndex(), delayed.durableIndex());
    }
}
