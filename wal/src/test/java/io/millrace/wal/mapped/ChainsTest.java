package io.millrace.wal.mapped;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.TransactionId;
import io.millrace.row.Operation;
import io.millrace.wal.ChainSink;
import io.millrace.wal.ChangeLog;
import io.millrace.wal.ChangeSink;
import io.millrace.wal.LogTailer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** EXACTNESS 5: transactions that lie open in the log are read back at their COMMIT, and leave nothing where there is none. */
class ChainsTest {
    @TempDir
    Path directory;

    private static Journal readAll(ChangeLog log, LogTailer tailer) {
        ChangeLogTest.awaitAll(log);
        return ChangeLogTest.readAll(log, tailer);
    }

    private ChangeLog open() {
        return ChainLog.open(directory, 1L << 30, () -> 0);
    }

    @Test
    void shouldReadRowsBackWhenAChainCommits() {
        try (ChangeLog log = open();
                LogTailer tailer = log.tailer()) {
            Workload work = new Workload(log.sink());
            ChainWorkload chains = new ChainWorkload(log.sink(), work);
            int orders = log.sink().announce(Workload.table("orders"));
            chains.begin(7);
            chains.row(orders, "orders", Operation.INSERT, 1, 10);
            chains.suspend();
            work.transaction(orders, "orders", 3, 10);
            chains.begin(8);
            chains.row(orders, "orders", Operation.INSERT, 2, 10);
            chains.suspend();
            chains.resume(7);
            chains.row(orders, "orders", Operation.UPDATE, 3, 10);
            chains.suspend();
            chains.abort(8);
            chains.commit(7);
            Journal journal = readAll(log, tailer);
            assertEquals(work.expected, journal.lines);
        }
    }

    @Test
    void shouldDropRowsWhenSubtransactionsAbort() {
        try (ChangeLog log = open();
                LogTailer tailer = log.tailer()) {
            Workload work = new Workload(log.sink());
            ChainWorkload chains = new ChainWorkload(log.sink(), work);
            int orders = log.sink().announce(Workload.table("orders"));
            chains.begin(7);
            for (int i = 0; i < 600; i++) {
                chains.sub(i % 5 == 0 ? 7 : 100 + i % 5);
                chains.row(orders, "orders", Operation.INSERT, i, 50);
            }
            chains.suspend();
            chains.abortSub(7, 101);
            chains.abortSub(7, 103);
            chains.abortSub(7, 999);
            assertEquals(360, log.sink().chainRows(7));
            chains.commit(7);
            assertEquals(work.expected, readAll(log, tailer).lines);
        }
    }

    @Test
    void shouldKeepAStatementsPlaceAndDropItWithItsSubtransaction() {
        try (ChangeLog log = open();
                LogTailer tailer = log.tailer()) {
            Workload work = new Workload(log.sink());
            ChainWorkload chains = new ChainWorkload(log.sink(), work);
            int orders = log.sink().announce(Workload.table("orders"));
            chains.begin(7);
            chains.statement();
            chains.row(orders, "orders", Operation.INSERT, 1, 50);
            chains.sub(101);
            chains.statement();
            chains.suspend();
            chains.resume(7);
            chains.sub(102);
            chains.statement();
            chains.row(orders, "orders", Operation.INSERT, 2, 50);
            chains.suspend();
            chains.abortSub(7, 101);
            chains.begin(8);
            chains.statement();
            chains.suspend();
            chains.prepare(7, "x");
            chains.commitPrepared("x");
            chains.commit(8);
            chains.begin(9);
            chains.statement();
            chains.suspend();
            chains.abort(9);
            assertEquals(work.expected, readAll(log, tailer).lines);
            assertEquals(
                    3,
                    work.expected.stream()
                            .filter(line -> line.startsWith("ddl"))
                            .count());
        }
    }

    @Test
    void shouldGoOnInAChainsMidstWhenATailerMovesToItsCommit() {
        try (ChangeLog log = open();
                LogTailer tailer = log.tailer();
                LogTailer later = log.tailer()) {
            Workload work = new Workload(log.sink());
            ChainWorkload chains = new ChainWorkload(log.sink(), work);
            int orders = log.sink().announce(Workload.table("orders"));
            chains.begin(7);
            for (int i = 0; i < 2000; i++) {
                chains.row(orders, "orders", Operation.INSERT, i, 50);
            }
            chains.suspend();
            chains.commit(7);
            ChangeLogTest.awaitAll(log);
            Journal journal = new Journal();
            while (journal.insides.stream().filter(inside -> inside).count() < 3) {
                assertEquals(1, tailer.poll(journal, 1));
            }
            long place = tailer.nextIndex();
            assertEquals(place, journal.ends.get(journal.ends.size() - 1));
            later.moveTo(place);
            Journal again = new Journal();
            later.poll(again, 10_000);
            assertEquals(work.expected, again.lines, "from its first row, under the same ordinals");
            tailer.poll(journal, 10_000);
            assertEquals(work.expected, journal.lines);
            assertEquals(place + 1, tailer.nextIndex());
        }
    }

