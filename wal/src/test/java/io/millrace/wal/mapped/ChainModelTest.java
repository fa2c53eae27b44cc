package io.millrace.wal.mapped;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.row.Operation;
import io.millrace.wal.ChangeLog;
import io.millrace.wal.LogTailer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * EXACTNESS 5: whatever chains do between each other, what is read is what was committed, in the order of the commits. {@code -Dseed=}
 * replays one seed; {@code -Dseeds=} says how many there are.
 */
class ChainModelTest {
    private static final List<Operation> OPERATIONS = List.of(Operation.INSERT, Operation.UPDATE, Operation.DELETE);
    private static final int SEEDS = Integer.getInteger("seeds", 15);

    @TempDir
    Path directory;

    private final AtomicLong millis = new AtomicLong();

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
        Map<Long, String> positions = new TreeMap<>();
        for (int life = 0; life < 3; life++) {
            try (ChangeLog log = ChainLog.open(path, 1L << 30, millis::get);
                    LogTailer tailer = log.tailer()) {
                Workload next = new Workload(log.sink(), work == null ? 1 : work.number() + 1);
                if (work != null) {
                    next.expected.addAll(work.expected);
                }
                chains = chains == null ? new ChainWorkload(log.sink(), next) : chains.reopened(log.sink(), next);
                work = next;
                journal.schemas.clear();
                positions.forEach((at, position) -> {
                    if (log.contains(at)) {
                        assertEquals(position, log.positionAt(at).text(), "index=0x" + Long.toHexString(at));
                    }
                });
                if (index >= 0) {
                    tailer.moveTo(index);
                }
                for (int step = 0; step < 120; step++) {
                    step(random, log, work, chains);
                    log.sink().flush();
                    log.retainFrom(ChainLog.read(tailer, journal));
                    millis.addAndGet(Retention.MILLIS_BEHIND);
                    long durable = log.durableIndex();
                    String position = log.durablePosition().text();
                    if (durable == log.durableIndex()) { // both are of one moment
                        positions.put(durable, position);
                    }
                }
                ChangeLogTest.awaitAll(log);
                index = ChainLog.read(tailer, journal);
                assertEquals(work.expected, ChainLog.once(journal));
            }
        }
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
}
