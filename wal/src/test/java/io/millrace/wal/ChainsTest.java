package io.millrace.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.MySqlGtids;
import io.millrace.position.TransactionId;
import io.millrace.row.Operation;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * EXACTNESS 5: transactions that lie open in the log are read back at their COMMIT, and leave nothing where there is none.
 * {@code -Dseed=} replays one seed of the random ones; {@code -Dseeds=} says how many there are.
 */
class ChainsTest {
    private static final List<Operation> OPERATIONS = List.of(Operation.INSERT, Operation.UPDATE, Operation.DELETE);

    private static final int FILE_BYTES = 64 << 10;
    private static final int SEEDS = Integer.getInteger("seeds", 15);

    @TempDir
    Path directory;

    private final AtomicLong millis = new AtomicLong();

    private ChangeLog open(Path path, long quotaBytes) {
        LogSettings settings =
                new LogSettings(path, quotaBytes, FILE_BYTES, MySqlGtids.EMPTY, Optional.empty(), "shop_to_dw");
        return MappedChangeLog.open(settings, TestLimits.SMALL, new DiskFiles(), millis::get);
    }

    private static Journal readAll(ChangeLog log, LogTailer tailer) {
        ChangeLogTest.awaitAll(log);
        return ChangeLogTest.readAll(log, tailer);
    }

    private ChangeLog open() {
        return open(directory, 1L << 30);
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
    void shouldHandOutExactlyWhatIsCommittedWhenChainsInterleave() {
        String only = System.getProperty("seed");
        for (int i = 0; i < (only == null ? SEEDS : 1); i++) {
            long seed = only == null ? i : Long.parseLong(only);
            try {
                run(new Random(seed), directory.resolve("seed-" + i));
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed=" + seed, e);
            }
        }
    }

    /** Several lives of one log, whose applied files are deleted all the while. */
    private void run(Random random, Path path) {
        Workload work = null;
        ChainWorkload chains = null;
        Journal journal = new Journal();
        long index = -1;
        for (int life = 0; life < 3; life++) {
            try (ChangeLog log = open(path, 1L << 30);
                    LogTailer tailer = log.tailer()) {
                Workload next = new Workload(log.sink(), work == null ? 1 : work.number() + 1);
                if (work != null) {
                    next.expected.addAll(work.expected);
                }
                chains = chains == null ? new ChainWorkload(log.sink(), next) : chains.reopened(log.sink(), next);
                work = next;
                journal.schemas.clear();
                if (index >= 0) {
                    tailer.moveTo(index);
                }
                for (int step = 0; step < 120; step++) {
                    step(random, log, work, chains);
                    log.sink().flush();
                    log.retainFrom(read(tailer, journal));
                    millis.addAndGet(Retention.MILLIS_BEHIND);
                }
                ChangeLogTest.awaitAll(log);
                index = read(tailer, journal);
                assertEquals(work.expected, once(journal));
            }
        }
    }

    /** A PREPARE that was copied forward is told again. */
    private static List<String> once(Journal journal) {
        Set<String> prepares = new HashSet<>();
        return journal.lines.stream()
                .filter(line -> !line.startsWith("prepare") || prepares.add(line))
                .toList();
    }

    /** Reads all, so that the place is one between transactions. */
    private static long read(LogTailer tailer, Journal journal) {
        while (tailer.poll(journal, 100) > 0) {
            tailer.release();
        }
        return tailer.nextIndex();
    }

    static void step(Random random, ChangeLog log, Workload work, ChainWorkload chains) {
        List<Long> xids = chains.xids();
        List<String> names = chains.names();
        switch (random.nextInt(10)) {
            case 0, 1 ->
                work.transaction(log.sink().announce(Workload.table("orders")), "orders", random.nextInt(30), 60);
            case 2 -> {
                if (!xids.isEmpty()) {
                    long xid = xids.get(random.nextInt(xids.size()));
                    chains.abortSub(xid, 1000 + random.nextInt(3));
                    if (random.nextBoolean()) {
                        chains.abort(xid);
                    }
                }
            }
            case 3 -> {
                if (!xids.isEmpty()) {
                    chains.commit(xids.get(random.nextInt(xids.size())));
                }
            }
            case 4 -> {
                String name = "x" + random.nextInt(4);
                if (!xids.isEmpty() && !names.contains(name)) {
                    chains.prepare(xids.get(random.nextInt(xids.size())), name);
                }
            }
            case 5 -> {
                if (!names.isEmpty()) {
                    String name = names.get(random.nextInt(names.size()));
                    if (random.nextBoolean()) {
                        chains.commitPrepared(name);
                    } else {
                        chains.rollbackPrepared(name);
                    }
                }
            }
            case 6 -> {
                if (random.nextInt(4) == 0) {
                    chains.endStream();
                }
            }
            default -> segment(random, log, chains, xids);
        }
    }

    private static void segment(Random random, ChangeLog log, ChainWorkload chains, List<Long> xids) {
        long xid = 1L + random.nextInt(5);
        if (xids.contains(xid)) {
            chains.resume(xid);
        } else {
            chains.begin(xid);
        }
        String name = random.nextBoolean() ? "orders" : "lines";
        int table = log.sink().announce(Workload.table(name));
        boolean hasMarks = xid == 5;
        int count = random.nextInt(4) == 0 ? random.nextInt(400) : random.nextInt(5);
        int size = chains.size();
        long mark = log.sink().mark();
        for (int i = 0; i < count; i++) {
            if (!hasMarks && random.nextInt(20) == 0) {
                chains.sub(random.nextBoolean() ? xid : 1000 + random.nextInt(3));
            }
            if (!hasMarks && random.nextInt(30) == 0) {
                chains.statement();
            }
            int length = random.nextInt(200) == 0 ? random.nextInt(60_000) : random.nextInt(100);
            chains.row(table, name, OPERATIONS.get(random.nextInt(3)), random.nextInt(), length);
        }
        if (hasMarks && random.nextInt(3) == 0) {
            chains.rollbackTo(mark, size);
        }
        chains.suspend();
    }

    @Test
    void shouldCopyOpenChainsForwardWhenTheirFilesAreDue() {
        try (ChangeLog log = open(directory, 12L * FILE_BYTES);
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
                log.retainFrom(read(tailer, journal));
                millis.addAndGet(Retention.MILLIS_BEHIND);
            }
            long files = log.status().files();
            assertTrue(files < 12, () -> "files=" + files);
            chains.commitPrepared("x");
            chains.commit(1);
            ChangeLogTest.awaitAll(log);
            read(tailer, journal);
            assertEquals(work.expected, once(journal));
        }
    }

    @Test
    void shouldLetOthersPassWhenAnOpenChainIsLargerThanTheQuota() {
        try (ChangeLog log = open(directory, 12L * FILE_BYTES);
                LogTailer tailer = log.tailer()) {
            Workload work = new Workload(log.sink());
            ChainWorkload chains = new ChainWorkload(log.sink(), work);
            int orders = log.sink().announce(Workload.table("orders"));
            Journal journal = new Journal();
            AtomicBoolean isDone = new AtomicBoolean();
            Thread lane = new Thread(() -> {
                while (!isDone.get() || log.durableIndex() > tailer.nextIndex()) {
                    log.retainFrom(read(tailer, journal));
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
            assertTrue(log.status().bytesOnDisk() > 12L * FILE_BYTES);
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
