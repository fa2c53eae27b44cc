package io.millrace.writer;

import static io.millrace.writer.TestSchemas.bigint;
import static io.millrace.writer.TestSchemas.checkpoint;
import static io.millrace.writer.TestSchemas.table;
import static io.millrace.writer.TestSchemas.varchar;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.SourcePosition;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.KeyBound;
import io.millrace.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every chunk writer promises, on a real server. */
public abstract class ChunkWriterContract {
    private static final TableSchema ITEMS = table("shop", "items", 1, bigint("id"), varchar("note", 60));
    private static final int MANY = 10_000;

    private TargetLab lab;
    private Target target;
    private ChunkWriter writer;
    private TargetTable items;

    protected abstract TargetLab lab();

    @BeforeEach
    void open() {
        lab = lab();
        target = lab.open(new TargetSettings("contract", "millrace", TypeOptions.DEFAULT));
        items = lab.create(target, ITEMS);
        target.control().prepare();
        target.control().replace(List.of(), List.of(checkpoint(0, 4, 100), checkpoint(1, 4, 100)));
        writer = target.chunkWriter();
    }

    @AfterEach
    void close() {
        writer.close();
        target.close();
    }

    private static ImageFlyweight image(Object... values) {
        byte[] bytes = TestRun.image(ITEMS, values);
        return new ImageFlyweight().wrap(new UnsafeBuffer(bytes), 0, bytes.length);
    }

    private static LedgerEntry entry(int number, Optional<KeyBound> lower, Optional<KeyBound> upper, long rows) {
        return new LedgerEntry(ITEMS.table(), number, lower, upper, TestSchemas.POSITION, "shape-1", rows);
    }

    private String count() {
        return lab.query("SELECT count(*) FROM " + lab.namespace() + ".items")
                .get(0)
                .get(0);
    }

    @Test
    void shouldCommitRowsAndLedgerTogetherWhenChunksAreLoaded() {
        KeyBound middle = KeyBound.copyOf(image(MANY - 1, TestRun.ABSENT));
        LedgerEntry first = entry(0, Optional.empty(), Optional.of(middle), MANY);
        LedgerEntry second = entry(1, Optional.of(middle), Optional.empty(), 1);
        writer.begin(items);
        for (int i = 0; i < MANY; i++) {
            writer.row(image(i, "note " + i));
        }
        writer.commit(first, 4);
        writer.begin(items);
        writer.row(image(MANY, null));
        writer.commit(second, 4);
        assertEquals(Integer.toString(MANY + 1), count());
        assertEquals(List.of(first, second), target.control().ledger());
    }

    @Test
    void shouldCommitAnEmptyChunk() {
        LedgerEntry entry = entry(0, Optional.empty(), Optional.empty(), 0);
        writer.begin(items);
        writer.commit(entry, 4);
        assertEquals(List.of(entry), target.control().ledger());
    }

    @Test
    void shouldNoteTheLoadsEndOnceWhenAskedAgain() {
        LedgerEntry chunk = entry(0, Optional.empty(), Optional.empty(), 0);
        writer.begin(items);
        writer.commit(chunk, 4);
        SourcePosition end = SourcePosition.parse("gtid:00000000-0000-0001-0000-000000000002:1-9");
        MillraceException fenced =
                assertThrows(MillraceException.class, () -> target.control().endLoad(end, 3));
        assertEquals(ErrorCode.TARGET_FENCED, fenced.code());
        target.control().endLoad(end, 4);
        target.control().endLoad(TestSchemas.POSITION, 4);
        List<LedgerEntry> ended =
                target.control().ledger().stream().filter(LedgerEntry::isEnd).toList();
        assertEquals(
                List.of(new LedgerEntry(
                        ITEMS.table(), LedgerEntry.END, Optional.empty(), Optional.empty(), end, "", 0)),
                ended);
        assertEquals(2, target.control().ledger().size());
    }

    @Test
    void shouldLeaveNothingWhenRolledBack() {
        writer.begin(items);
        writer.row(image(1, "a"));
        writer.rollback();
        assertEquals("0", count());
        writer.begin(items);
        writer.row(image(1, "a"));
        writer.commit(entry(0, Optional.empty(), Optional.empty(), 1), 4);
        assertEquals("1", count());
    }

    @Test
    void shouldBeFencedWhenEpochIsAnothers() {
        assertFails(ErrorCode.TARGET_FENCED, 3, writer -> writer.row(image(1, "a")));
        assertFails(ErrorCode.TARGET_FENCED, 5, writer -> writer.row(image(1, "a")));
    }