    @Test
    void shouldKeepWhatIsPreparedWhenTheLogIsOpenedAgain() {
        Workload work;
        ChainWorkload chains;
        try (ChangeLog log = open()) {
            work = new Workload(log.sink());
            chains = new ChainWorkload(log.sink(), work);
            int orders = log.sink().announce(Workload.table("orders"));
            for (int i = 0; i < 2; i++) {
                chains.begin(i + 1);
                for (int k = 0; k < 100; k++) {
                    chains.row(orders, "orders", Operation.INSERT, 100 * i + k, 50);
                }
                chains.suspend();
                chains.prepare(i + 1, "x" + i);
            }
            chains.begin(1);
            chains.row(orders, "orders", Operation.INSERT, 5, 50);
            chains.suspend();
            work.transaction(orders, "orders", 1, 1);
        }
        try (ChangeLog log = open();
                LogTailer tailer = log.tailer()) {
            Workload next = new Workload(log.sink(), work.number() + 1);
            next.expected.addAll(work.expected);
            chains = chains.reopened(log.sink(), next);
            assertEquals(
                    List.of("x0", "x1"),
                    log.prepared().stream().map(ChainSink.Prepared::name).toList());
            assertEquals(100, log.sink().prepared("x1").orElseThrow().rows());
            MillraceException gone =
                    assertThrows(MillraceException.class, () -> log.sink().resumeChain(1));
            assertEquals(ErrorCode.INVARIANT, gone.code(), "what was streamed ends with its connection");
            chains.commitPrepared("x1");
            chains.rollbackPrepared("x0");
            assertEquals(next.expected, readAll(log, tailer).lines);
        }
        try (ChangeLog log = open()) {
            assertEquals(List.of(), log.prepared());
        }
    }

    @Test
    void shouldReadTenChainsBackWhenTheyLieOverManyFiles() {
        try (ChangeLog log = open();
                LogTailer tailer = log.tailer()) {
            Workload work = new Workload(log.sink());
            ChainWorkload chains = new ChainWorkload(log.sink(), work);
            int orders = log.sink().announce(Workload.table("orders"));
            int lines = log.sink().announce(Workload.table("lines"));
            for (int segment = 0; segment < 30; segment++) {
                for (int xid = 1; xid <= 10; xid++) {
                    if (segment == 0) {
                        chains.begin(xid);
                    } else {
                        chains.resume(xid);
                    }
                    for (int i = 0; i < 20; i++) {
                        boolean isOrder = (i + segment) % 3 > 0;
                        chains.row(
                                isOrder ? orders : lines,
                                isOrder ? "orders" : "lines",
                                Operation.INSERT,
                                1000L * segment + i,
                                i == 7 && segment % 10 == 0 ? 20_000 : 60);
                    }
                    chains.suspend();
                }
                work.transaction(orders, "orders", 2, 10);
            }
            for (int xid = 10; xid > 0; xid--) {
                chains.commit(xid);
            }
            assertTrue(log.status().files() > 10, () -> "files=" + log.status().files());
            assertEquals(work.expected, readAll(log, tailer).lines);
        }
    }

    @Test
    void shouldPrintChainsWhenDumped() {
        try (ChangeLog log = open()) {
            Workload work = new Workload(log.sink());
            ChainWorkload chains = new ChainWorkload(log.sink(), work);
            int orders = log.sink().announce(Workload.table("orders"));
            chains.begin(7);
            chains.row(orders, "orders", Operation.INSERT, 1, 10);
            chains.sub(9);
            chains.row(orders, "orders", Operation.INSERT, 2, 10);
            chains.suspend();
            chains.abortSub(7, 9);
            chains.prepare(7, "gid-1");
            chains.commitPrepared("gid-1");
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertTrue(new LogDump(new PrintStream(out, true, StandardCharsets.UTF_8), false).print(directory));
        String text = out.toString(StandardCharsets.UTF_8);
        for (String part : List.of(
                "CHAIN length=32 xid=7 ordinal=0 subtransaction=7",
                "SUBTRANSACTION length=16 subtransaction=9",
                "CHAIN_PREPARE",
                "CHAIN_COMMIT",
                "rows=1 name=gid-1",
                "aborted={9}")) {
            assertTrue(text.contains(part), () -> part + " is not in\n" + text);
        }
    }

    @Test
    void shouldRefuseWhenCallsAreOutOfOrder() {
        try (ChangeLog log = open()) {
            ChangeSink sink = log.sink();
            sink.beginChain(7);
            for (Runnable call : List.<Runnable>of(
                    () -> sink.begin(Workload.fill(new TransactionId(), 1)),
                    () -> sink.beginChain(8),
                    () -> sink.commitChain(7, new TransactionId()),
                    () -> sink.abortChain(7),
                    () -> sink.commitPrepared("x", new TransactionId()))) {
                MillraceException refused = assertThrows(MillraceException.class, call::run);
                assertEquals(ErrorCode.INVARIANT, refused.code(), refused.display());
            }
            sink.endStream();
            sink.beginChain(7);
            sink.suspendChain();
            assertThrows(MillraceException.class, sink::suspendChain);
            assertThrows(MillraceException.class, () -> sink.beginChain(7));
        }
    }
}
