package io.millrace.wal.mapped;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.MySqlGtids;
import io.millrace.row.Operation;
import io.millrace.wal.ChangeLog;
import io.millrace.wal.LogSettings;
import io.millrace.wal.LogTailer;
import io.millrace.wal.file.CountedCycle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** EXACTNESS 3 to 5: what the log does where space ends, and what it deletes. */
class LogLimitsTest {
    private static final int FILE_BYTES = 64 << 10;

    @TempDir
    Path directory;

    private final FaultyFiles files = new FaultyFiles();
    private final AtomicLong millis = new AtomicLong();

    private ChangeLog open(long quotaBytes) {
        return open(quotaBytes, Duration.ZERO);
    }

    private ChangeLog open(long quotaBytes, Duration keep) {
        LogSettings settings = new LogSettings(
                directory, quotaBytes, FILE_BYTES, MySqlGtids.EMPTY, Optional.empty(), "shop_to_dw", keep);
        return MappedChangeLog.open(settings, TestLimits.SMALL, files, millis::get);
    }

    private static void await(BooleanSupplier condition) {
        for (int i = 0; i < 6000 && !condition.getAsBoolean(); i++) {
            pause();
        }
        assertTrue(condition.getAsBoolean());
    }

    private static void pause() {
        try {
            Thread.sleep(5);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Thread start(AtomicReference<Throwable> failure, Runnable work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (RuntimeException | Error e) {
                failure.set(e);
            }
        });
        thread.start();
        return thread;
    }