    @Test
    void shouldBeFencedWhenCheckpointsAreGone() {
        target.control().remove();
        assertFails(ErrorCode.TARGET_FENCED, 4, writer -> writer.row(image(1, "a")));
    }

    @Test
    void shouldRefuseWithoutItsValueWhenARowCannotBeWritten() {
        lab.execute("INSERT INTO " + lab.namespace() + ".items (id) VALUES (7)");
        MillraceException refused =
                assertFails(ErrorCode.DIRTY_LIMIT, 4, writer -> writer.row(image(1, "canary".repeat(11))));
        assertFails(ErrorCode.DIRTY_LIMIT, 4, writer -> writer.row(image(7, "exists")));
        for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
            assertFalse(String.valueOf(cause.getMessage()).contains("canary"), cause.toString());
        }
    }

    /** Too long, and there already, over more than one statement's rows, the first and the last among them. */
    @Test
    void shouldLeaveOutAndTellOfEveryRowThatCannotBeWritten() {
        lab.execute("INSERT INTO " + lab.namespace() + ".items (id) VALUES (7)");
        List<Integer> refused = new ArrayList<>();
        List<Long> keys = new ArrayList<>();
        List<Refusal> why = new ArrayList<>();
        writer.leaveOut((number, image, reason) -> {
            refused.add(number);
            keys.add(image.longAt(0));
            why.add(reason);
        });
        writer.begin(items);
        for (int i = 0; i < MANY; i++) {
            boolean isBad = i == 0 || i == 5_000 || i == 5_001 || i == MANY - 1;
            writer.row(image(i, isBad ? "canary".repeat(11) : "note"));
        }
        writer.flush();
        assertEquals(5, refused.size());
        writer.commit(entry(0, Optional.empty(), Optional.empty(), MANY), 4);

        assertEquals(List.of(0, 7, 5_000, 5_001, MANY - 1), refused, () -> why.toString());
        assertEquals(List.of(0L, 7L, 5_000L, 5_001L, MANY - 1L), keys);
        assertTrue(why.get(1).isDuplicate(), () -> why.toString());
        assertFalse(why.toString().contains("canary"), () -> why.toString());
        assertEquals(Integer.toString(MANY - 4), count());
    }

    private String notes() {
        return lab.query("SELECT id, note FROM " + lab.namespace() + ".items ORDER BY id")
                .toString();
    }

    @Test
    void shouldWriteOverRowsThatStandWhenToldTo() {
        lab.execute("INSERT INTO " + lab.namespace() + ".items (id, note) VALUES (7, 'old'), (900000, 'stays')");
        writer.overwrite();
        writer.begin(items);
        for (int i = 0; i < MANY; i++) {
            writer.row(image(i, "new"));
        }
        writer.commit(entry(0, Optional.empty(), Optional.empty(), MANY), 4);
        assertEquals(Integer.toString(MANY + 1), count());
        assertEquals(
                "[[new], [stays]]",
                lab.query("SELECT DISTINCT note FROM " + lab.namespace() + ".items ORDER BY note")
                        .toString());
    }

    @Test
    void shouldReplaceARangeAndNothingElseWhenAChunkIsLoadedAgain() {
        assertTrue(target.isOrdered(items));
        lab.execute("INSERT INTO " + lab.namespace()
                + ".items (id, note) VALUES (-5, 'a'), (3, 'a'), (4, 'a'), (5, 'a'), (6, 'a'), (7, 'a')");
        Optional<KeyBound> lower = Optional.of(KeyBound.copyOf(image(3, TestRun.ABSENT)));
        Optional<KeyBound> upper = Optional.of(KeyBound.copyOf(image(6, TestRun.ABSENT)));
        writer.replace(List.of(items), lower, upper);
        writer.begin(items);
        writer.row(image(5, "b"));
        writer.rollback();
        assertEquals("[[-5, a], [3, a], [4, a], [5, a], [6, a], [7, a]]", notes());
        writer.replace(List.of(items), lower, upper);
        writer.begin(items);
        writer.row(image(5, "b"));
        writer.commit(entry(0, lower, upper, 1), 4);
        assertEquals("[[-5, a], [3, a], [5, b], [7, a]]", notes());
        writer.replace(List.of(items), Optional.empty(), lower);
        writer.begin(items);
        writer.commit(entry(1, Optional.empty(), lower, 0), 4);
        assertEquals("[[5, b], [7, a]]", notes());
        writer.begin(items);
        writer.row(image(9, "c"));
        writer.commit(entry(2, Optional.empty(), Optional.empty(), 1), 4);
        assertEquals("[[5, b], [7, a], [9, c]]", notes());
        writer.replace(List.of(items), Optional.empty(), Optional.empty());
        writer.begin(items);
        writer.row(image(1, "d"));
        writer.commit(entry(3, Optional.empty(), Optional.empty(), 1), 4);
        assertEquals("[[1, d]]", notes());
    }

    @Test
    void shouldReplaceTablesThatReferToEachOther() {
        TargetTable parts =
                lab.create(target, table("shop", "parts", 1, bigint("id"), varchar("note", 60), bigint("item")));
        String schema = lab.namespace();
        lab.execute("ALTER TABLE " + schema + ".parts ADD CONSTRAINT parts_items FOREIGN KEY (item) REFERENCES "
                + schema + ".items (id)");
        lab.execute("INSERT INTO " + schema + ".items (id) VALUES (1), (2)");
        lab.execute("INSERT INTO " + schema + ".parts (id, item) VALUES (1, 1), (2, 2)");
        assertEquals(Set.of(parts.name()), target.referring(List.of(items.name())));
        assertEquals(Set.of(), target.referring(List.of(items.name(), parts.name())));
        writer.replace(List.of(parts, items), Optional.empty(), Optional.empty());
        writer.begin(items);
        writer.row(image(2, "new"));
        writer.commit(entry(0, Optional.empty(), Optional.empty(), 1), 4);
        assertEquals("[[2, new]]", notes());
        assertEquals("[]", lab.query("SELECT * FROM " + schema + ".parts").toString());

        lab.execute("INSERT INTO " + schema + ".parts (id, item) VALUES (1, 2)");
        List<LedgerEntry> noted = List.of(entry(LedgerEntry.EMPTIED, Optional.empty(), Optional.empty(), 0));
        MillraceException fenced = assertThrows(
                MillraceException.class, () -> target.control().empty(List.of(items.name(), parts.name()), noted, 3));
        assertEquals(ErrorCode.TARGET_FENCED, fenced.code());
        assertEquals("1", count());
        target.control().empty(List.of(items.name(), parts.name()), noted, 4);
        assertEquals("0", count());
        assertEquals(
                1,
                target.control().ledger().stream()
                        .filter(LedgerEntry::isEmptied)
                        .count());
    }

    /** What is emptied is no chunk, and does not keep the load from its end; a reload's mark goes with the end. */
    @Test
    void shouldKeepRequestsAndMarksApartFromChunks() {
        LedgerEntry request = entry(LedgerEntry.REQUESTED, Optional.empty(), Optional.empty(), 0);
        LedgerEntry mark = entry(LedgerEntry.RELOADING, Optional.empty(), Optional.empty(), 0);
        LedgerEntry chunk = entry(0, Optional.empty(), Optional.empty(), 0);
        target.control().empty(List.of(items.name()), List.of(entry(-2, Optional.empty(), Optional.empty(), 0)), 4);
        writer.begin(items);
        writer.commit(chunk, 4);
        target.control().endLoad(TestSchemas.POSITION, 4);
        assertEquals(3, target.control().ledger().size());
        assertTrue(target.control().request(List.of(request)));
        assertFalse(target.control().request(List.of(request)));
        assertEquals(4, target.control().ledger().size());
        assertEquals(
                ErrorCode.TARGET_FENCED,
                assertThrows(
                                MillraceException.class,
                                () -> target.control().rewrite(List.of(ITEMS.table()), List.of(mark), 3))
                        .code());
        target.control().rewrite(List.of(ITEMS.table()), List.of(mark), 4);
        assertEquals(List.of(mark), target.control().ledger());
        writer.begin(items);
        writer.commit(chunk, 4);
        target.control().endLoad(TestSchemas.POSITION, 4);
        assertEquals(
                List.of(LedgerEntry.END, 0),
                target.control().ledger().stream().map(LedgerEntry::number).toList());
    }

    /** Loads one chunk with a writer of its own, which fails and leaves nothing. */
    private MillraceException assertFails(ErrorCode code, long epoch, Consumer<ChunkWriter> rows) {
        String before = count();
        MillraceException failure;
        try (ChunkWriter failing = target.chunkWriter()) {
            failing.begin(items);
            failure = assertThrows(MillraceException.class, () -> {
                rows.accept(failing);
                failing.commit(entry(9, Optional.empty(), Optional.empty(), 1), epoch);
            });
        }
        assertEquals(code, failure.code(), failure.display());
        assertEquals(before, count());
        assertEquals(List.of(), target.control().ledger());
        return failure;
    }
}
