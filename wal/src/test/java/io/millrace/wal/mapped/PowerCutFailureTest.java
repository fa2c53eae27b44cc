package io.millrace.wal.mapped;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.position.MySqlGtids;
import io.millrace.row.Operation;
import io.millrace.wal.ChainSink;
import io.millrace.wal.ChangeLog;
import io.millrace.wal.LogSettings;
import io.millrace.wal.LogTailer;
import io.millrace.wal.file.LogFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * EXACTNESS 1 and 2: whatever a power cut leaves of the bytes that no force covered, what a lane was given is still there,
 * and nothing is there that was not committed. {@code -Dseed=} replays one seed.
 */
class PowerCutFailureTest {
    private static final int SEEDS = 200;
    private static final int CUTS = 2;

    @TempDir
    Path directory;

    @Test
    void shouldLoseNothingThatWasDurableWhenThePowerIsCut() throws IOException {
        String only = System.getProperty("seed");
        int seeds = only == null ? SEEDS : 1;
        for (int i = 0; i < seeds; i++) {
            long seed = only == null ? i : Long.parseLong(only);
            try {
                run(seed, directory.resolve("seed-" + i));
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed=" + seed, e);
            }
        }
    }

    private static void run(long seed, Path base) throws IOException {
        Random random = new Random(seed);
        Path log = base.resolve("run-0");
        List<String> survived = List.of();
        ChainWorkload[] chains = new ChainWorkload[1]; // of the run before
        for (int cut = 0; cut < CUTS; cut++) {
            PowerCut disk = new PowerCut();
            Path next = base.resolve("run-" + (cut + 1));
            if (cut > 0) { // what an earlier run left is on the disk
                coverAll(disk, log);
            }
            survived = workUntilCut(random, disk, log, next, survived, chains);
            log = next;
        }
        try (ChangeLog last = open(log, new PowerCut());
                LogTailer tailer = last.tailer()) {
            check(ChangeLogTest.readAll(last, tailer).lines, survived);
        }
    }

    private static void coverAll(PowerCut disk, Path log) throws IOException {
        disk.forceDirectory(log);
        try (var paths = Files.walk(log)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                if (Files.isDirectory(path)) {
                    disk.forceDirectory(path);
                } else {
                    disk.force(path, null);
                }
            }
        }
    }

    private static ChangeLog open(Path log, LogFiles files) {
        LogSettings settings =
                new LogSettings(log, 1L << 30, 64 << 10, MySqlGtids.EMPTY, Optional.empty(), "shop_to_dw");
        return MappedChangeLog.open(settings, TestLimits.SMALL, files);
    }

    /** Opens what the last cut left, checks it, writes on, and cuts again; returns what the check may demand next. */
    private static List<String> workUntilCut(
            Random random, PowerCut disk, Path log, Path next, List<String> durable, ChainWorkload[] before)
            throws IOException {
        ChangeLog opened = open(log, disk);
        try (ChangeLog change = opened;
                LogTailer tailer = change.tailer()) {
            List<String> found = ChangeLogTest.readAll(change, tailer).lines;
            check(found, durable);
            long first =
                    found.stream().filter(line -> line.startsWith("commit")).count() + 1;
            assertEquals(first - 1, change.sink().lastTransaction().number);
            assertEquals(
                    first == 1 ? "gtid:" : "gtid:" + Workload.SERVER + ":1" + (first == 2 ? "" : "-" + (first - 1)),
                    change.sink().position().text());
            Workload work = new Workload(change.sink(), first);
            work.expected.addAll(found);
            ChainWorkload chains = before[0] == null
                    ? new ChainWorkload(change.sink(), work)
                    : before[0].reopened(change.sink(), work, found);
            before[0] = chains;
            assertEquals(
                    chains.names(),
                    change.prepared().stream().map(ChainSink.Prepared::name).toList());
            Journal journal = new Journal();
            journal.lines.addAll(found);
            LogTailer live = change.tailer();
            live.moveTo(tailer.nextIndex());
            int steps = 1 + random.nextInt(40);
            for (int i = 0; i < steps; i++) {
                if (random.nextInt(3) == 0) {
                    ChainModelTest.step(random, change, work, chains);
                } else {
                    step(random, change, work);
                }
                if (random.nextInt(4) == 0) {
                    live.poll(journal, 1 + random.nextInt(100));
                    live.release();
                }
            }
            if (random.nextBoolean()) { // cut in the middle of a transaction
                work.begin();
                rows(random, change, work);
            }
            live.poll(journal, random.nextInt(1000));
            live.close();
            assertTrue(
                    journal.lines.size() <= work.expected.size()
                            && work.expected.subList(0, journal.lines.size()).equals(journal.lines),
                    () -> "handed out what was not committed: " + difference(work.expected, journal.lines));
            PowerCut.Damage[] damages = PowerCut.Damage.values();
            disk.copy(log, next, random, damages[random.nextInt(damages.length)]);
            return new ArrayList<>(journal.lines);
        }
    }

    private static void check(List<String> found, List<String> durable) {
        assertTrue(
                found.size() >= durable.size()
                        && found.subList(0, durable.size()).equals(durable),
                () -> "durable changes are gone: durable=" + durable.size() + ", found=" + found.size());
    }

    private static String difference(List<String> expected, List<String> found) {
        for (int i = 0; i < found.size(); i++) {
            if (i >= expected.size() || !expected.get(i).equals(found.get(i))) {
                return "line " + i + ", expected=" + (i < expected.size() ? expected.get(i) : "") + ", found="
                        + found.get(i);
            }
        }
        return "";
    }

    private static void step(Random random, ChangeLog log, Workload work) {
        work.begin();
        rows(random, log, work);
        switch (random.nextInt(8)) {
            case 0 -> work.abort();
            case 1 -> {
                long mark = work.mark();
                rows(random, log, work);
                if (random.nextBoolean()) {
                    rows(random, log, work);
                }
                work.rollbackTo(mark);
                rows(random, log, work);
                work.commit();
            }
            default -> work.commit();
        }
        if (random.nextInt(3) > 0) {
            log.sink().flush();
        }
        if (random.nextInt(10) == 0) {
            ChangeLogTest.awaitAll(log);
        }
    }

    private static void rows(Random random, ChangeLog log, Workload work) {
        String name = random.nextBoolean() ? "orders" : "lines";
        int table = log.sink()
                .announce(
                        random.nextInt(20) == 0 ? Workload.table(name, "c" + random.nextInt(5)) : Workload.table(name));
        int count = random.nextInt(5) == 0 ? random.nextInt(200) : random.nextInt(6);
        Operation[] operations = Operation.values();
        for (int i = 0; i < count; i++) {
            int length = random.nextInt(100) == 0 ? random.nextInt(60_000) : random.nextInt(100);
            work.row(table, name, operations[random.nextInt(3)], random.nextInt(), length);
        }
    }
}