    private static void join(Thread thread) {
        try {
            thread.join(20_000);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertFalse(thread.isAlive(), "it still waits");
    }

    @Test
    void shouldWaitAtTheQuotaAndGoOnWhenFilesWereFreed() {
        try (ChangeLog log = open(10 * FILE_BYTES)) {
            Workload work = new Workload(log.sink());
            int orders = log.sink().announce(Workload.table("orders"));
            AtomicReference<Throwable> failure = new AtomicReference<>();
            Thread reader = start(failure, () -> {
                for (int i = 0; i < 300; i++) {
                    work.transaction(orders, "orders", 20, 200);
                    log.sink().flush();
                }
            });
            await(() -> log.status().isFull());
            assertTrue(log.status().fullSinceMillis() > 0);
            assertTrue(
                    log.status().bytesOnDisk() <= 11 * FILE_BYTES,
                    () -> "bytes=" + log.status().bytesOnDisk());
            Journal journal = new Journal();
            try (LogTailer tailer = log.tailer()) {
                while (reader.isAlive()) {
                    tailer.poll(journal, 100);
                    tailer.release();
                    log.retainFrom(tailer.nextIndex());
                    millis.addAndGet(Retention.MILLIS_BEHIND);
                    pause();
                }
                assertEquals(null, failure.get());
                ChangeLogTest.awaitAll(log);
                while (tailer.poll(journal, 100) > 0) {
                    tailer.release();
                }
            }
            assertEquals(work.expected, journal.lines);
            assertFalse(log.status().isFull());
        }
    }

    @Test
    void shouldWaitWhileTheDiskIsFullAndGoOnByItself() {
        try (ChangeLog log = open(1L << 40)) {
            Workload work = new Workload(log.sink());
            int orders = log.sink().announce(Workload.table("orders"));
            files.freeBytes = FILE_BYTES;
            AtomicReference<Throwable> failure = new AtomicReference<>();
            Thread reader = start(failure, () -> {
                for (int i = 0; i < 100; i++) {
                    work.transaction(orders, "orders", 20, 200);
                    log.sink().flush();
                }
            });
            await(() -> log.status().isFull());
            files.freeBytes = Long.MAX_VALUE;
            join(reader);
            assertEquals(null, failure.get());
            ChangeLogTest.awaitAll(log);
            assertFalse(log.status().isFull());
            try (LogTailer tailer = log.tailer()) {
                assertEquals(work.expected, ChangeLogTest.readAll(log, tailer).lines);
            }
        }
    }

    /** A task that is stopped while its disk is full. */
    @Test
    void shouldCloseWhenTheSinkWaitsForSpace() {
        for (int round = 0; round < 20; round++) {
            Path own = directory.resolve("round" + round);
            LogSettings settings =
                    new LogSettings(own, 1L << 40, FILE_BYTES, MySqlGtids.EMPTY, Optional.empty(), "shop_to_dw");
            files.freeBytes = Long.MAX_VALUE;
            AtomicReference<Throwable> failure = new AtomicReference<>();
            ChangeLog closed = MappedChangeLog.open(settings, TestLimits.SMALL, files, millis::get);
            Workload work = new Workload(closed.sink());
            int orders = closed.sink().announce(Workload.table("orders"));
            files.freeBytes = FILE_BYTES;
            Thread reader = start(failure, () -> {
                for (int i = 0; i < 1_000; i++) {
                    work.transaction(orders, "orders", 20, 200);
                }
            });
            await(() -> closed.status().isFull());
            closed.close();
            join(reader);
            long durable = closed.durableIndex();
            assertTrue(failure.get() instanceof MillraceException, () -> "failure=" + failure.get());
            files.freeBytes = Long.MAX_VALUE;
            try (ChangeLog log = MappedChangeLog.open(settings, TestLimits.SMALL, files, millis::get)) {
                assertTrue(log.contains(durable));
            }
        }
    }

    /** The position stands before it, so that it comes again. */
    @Test
    void shouldGiveUpWhatIsNotPublishedWhenClosedOnAFullDisk() {
        Workload work;
        String before;
        int kept;
        try (ChangeLog log = open(1L << 40)) {
            work = new Workload(log.sink());
            int orders = log.sink().announce(Workload.table("orders"));
            for (int i = 0; i < 20; i++) { // past the room that a file begins with
                work.transaction(orders, "orders", 3, 100);
                log.sink().flush();
            }
            ChangeLogTest.awaitAll(log);
            kept = work.expected.size();
            before = log.sink().position().text();
            work.transaction(orders, "orders", 3, 10);
            files.freeBytes = 0;
        }
        files.freeBytes = Long.MAX_VALUE;
        try (ChangeLog log = open(1L << 40);
                LogTailer tailer = log.tailer()) {
            assertEquals(before, log.sink().position().text());
            assertEquals(work.expected.subList(0, kept), ChangeLogTest.readAll(log, tailer).lines);
        }
    }

    /** EXACTNESS 4. */
    @Test
    void shouldPassTheQuotaInsideATransaction() {
        try (ChangeLog log = open(8 * FILE_BYTES)) {
            Workload work = new Workload(log.sink());
            int orders = log.sink().announce(Workload.table("orders"));
            work.transaction(orders, "orders", 10_000, 100);
            log.sink().flush();
            ChangeLogTest.awaitAll(log);
            assertTrue(log.status().bytesOnDisk() > 8 * FILE_BYTES);
            try (LogTailer tailer = log.tailer()) {
                assertEquals(work.expected, ChangeLogTest.readAll(log, tailer).lines);
            }
        }
    }

    /** EXACTNESS 4. */
    @Test
    void shouldNameTheTransactionThatFillsTheDisk() {
        try (ChangeLog log = open(1L << 40)) {
            Workload work = new Workload(log.sink());
            int orders = log.sink().announce(Workload.table("orders"));
            work.transaction(orders, "orders", 1, 100);
            ChangeLogTest.awaitAll(log);
            log.retainFrom(log.durableIndex());
            files.freeBytes = 4 * FILE_BYTES;
            MillraceException full =
                    assertThrows(MillraceException.class, () -> work.transaction(orders, "orders", 10_000, 100));
            assertEquals(ErrorCode.TRANSACTION_TOO_LARGE, full.code());
            assertTrue(full.getMessage().contains("transaction=" + Workload.SERVER + ":2"), full.getMessage());
        }
    }

    @Test
    void shouldCommitOnAFullDisk() {
        try (ChangeLog log = open(1L << 40)) {
            Workload work = new Workload(log.sink());
            int orders = log.sink().announce(Workload.table("orders"));
            work.begin();
            long published;
            int row = 0;
            do { // until a document was closed by the row before, so that COMMIT needs one of its own
                published = log.status().appendedBytes();
                work.row(orders, "orders", Operation.INSERT, row++, 100);
            } while (log.status().appendedBytes() == published);
            files.freeBytes = 0;
            work.commit();
            ChangeLogTest.awaitAll(log);
            try (LogTailer tailer = log.tailer()) {
                assertEquals(work.expected, ChangeLogTest.readAll(log, tailer).lines);
            }
        }
    }

    @Test
    void shouldRefuseANewLogOnAFullDisk() {
        files.freeBytes = 0;
        MillraceException full = assertThrows(MillraceException.class, () -> open(1L << 40));
        assertEquals(ErrorCode.LOG_DISK_FULL, full.code());
        files.freeBytes = Long.MAX_VALUE;
        try (ChangeLog log = open(1L << 40)) {
            assertTrue(log.isNew());
        }
    }

    @Test
    void shouldOpenAnOldLogOnAFullDiskSoThatLanesCanDrainIt() {
        Workload work;
        try (ChangeLog log = open(1L << 40)) {
            work = new Workload(log.sink());
            work.transaction(log.sink().announce(Workload.table("orders")), "orders", 3, 10);
        }
        files.freeBytes = 0;
        try (ChangeLog log = open(1L << 40);
                LogTailer tailer = log.tailer()) {
            assertEquals(work.expected, ChangeLogTest.readAll(log, tailer).lines);
        }
    }

    @Test
    void shouldFailForGoodWhenAForceFails() {
        long durable;
        try (ChangeLog log = open(1L << 40)) {
            Workload work = new Workload(log.sink());
            int orders = log.sink().announce(Workload.table("orders"));
            work.transaction(orders, "orders", 3, 10);
            ChangeLogTest.awaitAll(log);
            durable = log.durableIndex();
            int before = work.expected.size();
            files.isForceFailing = true;
            work.transaction(orders, "orders", 3, 10);
            log.sink().flush();
            assertFalse(log.awaitDurable(durable, 10_000));
            files.isForceFailing = false;
            MillraceException failed = assertThrows(MillraceException.class, () -> {
                for (int i = 0; i < 100; i++) {
                    work.transaction(orders, "orders", 3, 10);
                    log.sink().flush();
                }
            });
            assertEquals(ErrorCode.LOG_SYNC_FAILED, failed.code());
            assertEquals(durable, log.durableIndex());
            try (LogTailer tailer = log.tailer()) {
                assertEquals(work.expected.subList(0, before), ChangeLogTest.readAll(log, tailer).lines);
            }
        }
        try (ChangeLog log = open(1L << 40)) {
            assertTrue(log.contains(durable));
        }
    }

    /** {@code log_keep}: each file for so long, and all of them no longer where there is no space. */
    @Test
    void shouldKeepFilesThatAreAppliedForAsLongAsIsAsked() {
        try (ChangeLog log = open(1L << 40, Duration.ofHours(1))) {
            Workload work = new Workload(log.sink());
            int orders = log.sink().announce(Workload.table("orders"));
            long[] middle = new long[1];
            while (log.status().files() < 12) {
                work.transaction(orders, "orders", 100, 100);
                log.sink().flush();
                if (log.status().files() == 6 && middle[0] == 0) {
                    ChangeLogTest.awaitAll(log);
                    middle[0] = log.durableIndex();
                    log.retainFrom(middle[0]);
                    heartbeat(log, 10);
                }
            }
            ChangeLogTest.awaitAll(log);
            long first = log.firstIndex();
            millis.addAndGet(1_800_000);
            log.retainFrom(log.durableIndex());
            heartbeat(log, 11);
            assertEquals(first, log.firstIndex());
            millis.addAndGet(1_800_000); // an hour since the first half was applied
            heartbeat(log, 12);
            await(() -> log.firstIndex() > first);
            assertTrue(log.contains(middle[0]), "what was applied later stays");
            assertTrue(log.status().files() > 1 + Retention.FILES_BEHIND);
            millis.addAndGet(1_800_000);
            heartbeat(log, 13);
            await(() -> log.status().files() == 1 + Retention.FILES_BEHIND);
            assertFalse(log.contains(middle[0]));
        }
    }

    @Test
    void shouldStayTwoFilesAndAMinuteBehindTheSlowestCheckpoint() {
        try (ChangeLog log = open(1L << 40)) {
            Workload work = new Workload(log.sink());
            int orders = log.sink().announce(Workload.table("orders"));
            while (log.status().files() < 8) {
                work.transaction(orders, "orders", 100, 100);
                log.sink().flush();
            }
            ChangeLogTest.awaitAll(log);
            long first = log.firstIndex();
            long bytes = log.status().bytesOnDisk();
            log.retainFrom(log.durableIndex());
            heartbeat(log, 10);
            assertEquals(first, log.firstIndex());
            millis.addAndGet(Retention.MILLIS_BEHIND - 1);
            heartbeat(log, 11);
            assertEquals(first, log.firstIndex());
            millis.addAndGet(1);
            heartbeat(log, 12);
            await(() -> log.firstIndex() > first);
            await(() -> log.status().bytesOnDisk() < bytes);
            assertEquals(1 + Retention.FILES_BEHIND, log.status().files());
            assertFalse(log.contains(first));
            assertFalse(Files.exists(directory.resolve("e0000000001").resolve(CountedCycle.fileName(1))));
            try (LogTailer tailer = log.tailer()) {
                ChangeLogTest.readAll(log, tailer);
                assertEquals(log.durableIndex(), tailer.nextIndex());
            }
        }
    }

    /** Makes the sync thread run a round. */
    private static void heartbeat(ChangeLog log, long time) {
        log.sink().heartbeat(log.sink().position(), time);
        ChangeLogTest.awaitAll(log);
        log.sink().heartbeat(log.sink().position(), time);
        ChangeLogTest.awaitAll(log);
    }
}
