package io.millrace.wal.mapped;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.MySqlGtids;
import io.millrace.position.SourcePosition;
import io.millrace.row.Operation;
import io.millrace.wal.ChangeLog;
import io.millrace.wal.LogSettings;
import io.millrace.wal.LogStatus;
import io.millrace.wal.LogTailer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangeLogTest {
    @TempDir
    Path directory;

    private LogSettings settings() {
        return new LogSettings(directory, 1L << 30, 2 << 20, MySqlGtids.EMPTY, Optional.empty(), "shop_to_dw");
    }

    private ChangeLog open() {
        return ChangeLogs.open(settings());
    }

    static void awaitAll(ChangeLog log) {
        log.sink().flush();
        LogStatus status = log.status();
        for (int i = 0; i < 1000 && status.forcedBytes() < status.appendedBytes(); i++) {
            log.awaitDurable(Long.MAX_VALUE, 5);
            status = log.status();
        }
    }

    static Journal readAll(ChangeLog log, LogTailer tailer) {
        Journal journal = new Journal();
        while (tailer.poll(journal, 3) > 0) {
            tailer.release();
        }
        return journal;
    }

    /** EXACTNESS 31: who waits for the log sleeps until something is durable. */
    @Test
    void shouldSleepUntilSomethingIsDurable() throws InterruptedException {
        try (ChangeLog log = open();
                LogTailer tailer = log.tailer()) {
            awaitAll(log);
            while (tailer.poll(new Journal(), 3) > 0) {
                tailer.release();
            }
            long next = tailer.nextIndex();
            long asked = System.nanoTime();
            assertFalse(log.awaitDurable(next, 50));
            assertTrue(System.nanoTime() - asked >= 40_000_000L, "nothing came");
            boolean[] isThere = new boolean[1];
            Thread waiting = new Thread(() -> isThere[0] = log.awaitDurable(next, 60_000));
            waiting.start();
            int orders = log.sink().announce(Workload.table("orders"));
            new Workload(log.sink()).transaction(orders, "orders", 1, 1);
            log.sink().flush();
            waiting.join();
            assertTrue(isThere[0], "a transaction came");
        }
    }

    @Test
    void shouldHandOutWhatWasCommittedWhenItIsDurable() {
        try (ChangeLog log = open()) {
            assertTrue(log.isNew());
            Workload work = new Workload(log.sink());
            int orders = log.sink().announce(Workload.table("orders"));
            work.transaction(orders, "orders", 3, 10);
            work.begin();
            work.row(orders, "orders", Operation.UPDATE, 7, 5);
            work.row(orders, "orders", Operation.DELETE, 8, 6);
            log.sink().flush();
            awaitAll(log);
            try (LogTailer tailer = log.tailer()) {
                assertEquals(work.expected, readAll(log, tailer).lines);
                work.commit();
                log.sink().flush();
                awaitAll(log);
                assertEquals(
                        List.of(
                                "begin 2",
                                "UPDATE orders 0 7 5 " + "77777".hashCode(),
                                "DELETE orders 1 8 6 " + "888888".hashCode(),
                                "commit 2"),
                        readAll2(tailer));
            }
            assertEquals(
                    "gtid:" + Workload.SERVER + ":1-2", log.durablePosition().text());
        }
    }

    private static List<String> readAll2(LogTailer tailer) {
        Journal journal = new Journal();
        journal.schemas.put(1, Workload.table("orders"));
        tailer.poll(journal, 100);
        return journal.lines;
    }

    @Test
    void shouldRollBySizeAndReopen() {
        List<String> expected;
        UUID id;
        try (ChangeLog log = open()) {
            id = log.id();
            Workload work = new Workload(log.sink());
            int orders = log.sink().announce(Workload.table("orders"));
            int lines = log.sink().announce(Workload.table("lines"));
            for (int i = 0; i < 300; i++) {
                work.transaction(i % 3 == 0 ? orders : lines, i % 3 == 0 ? "orders" : "lines", i % 50 * 10, 100);
            }
            work.begin();
            work.row(orders, "orders", Operation.INSERT, 1, 3_000_000);
            work.row(orders, "orders", Operation.INSERT, 2, 300_000);
            work.row(orders, "orders", Operation.INSERT, 3, 600_000);
            work.commit();
            log.sink().flush();
            expected = work.expected;
            awaitAll(log);
            assertTrue(log.status().files() > 4, "files=" + log.status().files());
            try (LogTailer tailer = log.tailer()) {
                assertEquals(expected, readAll(log, tailer).lines);
            }
        }
        try (ChangeLog log = open()) {
            assertFalse(log.isNew());
            assertEquals(id, log.id());
            assertEquals(
                    "gtid:" + Workload.SERVER + ":1-301", log.sink().position().text());
            assertEquals(301, log.sink().lastTransaction().number);
            Workload work = new Workload(log.sink(), 302);
            work.expected.addAll(expected);
            assertEquals(1, log.sink().announce(Workload.table("orders")));
            work.transaction(1, "orders", 5, 5);
            log.sink().flush();
            awaitAll(log);
            try (LogTailer tailer = log.tailer()) {
                assertEquals(work.expected, readAll(log, tailer).lines);
            }
        }
    }

    @Test
    void shouldDropACutTransactionAndGoOnInANewFile() {
        try (ChangeLog log = open()) {
            Workload work = new Workload(log.sink());
            int orders = log.sink().announce(Workload.table("orders"));
            work.transaction(orders, "orders", 3, 10);
            work.begin();
            for (int i = 0; i < 3000; i++) {
                work.row(orders, "orders", Operation.INSERT, i, 1000);
            }
            work.abort();
            work.transaction(orders, "orders", 4, 10);
            log.sink().flush();
            awaitAll(log);
            try (LogTailer tailer = log.tailer()) {
                assertEquals(work.expected, readAll(log, tailer).lines);
            }
        }
    }

    @Test
    void shouldRefuseASecondOpenOfTheSameDirectory() {
        try (ChangeLog log = open()) {
            assertTrue(log.isNew());
            MillraceException refused = assertThrows(MillraceException.class, this::open);
            assertEquals(ErrorCode.DATA_DIRECTORY_LOCKED, refused.code());
            assertTrue(
                    refused.getMessage()
                            .contains("pid=" + ProcessHandle.current().pid()),
                    refused.getMessage());
        }
    }

    @Test
    void shouldMoveToAnyDocumentEnd() {
        try (ChangeLog log = open()) {
            Workload work = new Workload(log.sink());
            int orders = log.sink().announce(Workload.table("orders"));
            for (int i = 0; i < 30; i++) {
                work.transaction(orders, "orders", i * 40, 200);
            }
            log.sink().flush();
            awaitAll(log);
            try (LogTailer tailer = log.tailer()) {
                Journal all = new Journal();
                List<Integer> counts = new ArrayList<>();
                while (tailer.poll(all, 1) > 0) {
                    counts.add(all.lines.size());
                }
                for (int i = 0; i < all.ends.size(); i++) {
                    assertTrue(log.contains(all.ends.get(i)));
                    try (LogTailer other = log.tailer()) {
                        other.moveTo(all.ends.get(i));
                        Journal rest = readAll(log, other);
                        List<String> tail = new ArrayList<>(all.lines.subList(counts.get(i), all.lines.size()));
                        if (all.insides.get(i) && !tail.isEmpty()) {
                            rest.lines.remove(0);
                        }
                        assertEquals(tail, rest.lines);
                    }
                }
            }
        }
    }

    @Test
    void shouldDropRowsThatWereRolledBack() {
        try (ChangeLog log = open()) {
            Workload work = new Workload(log.sink());
            int orders = log.sink().announce(Workload.table("orders"));
            for (int size : new int[] {5, 500}) {
                work.begin();
                work.row(orders, "orders", Operation.INSERT, 1, 10);
                long outer = work.mark();
                for (int i = 0; i < size; i++) {
                    work.row(orders, "orders", Operation.INSERT, i, 1000);
                }
                long inner = work.mark();
                work.row(orders, "orders", Operation.DELETE, 2, 10);
                work.rollbackTo(inner);
                work.row(orders, "orders", Operation.DELETE, 3, 10);
                work.rollbackTo(outer);
                work.row(orders, "orders", Operation.UPDATE, 4, 10);
                work.commit();
            }
            log.sink().flush();
            awaitAll(log);
            try (LogTailer tailer = log.tailer()) {
                assertEquals(work.expected, readAll(log, tailer).lines);
            }
        }
    }

    @Test
    void shouldKeepTheHeartbeatsPosition() {
        try (ChangeLog log = open()) {
            log.sink().heartbeat(SourcePosition.parse("gtid:" + Workload.SERVER + ":1-9"), 5);
            log.sink().flush();
            awaitAll(log);
        }
        try (ChangeLog log = open()) {
            assertEquals(
                    "gtid:" + Workload.SERVER + ":1-9", log.sink().position().text());
        }
    }
}
