package io.millrace.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.mapping.TaskPlan;
import io.millrace.position.MySqlGtids;
import io.millrace.position.TransactionId;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.KeyBound;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.writer.LedgerEntry;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A range between committed chunks, which is loaded in parts: each is opened, and judged by lanes, as what lies behind all. */
class LoadBoardTest {
    private static final UUID SERVER = new UUID(1, 2);
    private static final int BEHIND = 1 << 30;
    private static final TableSchema TABLE = new TableSchema(
            new TableId("shop", "orders"),
            0,
            List.of(new Column("id", ColumnType.INTEGER, "bigint", false, -1, -1, "", List.of(), false)),
            List.of(0));
    private static final TargetTable TARGET = new TargetTable(
            new TableId("dw", "orders"), TABLE, List.of(new TargetColumn("id", "bigint", false, 0)), List.of(0));
    private static final TaskPlan PLAN = TaskPlan.of(List.of(TARGET), Map.of());

    private final List<LedgerEntry> entries = new ArrayList<>(List.of(
            new LedgerEntry(TABLE.table(), LedgerEntry.RELOADING, none(), none(), upTo(5), "", 0),
            entry(0, none(), key(10), 0),
            entry(BEHIND, key(100), none(), 0)));
    private LoadGate gate;
    private LoadBoard board;

    private static Optional<KeyBound> none() {
        return Optional.empty();
    }

    private static Optional<KeyBound> key(long number) {
        return Optional.of(KeyBounds.of(TABLE, BigInteger.valueOf(number)));
    }

    private static MySqlGtids upTo(long number) {
        return MySqlGtids.parse(SERVER + ":1-" + number);
    }

    private static LedgerEntry entry(int number, Optional<KeyBound> lower, Optional<KeyBound> upper, long rows) {
        return new LedgerEntry(
                TABLE.table(),
                number,
                lower,
                upper,
                upTo(5),
                LoadLedger.shape(PLAN.tables().get(0)),
                rows);
    }

    private void open() {
        LoadLedger ledger = LoadLedger.of(PLAN, entries, true, true, table -> true);
        gate = new LoadGate(0, ledger.view());
        board = new LoadBoard(ledger, gate, () -> 0);
    }

    private LoadBoard.Claim claim() {
        return board.take().orElseThrow();
    }

    private Chunk openTo(long upper) {
        return board.open(claim(), key(upper));
    }

    private void done(Chunk chunk) {
        LedgerEntry entry = entry(chunk.number(), chunk.lower(), chunk.upper(), 7);
        entries.add(entry);
        board.done(chunk, List.of(entry));
    }

    /** What a lane does with a change that no watermark contains. */
    private Verdict judge(long key) {
        TransactionId id = new TransactionId();
        id.kind = TransactionId.KIND_MYSQL;
        id.serverHigh = SERVER.getMostSignificantBits();
        id.serverLow = SERVER.getLeastSignificantBits();
        id.number = 9;
        return gate.view().judge(0, key(key).orElseThrow().wrap(new ImageFlyweight()), id);
    }

    private List<Verdict> judged(long... keys) {
        return IntStream.range(0, keys.length).mapToObj(i -> judge(keys[i])).toList();
    }

    @Test
    void shouldShareARangeOutInPartsAndLeaveTheRestPending() {
        open();
        LoadBoard.Claim first = claim();
        assertTrue(first.needsEnd());
        assertEquals(key(10), first.begin());
        assertEquals(key(100), first.end());
        assertEquals(Optional.empty(), board.take(), "one looks for the range's first end");
        assertEquals(
                List.of(Verdict.APPLY, Verdict.SKIP, Verdict.SKIP, Verdict.APPLY),
                judged(10, 11, 100, 101),
                "the range is pending while an end is looked for");

        Chunk one = board.open(first, key(40));
        assertEquals(List.of(1, key(10), key(40)), List.of(one.number(), one.lower(), one.upper()));
        assertEquals(List.of(Verdict.APPLY, Verdict.WAIT, Verdict.WAIT, Verdict.SKIP), judged(10, 11, 40, 41));
        Chunk two = openTo(70);
        assertEquals(List.of(2, key(40), key(70)), List.of(two.number(), two.lower(), two.upper()));
        done(two);
        assertEquals(
                List.of(Verdict.WAIT, Verdict.APPLY, Verdict.APPLY, Verdict.SKIP, Verdict.APPLY),
                judged(40, 41, 70, 71, 101));
        Chunk last = openTo(100);
        assertEquals(List.of(BEHIND - 1, key(70), key(100)), List.of(last.number(), last.lower(), last.upper()));
        done(one);
        assertEquals(Optional.empty(), board.take());
        assertFalse(board.isComplete());
        done(last);
        assertTrue(board.isComplete());
        assertEquals(List.of(Verdict.APPLY, Verdict.APPLY), judged(11, 100));
    }

    @Test
    void shouldGoOnWithWhatIsLeftWhenCutBetweenParts() {
        open();
        Chunk one = openTo(40);
        Chunk two = openTo(70);
        done(two);
        assertEquals(key(40), one.upper());

        open();
        assertEquals(
                List.of(new LoadRest.Range(key(10), key(40)), new LoadRest.Range(key(70), key(100))),
                LoadRest.of(entries).ranges());
        assertEquals(7, LoadRest.of(entries).loadedRows());
        LoadBoard.Claim left = claim();
        assertFalse(left.needsEnd(), "the ledger has one number for it");
        Chunk again = board.open(left, left.end());
        assertEquals(List.of(1, key(10), key(40)), List.of(again.number(), again.lower(), again.upper()));
        LoadBoard.Claim rest = claim();
        assertTrue(rest.needsEnd());
        assertEquals(List.of(key(70), key(100)), List.of(rest.begin(), rest.end()));
        board.giveBack(rest);
        Chunk third = openTo(90);
        assertEquals(3, third.number());
        done(third);
        done(again);
        done(openTo(100));
        assertTrue(board.isComplete());

        open();
        assertTrue(board.isComplete());
        assertEquals(List.of(), LoadRest.of(entries).ranges());
    }

    /** Written by a version that had one number for a range. */
    @Test
    void shouldTakeARangeAsOneChunkWhenTheLedgerHasOneNumberForIt() {
        entries.set(2, entry(2, key(100), none(), 0));
        open();
        LoadBoard.Claim all = claim();
        assertFalse(all.needsEnd());
        Chunk chunk = board.open(all, all.end());
        assertEquals(List.of(1, key(10), key(100)), List.of(chunk.number(), chunk.lower(), chunk.upper()));
    }
}
