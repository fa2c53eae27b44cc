package io.millrace.dirty;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.TransactionId;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.writer.Refusal;
import io.millrace.writer.RunOperation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirtyStoreTest {
    private static final UUID LOG = UUID.fromString("0f8fad5b-d9cb-469f-a165-70867728950e");
    private static final TableSchema SCHEMA = new TableSchema(
            new TableId("shop", "orders"),
            1,
            List.of(new Column("id", ColumnType.INTEGER, "bigint", false, 8, -1, "", List.of(), false)),
            List.of(0));

    @TempDir
    Path directory;

    private static DirtyRow row(UUID log, long index, long transaction) {
        TransactionId id = new TransactionId();
        id.kind = transaction == 0 ? TransactionId.KIND_NONE : TransactionId.KIND_MYSQL;
        id.number = transaction;
        byte[] encoded = new byte[TransactionId.LENGTH];
        id.encode(new UnsafeBuffer(encoded), 0);
        byte[] image = new byte[40];
        Arrays.fill(image, (byte) index);
        return new DirtyRow(
                new DirtyPlace(log, index, 7, false),
                encoded,
                3,
                "a position",
                1_700_000_000_000_000L,
                SCHEMA,
                new TableId("dw", "orders"),
                RunOperation.UPSERT,
                image,
                new byte[0],
                true,
                new Refusal("1406", "22001", "column=note"),
                99);
    }

    private static DirtyRow row(long index) {
        return row(LOG, index, 0);
    }

    private Path file() {
        return directory.resolve("dirty").resolve("rows");
    }

    private List<Long> numbers() {
        try (DirtyStore store = DirtyStore.open(directory)) {
            return store.rows().stream().map(StoredRow::number).toList();
        }
    }

    @Test
    void shouldMakeNothingWhenNothingIsStored() {
        assertEquals(List.of(), numbers());
        assertFalse(Files.exists(file().getParent()));
    }

    @Test
    void shouldHaveAllOfARowWhenOpenedAgain() {
        try (DirtyStore store = DirtyStore.open(directory)) {
            store.add(List.of(row(5), row(6)));
        }
        try (DirtyStore store = DirtyStore.open(directory)) {
            DirtyRow read = store.read(2).orElseThrow();
            assertArrayEquals(row(6).image(), read.image());
            assertEquals(row(6).place(), read.place());
            assertEquals(row(6).why(), read.why());
            assertEquals(SCHEMA, read.schema());
            assertEquals(row(6).target(), read.target());
            assertEquals(RunOperation.UPSERT, read.operation());
            assertTrue(read.haveKeysRested());
            assertEquals(1_700_000_000_000_000L, read.commitTimeMicros());
            assertEquals(99, read.storedMillis());
            assertEquals(0, store.rows().get(1).head().image().length);
        }
    }

    @Test
    void shouldKeepARowOnceWhenItIsStoredAgain() {
        DirtyRow first = row(LOG, 5, 17);
        try (DirtyStore store = DirtyStore.open(directory)) {
            store.add(List.of(first, first));
            store.add(List.of(first));
            UUID filledAnew = UUID.fromString("1f8fad5b-d9cb-469f-a165-70867728950e");
            assertEquals(
                    List.of(1L),
                    store.add(List.of(row(filledAnew, 1, 17))).stream()
                            .map(StoredRow::number)
                            .toList());
            assertEquals(1, store.count());
            assertEquals(filledAnew, store.rows().get(0).place().logId());
            store.add(List.of(row(filledAnew, 2, 18)));
            store.remove(List.of(2L));
            assertEquals(filledAnew, store.rows().get(0).place().logId());
            store.add(List.of(row(filledAnew, 2, 18)));
        }
        assertEquals(List.of(1L, 3L), numbers());
    }

    @Test
    void shouldBeOpenAgainWhenStoredAgainOrWhenWhatOvertookItIsStored() {
        DirtyPlace later = row(9).place();
        try (DirtyStore store = DirtyStore.open(directory)) {
            store.add(List.of(row(5), row(6)));
            store.mark(List.of(
                    new DirtyStore.Mark(1, DirtyState.OVERTAKEN, later),
                    new DirtyStore.Mark(2, DirtyState.OVERTAKEN, row(8).place())));
        }
        try (DirtyStore store = DirtyStore.open(directory)) {
            assertEquals(DirtyState.OVERTAKEN, store.rows().get(0).state());
            assertEquals(
                    List.of(3L, 1L),
                    store.add(List.of(row(9))).stream().map(StoredRow::number).toList());
            assertEquals(DirtyState.OPEN, store.rows().get(0).state());
            assertEquals(row(5).place(), store.rows().get(0).place());
            assertEquals(DirtyState.OVERTAKEN, store.rows().get(1).state());
            store.add(List.of(row(6)));
        }
        try (DirtyStore store = DirtyStore.open(directory)) {
            assertEquals(
                    List.of(DirtyState.OPEN, DirtyState.OPEN, DirtyState.OPEN),
                    store.rows().stream().map(StoredRow::state).toList());
        }
    }

    @Test
    void shouldGiveRoomBackAndNoNumberTwiceWhenRowsLeave() throws IOException {
        try (DirtyStore store = DirtyStore.open(directory)) {
            store.add(List.of(row(5), row(6), row(7)));
            store.mark(List.of(new DirtyStore.Mark(2, DirtyState.UNCERTAIN, row(8).place())));
            long before = Files.size(file());
            store.remove(List.of(1L, 3L));
            assertTrue(Files.size(file()) < before);
            assertEquals(
                    List.of(2L), store.rows().stream().map(StoredRow::number).toList());
            assertEquals(DirtyState.UNCERTAIN, store.rows().get(0).state());
            store.add(List.of(row(9)));
            assertArrayEquals(row(6).image(), store.read(2).orElseThrow().image());
            assertArrayEquals(row(9).image(), store.read(4).orElseThrow().image());
        }
        assertEquals(List.of(2L, 4L), numbers());
    }

    /** Cut at every byte of the last block, and with what a power cut may leave behind it. */
    @Test
    void shouldGoOnBehindTheLastWholeBlockWhenTheEndIsTorn() throws IOException {
        long whole;
        try (DirtyStore store = DirtyStore.open(directory)) {
            store.add(List.of(row(5)));
            whole = Files.size(file());
            store.add(List.of(row(6)));
        }
        byte[] bytes = Files.readAllBytes(file());
        for (int end = (int) whole; end < bytes.length; end++) {
            Files.write(file(), Arrays.copyOf(bytes, end));
            assertEquals(List.of(1L), numbers());
            assertEquals(whole, Files.size(file()));
        }
        byte[] zeros = Arrays.copyOf(Arrays.copyOf(bytes, (int) whole), bytes.length + 4096);
        Files.write(file(), zeros);
        try (DirtyStore store = DirtyStore.open(directory)) {
            store.add(List.of(row(7)));
        }
        assertEquals(List.of(1L, 2L), numbers());
    }

    @Test
    void shouldRefuseToGoOnWhenTheFileIsDamagedBeforeItsEnd() throws IOException {
        try (DirtyStore store = DirtyStore.open(directory)) {
            store.add(List.of(row(5)));
            store.add(List.of(row(6)));
        }
        byte[] bytes = Files.readAllBytes(file());
        for (int at : List.of(0, 9, 13, 17, 60)) {
            byte[] damaged = bytes.clone();
            damaged[at] ^= 0x40;
            Files.write(file(), damaged);
            MillraceException e = assertThrows(MillraceException.class, this::numbers, "at=" + at);
            assertEquals(ErrorCode.DIRTY_STORE_DAMAGED, e.code());
        }
    }

    @Test
    void shouldTakeUpToItsSizeAndNoMore() {
        try (DirtyStore store = DirtyStore.open(directory, 4_096)) {
            MillraceException full = assertThrows(MillraceException.class, () -> {
                for (int i = 0; i < 100; i++) {
                    store.add(List.of(row(i)));
                }
            });
            assertEquals(ErrorCode.DIRTY_STORE_FULL, full.code());
            assertTrue(store.count() > 5, "count=" + store.count());
            int count = store.count();
            store.remove(List.of(1L));
            store.add(List.of(row(1_000)));
            assertEquals(count, store.count());
        }
    }
}
