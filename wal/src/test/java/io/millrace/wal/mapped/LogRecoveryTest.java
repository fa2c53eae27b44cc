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
import io.millrace.wal.codec.DocumentDescriptor;
import io.millrace.wal.codec.FrameDescriptor;
import io.millrace.wal.file.CountedCycle;
import io.millrace.wal.file.DiskFiles;
import io.millrace.wal.file.FileCursor;
import io.millrace.wal.file.LogDirectory;
import io.millrace.wal.file.LogFile;
import io.millrace.wal.file.LogFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** EXACTNESS 1, 2, 6, 7 and 8: what a log is after its process or its files came to harm. */
class LogRecoveryTest {
    @TempDir
    Path base;

    /** One document of the log under test. */
    private record Place(LogFile file, long index, long position, int length) {
        /** Bytes between Chronicle's header and the document. */
        long padding() throws IOException {
            try (RandomAccessFile in = new RandomAccessFile(file.path().toFile(), "r")) {
                in.seek(position - 4);
                return in.readInt() == 0 ? 4 : 0;
            }
        }
    }

    private static ChangeLog open(Path directory) {
        return open(directory, "shop_to_dw");
    }

    private static ChangeLog open(Path directory, String task) {
        return open(directory, task, new DiskFiles());
    }

    private static ChangeLog open(Path directory, String task, LogFiles files) {
        LogSettings settings = new LogSettings(directory, 1L << 40, 64 << 10, MySqlGtids.EMPTY, Optional.empty(), task);
        return MappedChangeLog.open(settings, TestLimits.SMALL, files);
    }

