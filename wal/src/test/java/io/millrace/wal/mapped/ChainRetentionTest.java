package io.millrace.wal.mapped;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.row.Operation;
import io.millrace.wal.ChangeLog;
import io.millrace.wal.LogTailer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** EXACTNESS 5: chains that stay open while the log goes on, past the files that they began in and past its quota. */
class ChainRetentionTest {
    private static final long QUOTA_BYTES = 12L * ChainLog.FILE_BYTES;

    @TempDir
    Path directory;

    private final AtomicLong millis = new AtomicLong();

    @Test
    void shouldCopyOpenChainsForwardWhenTheirFilesAreDue() {
        try (ChangeLog log = ChainLog.open(directory, QUOTA_BYTES, millis::get);
                LogTailer tailer = log.tailer()) {
            Workload work = new Workload(log.sink());
            ChainWorkload chains = new ChainWorkload(log.sink(), work);
            int orders = log.sink().announce(Workload.table("orders"));
            for (int xid = 1; xid <= 2; xid++) {
                chains.begin(xid);
                chains.row(orders, "orders", Operation.INSERT, xid, 50);
                chains.suspend();
            }
            chains.prepare(2, "x");
            Journal journal = new Journal();
            for (int i = 0; i < 400; i++) {
                work.transaction(orders, "orders", 20, 200);
                log.sink().flush();
                ChangeLogTest.awaitAll(log);
                log.retainFrom(ChainLog.read(tailer, journal));
                millis.addAndGet(Retention.MILLIS_BEHIND);
            }
            long files = log.status().files();
            assertTrue(files < 12, () -> "files=" + files);
            chains.commitPrepared("x");
            chains.commit(1);
            ChangeLogTest.awaitAll(log);
            ChainLog.read(tailer, journal);
            assertEquals(work.expected, ChainLog.once(journal));
        }
    }

    @Test
    void shouldLetOthersPassWhenAnOpenChainIsLargerThanTheQuota() {
        try (ChangeLog log = ChainLog.open(directory, QUOTA_BYTES, millis::get);
                LogTailer tailer = log.tailer()) {
            Workload work = new Workload(log.sink());
            ChainWorkload chains = new ChainWorkload(log.sink(), work);
            int orders = log.sink().announce(Workload.table("orders"));
            Journal journal = new Journal();
            AtomicBoolean isDone = new AtomicBoolean();
            Thread lane = new Thread(() -> {
                while (!isDone.get() || log.durableIndex() > tailer.nextIndex()) {
                    log.retainFrom(ChainLog.read(tailer, journal));
                    millis.addAndGet(Retention.MILLIS_BEHIND);
                    log.awaitDurable(tailer.nextIndex(), 5);
                }
            });
            lane.start();
            chains.begin(1);
            for (int i = 0; i < 20_000; i++) {
                chains.row(orders, "orders", Operation.INSERT, i, 100);
            }
            chains.suspend();
            assertTrue(log.status().bytesOnDisk() > QUOTA_BYTES);
            for (int i = 0; i < 20; i++) {
                work.transaction(orders, "orders", 5, 50);
                log.sink().flush();
            }
            chains.commit(1);
            ChangeLogTest.awaitAll(log);
            isDone.set(true);
            join(lane);
            assertEquals(work.expected, journal.lines);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join(20_000);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertFalse(thread.isAlive(), "it still reads");
    }
}
