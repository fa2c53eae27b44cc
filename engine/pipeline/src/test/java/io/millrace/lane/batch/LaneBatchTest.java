package io.millrace.lane.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.lane.change.ChangeKind;
import io.millrace.lane.table.RowMaker;
import io.millrace.lane.table.TableBinding;
import io.millrace.schema.ColumnType;
import java.util.List;
import org.junit.jupiter.api.Test;

class LaneBatchTest extends LaneBatchRig {
    @Test
    void shouldStayAnInsertWhenTheRowIsTheBatchsOwn() {
        add(orders, ChangeKind.INSERT, 1, 10);
        add(orders, ChangeKind.UPDATE, 1, 11);
        add(orders, ChangeKind.INSERT, 2, 20);
        add(orders, ChangeKind.DELETE, 2, 0);
        add(orders, ChangeKind.INSERT, 2, 21);
        assertEquals(List.of("orders INSERT 1=11 2=21"), runs());
    }

    @Test
    void shouldVanishWhenTheRowCameAndWent() {
        add(orders, ChangeKind.INSERT, 1, 10);
        add(orders, ChangeKind.DELETE, 1, 0);
        assertEquals(List.of(), runs());
        assertEquals(1, batch.entryCount());
    }

    @Test
    void shouldBecomeAnUpsertWhenARowWasRemovedAndCameBack() {
        add(orders, ChangeKind.DELETE, 1, 0);
        add(orders, ChangeKind.INSERT, 1, 10);
        add(orders, ChangeKind.UPDATE, 2, 20);
        add(orders, ChangeKind.UPDATE, 2, 21);
        add(orders, ChangeKind.UPDATE, 3, 30);
        add(orders, ChangeKind.DELETE, 3, 0);
        assertEquals(List.of("orders UPDATE 2=21", "orders UPSERT 1=10", "orders DELETE 3=0"), runs());
    }

    /** A key that another one's bytes are equal to at the server, as of citext or a collation without case, is left before it is taken. */
    @Test
    void shouldRemoveFirstWhenKeysOfOtherBytesMayBeEqual() {
        RowMaker measures = new RowMaker("measures", ColumnType.DOUBLE);
        tables = new TableBinding[] {binding(orders, 0, false), binding(measures, 1, false)};
        batch = new LaneBatch(tables);
        add(measures, ChangeKind.DELETE, 1, 0);
        add(measures, ChangeKind.INSERT, 2, 20);
        add(measures, ChangeKind.UPDATE, 3, 30);
        add(orders, ChangeKind.DELETE, 1, 0);
        add(orders, ChangeKind.INSERT, 2, 20);
        assertEquals(
                List.of(
                        "orders INSERT 2=20",
                        "orders DELETE 1=0",
                        "measures DELETE 1=0",
                        "measures INSERT 2=20",
                        "measures UPDATE 3=30"),
                runs());
    }

    @Test
    void shouldSwapKeysWhenRowsMoveThroughAThird() {
        // UPDATE id 1 → 9, 2 → 1, 9 → 2
        add(orders, ChangeKind.MOVE_OUT, 1, 100);
        add(orders, ChangeKind.MOVE_IN, 9, 100);
        add(orders, ChangeKind.MOVE_OUT, 2, 200);
        add(orders, ChangeKind.MOVE_IN, 1, 200);
        add(orders, ChangeKind.MOVE_OUT, 9, 100);
        add(orders, ChangeKind.MOVE_IN, 2, 100);
        assertEquals(List.of("orders UPSERT 1=200 2=100"), runs());
    }

    @Test
    void shouldPutPartialImagesOverWholeOnesWhenTheBatchHasThem() {
        add(orders, ChangeKind.INSERT, 1, 10);
        addPartial(orders, 1);
        add(orders, ChangeKind.UPDATE, 2, 20);
        addPartial(orders, 2);
        addPartial(orders, 3);
        addPartial(orders, 4);
        add(orders, ChangeKind.UPDATE, 4, 40);
        addPartial(orders, 5);
        add(orders, ChangeKind.DELETE, 5, 0);
        assertEquals(
                List.of("orders INSERT 1=10", "orders UPDATE 3=?", "orders UPDATE 2=20 4=40", "orders DELETE 5=0"),
                runs());
    }

    @Test
    void shouldRefuseWhenAPartialUpdateFollowsARemoval() {
        add(orders, ChangeKind.DELETE, 1, 0);
        MillraceException refused = assertThrows(MillraceException.class, () -> addPartial(orders, 1));
        assertEquals(ErrorCode.DIRTY_LIMIT, refused.code());
    }

    @Test
    void shouldCollapseNothingAcrossAKeyChangeThatCannotBeTakenApart() {
        add(orders, ChangeKind.INSERT, 1, 10);
        add(orders, ChangeKind.DELETE, 2, 0);
        rekey(orders, 1, 2);
        addPartial(orders, 2);
        add(orders, ChangeKind.INSERT, 1, 11);
        rekey(orders, 2, 3);
        add(orders, ChangeKind.DELETE, 3, 0);
        assertEquals(
                List.of(
                        "orders INSERT 1=10",
                        "orders DELETE 2=0",
                        "orders REKEY 2=? from 1",
                        "orders INSERT 1=11",
                        "orders UPDATE 2=?",
                        "orders REKEY 3=? from 2",
                        "orders DELETE 3=0"),
                runs());
    }

    @Test
    void shouldForgetEverythingWhenCleared() {
        for (int round = 0; round < 3; round++) {
            for (long key = 0; key < 5_000; key++) {
                add(orders, ChangeKind.UPDATE, key, round);
                add(orders, ChangeKind.UPDATE, key, round + 10);
            }
            assertEquals(5_000, batch.entryCount());
            batch.seal();
            assertEquals(1, batch.runCount());
            assertEquals(5_000, batch.run(0).count());
            assertEquals(round + 10, batch.run(0).row(4_999).longAt(1));
            batch.clear();
            assertTrue(batch.isEmpty());
        }
        add(orders, ChangeKind.INSERT, 7, 1);
        assertEquals(List.of("orders INSERT 7=1"), runs());
    }

    @Test
    void shouldRefuseARowWhenTheRunHasNoSuch() {
        add(orders, ChangeKind.INSERT, 7, 1);
        batch.seal();
        assertThrows(IndexOutOfBoundsException.class, () -> batch.run(0).row(1));
    }
}