    /** As a SIGKILL leaves it: what was written into mapped memory is in the files. */
    private static void copy(Path from, Path to) throws IOException {
        try (var paths = Files.walk(from)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target);
                }
            }
        }
    }

    /** Transactions of three rows, each in a document of its own. */
    private Workload write(Path directory, int transactions) {
        try (ChangeLog log = open(directory)) {
            Workload work = new Workload(log.sink());
            int orders = log.sink().announce(Workload.table("orders"));
            for (int i = 0; i < transactions; i++) {
                work.transaction(orders, "orders", 3, 100);
                log.sink().flush();
            }
            return work;
        }
    }

    private static List<Place> documents(Path directory) throws IOException {
        List<Place> places = new ArrayList<>();
        for (Path epoch : LogDirectory.epochs(directory)) {
            try (var paths = Files.list(epoch)) {
                for (Path path : (Iterable<Path>) paths.sorted()::iterator) {
                    int cycle = CountedCycle.cycleOf(path.getFileName().toString());
                    if (cycle < 0) {
                        continue;
                    }
                    LogFile file = new LogFile(cycle, LogDirectory.epochOf(epoch), path, 0);
                    try (FileCursor cursor = new FileCursor(file, 64 << 10)) {
                        while (cursor.next() == FileCursor.Step.DOCUMENT) {
                            places.add(new Place(
                                    file, cursor.nextIndex() - 1, cursor.documentPosition(), cursor.documentLength()));
                        }
                    }
                }
            }
        }
        return places;
    }

    private static void overwrite(Place place, long offset, int value, int count) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(place.file().path().toFile(), "rw")) {
            file.seek(place.position() + offset);
            for (int i = 0; i < count; i++) {
                file.write(value);
            }
        }
    }

    private void shouldGoOnAfter(Path log, int transactions, List<String> expected) {
        try (ChangeLog reopened = open(log);
                LogTailer tailer = reopened.tailer()) {
            assertEquals(transactions, reopened.sink().lastTransaction().number, "the last transaction that is whole");
            Workload work = new Workload(reopened.sink(), transactions + 1);
            work.expected.addAll(expected.subList(0, transactions * 5));
            work.transaction(reopened.sink().announce(Workload.table("orders")), "orders", 4, 50);
            ChangeLogTest.awaitAll(reopened);
            assertEquals(work.expected, ChangeLogTest.readAll(reopened, tailer).lines);
        }
    }

    @Test
    void shouldDropTheTornTailAndGoOnInANewFile() throws IOException {
        Workload work = write(base.resolve("log"), 6);
        int[][] damages = { // offset from the document's start, value, count
            {-4, 0, 4}, // Chronicle's header is a hole
            {-1, 0x80, 1}, // Chronicle's header says that it is being written
            {-4, 0x7F, 2}, // its length is another
            {0, 0, 8}, // our header
            {16, 1, 1}, // our index
            {60, 0x5A, 1}, // a byte of the body
            {200, 0x5A, 1}
        };
        for (int i = 0; i < damages.length; i++) {
            Path copy = base.resolve("copy-" + i);
            copy(base.resolve("log"), copy);
            List<Place> places = documents(copy);
            Place fourth = places.get(4); // behind FILE_START
            long toHeader = damages[i][0] < 0 ? fourth.padding() : 0;
            overwrite(fourth, damages[i][0] - toHeader, damages[i][1], damages[i][2]);
            shouldGoOnAfter(copy, 3, work.expected);
            assertEquals(2, LogDirectory.epochs(copy).size());
        }
    }

    /** Two files hold bytes that are not durable; a power cut may leave of them the newer's first page and not the older's. */
    @Test
    void shouldKeepWhatIsDurableWhereOnlyTheOlderOfTwoFilesDoesNotBegin() throws IOException {
        Workload durable = write(base.resolve("log"), 6);
        FaultyFiles disk = new FaultyFiles();
        try (ChangeLog log = open(base.resolve("log"), "shop_to_dw", disk)) {
            disk.forcesWaitFor = new CountDownLatch(1);
            Workload work = new Workload(log.sink(), 7);
            int orders = log.sink().announce(Workload.table("orders"));
            while (log.status().files() < 3) {
                work.transaction(orders, "orders", 3, 100);
                log.sink().flush();
            }
            copy(base.resolve("log"), base.resolve("cut"));
            disk.forcesWaitFor.countDown();
        }
        overwrite(firstOf(base.resolve("cut"), 2), 0, 0, 8);
        shouldGoOnAfter(base.resolve("cut"), 6, durable.expected);
    }

    @Test
    void shouldRefuseALogOfWhichADurableFileDoesNotBegin() throws IOException {
        try (ChangeLog log = open(base.resolve("log"))) {
            Workload work = new Workload(log.sink());
            int orders = log.sink().announce(Workload.table("orders"));
            while (log.status().files() < 4) {
                work.transaction(orders, "orders", 3, 100);
                ChangeLogTest.awaitAll(log);
            }
        }
        Place second = firstOf(base.resolve("log"), 2);
        overwrite(second, 0, 0, 8);
        MillraceException damaged = assertThrows(MillraceException.class, () -> open(base.resolve("log")));
        assertEquals(ErrorCode.LOG_DAMAGED, damaged.code());
        assertTrue(damaged.getMessage().contains("file=" + second.file().path()), damaged.getMessage());
    }

    private static Place firstOf(Path log, int cycle) throws IOException {
        return documents(log).stream()
                .filter(place -> place.file().cycle() == cycle)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldKeepEveryDurableTransactionWhenTheProcessIsKilledInsideAnother() throws IOException {
        try (ChangeLog log = open(base.resolve("log"))) {
            Workload work = new Workload(log.sink());
            int orders = log.sink().announce(Workload.table("orders"));
            for (int i = 0; i < 3; i++) {
                work.transaction(orders, "orders", 3, 100);
            }
            ChangeLogTest.awaitAll(log);
            work.begin();
            for (int i = 0; i < 1000; i++) {
                work.row(orders, "orders", Operation.INSERT, i, 200);
            }
            copy(base.resolve("log"), base.resolve("killed"));
            shouldGoOnAfter(base.resolve("killed"), 3, work.expected);
            work.commit();
        }
    }

    @Test
    void shouldHandOutNothingOfATransactionWhoseCommitIsNotDurable() {
        try (ChangeLog log = open(base.resolve("log"));
                LogTailer tailer = log.tailer()) {
            Workload work = new Workload(log.sink());
            int orders = log.sink().announce(Workload.table("orders"));
            work.transaction(orders, "orders", 3, 100);
            work.begin();
            for (int i = 0; i < 1000; i++) {
                work.row(orders, "orders", Operation.INSERT, i, 200);
            }
            Journal journal = new Journal();
            assertTrue(log.awaitDurable(log.firstIndex() + 1, 10_000));
            while (tailer.poll(journal, 1) > 0) {
                assertFalse(journal.insides.get(journal.insides.size() - 1));
            }
            assertEquals(work.expected, journal.lines);
            work.commit();
        }
    }

    @Test
    void shouldStopALaneAtADurableDocumentThatIsDamagedLater() throws IOException {
        write(base.resolve("log"), 6);
        Place third = documents(base.resolve("log")).get(3);
        // The open verifies the last file only, so the damage comes after it.
        try (ChangeLog log = open(base.resolve("log"));
                LogTailer tailer = log.tailer()) {
            overwrite(third, 60, 0x5A, 1);
            Journal journal = new Journal();
            MillraceException damaged =
                    assertThrows(MillraceException.class, () -> tailer.poll(journal, Integer.MAX_VALUE));
            assertEquals(ErrorCode.LOG_DAMAGED, damaged.code());
            assertTrue(damaged.getMessage().contains("CRC32C"), damaged.getMessage());
            assertEquals(2 * 5, journal.lines.size());
        }
    }

    @Test
    void shouldWriteAShapeBeforeItsFirstRowInEachFile() throws IOException {
        try (ChangeLog log = open(base.resolve("log"))) {
            Workload work = new Workload(log.sink());
            int orders = log.sink().announce(Workload.table("orders"));
            int lines = log.sink().announce(Workload.table("lines"));
            while (log.status().files() < 5) {
                work.transaction(orders, "orders", 10, 100);
                work.transaction(lines, "lines", 10, 100);
            }
            ChangeLogTest.awaitAll(log);
        }
        for (Place place : documents(base.resolve("log"))) {
            if (DocumentDescriptor.number(place.index()) != 0) {
                continue;
            }
            List<Integer> shapes = new ArrayList<>();
            List<Integer> used = new ArrayList<>();
            try (FileCursor cursor = new FileCursor(place.file(), 64 << 10)) {
                while (cursor.next() == FileCursor.Step.DOCUMENT) {
                    var document = cursor.document();
                    for (int at = DocumentDescriptor.HEADER_LENGTH;
                            at < document.capacity();
                            at += document.getInt(at)) {
                        switch (document.getByte(at + FrameDescriptor.TYPE_OFFSET)) {
                            case FrameDescriptor.SCHEMA ->
                                shapes.add(document.getInt(at + FrameDescriptor.SCHEMA_TABLE));
                            case FrameDescriptor.ROWS -> {
                                used.add(document.getInt(at + FrameDescriptor.ROWS_TABLE));
                                assertTrue(shapes.containsAll(used), () -> shapes + " " + used);
                            }
                            default -> {}
                        }
                    }
                }
            }
            assertEquals(Set.copyOf(used).size(), shapes.size());
        }
    }

    @Test
    void shouldGiveAShapeTheSameNumberAndANewVersionToAChange() {
        int first;
        try (ChangeLog log = open(base.resolve("log"))) {
            Workload work = new Workload(log.sink());
            first = log.sink().announce(Workload.table("orders"));
            assertEquals(first, log.sink().announce(Workload.table("orders")));
            work.transaction(first, "orders", 1, 1);
            int second = log.sink().announce(Workload.table("orders", "extra"));
            assertEquals(first + 1, second);
            work.transaction(second, "orders", 1, 1);
        }
        try (ChangeLog log = open(base.resolve("log"));
                LogTailer tailer = log.tailer()) {
            Journal journal = ChangeLogTest.readAll(log, tailer);
            assertEquals(1, journal.schemas.get(first).version());
            assertEquals(2, journal.schemas.get(first + 1).version());
            assertEquals(first + 1, log.sink().announce(Workload.table("orders", "extra")));
            assertEquals(first + 2, log.sink().announce(Workload.table("orders")));
        }
    }

    @Test
    void shouldKnowItsOwnIndicesOnly() {
        try (ChangeLog log = open(base.resolve("log"))) {
            Workload work = new Workload(log.sink());
            int orders = log.sink().announce(Workload.table("orders"));
            work.transaction(orders, "orders", 3, 10);
            ChangeLogTest.awaitAll(log);
            long end = log.durableIndex();
            assertTrue(log.contains(log.firstIndex()));
            assertTrue(log.contains(end));
            assertFalse(log.contains(end + 1));
            assertFalse(log.contains(log.firstIndex() - 1));
            work.begin();
            for (int i = 0; i < 2000; i++) {
                work.row(orders, "orders", Operation.INSERT, i, 100);
            }
            long dead = DocumentDescriptor.index(2, 1);
            assertTrue(log.status().files() > 2);
            work.abort();
            work.transaction(orders, "orders", 3, 10);
            ChangeLogTest.awaitAll(log);
            assertTrue(log.contains(log.durableIndex()));
            assertFalse(log.contains(dead), "an index in a dead file");
            assertFalse(log.contains(end + 1), "an index behind the cut");
            try (LogTailer tailer = log.tailer()) {
                MillraceException foreign = assertThrows(MillraceException.class, () -> tailer.moveTo(dead));
                assertEquals(ErrorCode.LOG_FOREIGN, foreign.code());
            }
        }
    }

    @Test
    void shouldRefuseAnotherTasksLog() {
        Workload work = write(base.resolve("log"), 1);
        MillraceException foreign =
                assertThrows(MillraceException.class, () -> open(base.resolve("log"), "another_task"));
        assertEquals(ErrorCode.LOG_FOREIGN, foreign.code());
        assertTrue(foreign.getMessage().contains("task=shop_to_dw"), foreign.getMessage());
        shouldGoOnAfter(base.resolve("log"), 1, work.expected);
    }

    @Test
    void shouldRefuseALogWithoutAnyWholeFile() throws IOException {
        write(base.resolve("log"), 1);
        overwrite(documents(base.resolve("log")).get(0), 0, 0, 8);
        MillraceException damaged = assertThrows(MillraceException.class, () -> open(base.resolve("log")));
        assertEquals(ErrorCode.LOG_DAMAGED, damaged.code());
    }

    @Test
    void shouldStartAnewWhereTheFirstOpenNeverEnded() throws IOException {
        write(base.resolve("log"), 1);
        Files.delete(base.resolve("log/log.id"));
        try (ChangeLog log = open(base.resolve("log"))) {
            assertTrue(log.isNew());
            assertEquals(0, log.sink().lastTransaction().number);
        }
    }

    @Test
    void shouldKeepItsFilesFromOthers() throws IOException {
        write(base.resolve("log"), 1);
        try (var paths = Files.walk(base.resolve("log"))) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                assertEquals(
                        Files.isDirectory(path) ? "rwx------" : "rw-------",
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(path)),
                        path.toString());
            }
        }
    }

    @Test
    void shouldDumpALogThatIsOpenAndOneThatIsDamaged() throws IOException {
        Path directory = base.resolve("log");
        try (ChangeLog log = open(directory)) {
            Workload work = new Workload(log.sink());
            int orders = log.sink().announce(Workload.table("orders"));
            work.transaction(orders, "orders", 3, 100);
            log.sink().heartbeat(log.sink().position(), 77);
            ChangeLogTest.awaitAll(log);
            work.begin();
            work.row(orders, "orders", Operation.DELETE, 424242, 10);
            String dump = dump(directory, true, false);
            assertTrue(dump.startsWith("log " + log.id()), dump);
            assertTrue(dump.contains("ROWS length="), dump);
            assertTrue(dump.contains("INSERT table=1 name=shop.orders rows=3 ordinal=0"), dump);
            assertTrue(dump.contains("transaction=" + Workload.SERVER + ":1"), dump);
            assertTrue(dump.contains("HEARTBEAT length=") && dump.contains("time=77"), dump);
            assertFalse(dump.contains("1000002"), "values only when asked");
            assertTrue(dump(directory, true, true).contains("after={id: 1000002, text: '1000002"), dump);
            work.abort();
            work.transaction(orders, "orders", 3, 100);
        }
        try (ChangeLog log = open(directory)) { // a second epoch, which says from where the log goes on
            new Workload(log.sink(), 3).transaction(1, "orders", 1, 1);
        }
        List<Place> places = documents(directory);
        overwrite(places.get(1), 100, 0xFF, 1);
        String dump = dump(directory, false, false);
        assertTrue(dump.contains("torn or being written: file=") && dump.contains("CRC32C"), dump);
        assertTrue(
                dump.contains("DAMAGED: whole up to 0x"
                        + Long.toHexString(places.get(1).index())),
                dump);
    }

    private static String dump(Path directory, boolean isWhole, boolean withValues) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            assertEquals(isWhole, new LogDump(out, withValues).print(directory));
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
