package io.millrace.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.position.PostgresSnapshot;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.KeyOrder;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import java.math.BigInteger;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** EXACTNESS 36, 38: which watermark judges a change, and what becomes of it before there is one. */
class TableViewTest {
    private static final TableSchema TABLE = new TableSchema(
            new TableId("shop", "orders"),
            0,
            List.of(new Column("id", ColumnType.INTEGER, "bigint", false, -1, -1, "", List.of(), false)),
            List.of(0));

    /** Either sees a transaction that runs for the other. */
    private static final SourcePosition LACKS_5 = PostgresSnapshot.of("5:8:5", 100);

    private static final SourcePosition LACKS_6 = PostgresSnapshot.of("6:8:6", 100);

    private static ImageFlyweight key(long number) {
        return KeyBounds.of(TABLE, BigInteger.valueOf(number)).wrap(new ImageFlyweight());
    }

    /** Keys up to 10, and all others. */
    private static TableView view(boolean isOrdered, SourcePosition first, SourcePosition second) {
        SourcePosition[] watermarks = {first, second};
        boolean isComplete = first != null && second != null;
        return new TableView(
                isOrdered ? Optional.of(KeyOrder.of(TABLE)) : Optional.empty(),
                new ImageFlyweight[] {key(10), null},
                watermarks,
                watermarks,
                new BitSet(),
                2,
                isComplete,
                false);
    }

    private static Verdict judge(TableView view, long key, long transaction) {
        TransactionId id = new TransactionId();
        id.kind = TransactionId.KIND_POSTGRES;
        id.number = transaction;
        return view.judge(key(key), id, true);
    }

    @Test
    void shouldJudgeByTheKeysOwnChunkWhenTheOrderIsTheServers() {
        TableView view = view(true, LACKS_5, LACKS_6);
        assertEquals(Verdict.APPLY, judge(view, 1, 5));
        assertEquals(Verdict.SKIP, judge(view, 1, 6));
        assertEquals(Verdict.SKIP, judge(view, 11, 5));
        assertEquals(Verdict.APPLY, judge(view, 11, 6));
    }

    @Test
    void shouldApplyWhatAnyChunkMayLackWhenTheOrderIsNotKnown() {
        TableView view = view(false, LACKS_5, LACKS_6);
        for (long key : List.of(1L, 11L)) {
            assertEquals(Verdict.APPLY, judge(view, key, 5));
            assertEquals(Verdict.APPLY, judge(view, key, 6));
            assertEquals(Verdict.SKIP, judge(view, key, 4));
        }
    }

    @Test
    void shouldWaitForEveryChunkWhenTheOrderIsNotKnown() {
        TableView view = view(false, LACKS_5, null);
        assertEquals(Verdict.WAIT, judge(view, 1, 4));
        assertEquals(Verdict.WAIT, judge(view, 11, 4));
        assertEquals(Verdict.SKIP, judge(view(true, LACKS_5, null), 1, 4), "its own chunk is done");
        assertEquals(Verdict.WAIT, judge(view(true, LACKS_5, null), 11, 4));
    }
}
