package io.millrace.lane.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.lane.change.ChangeKind;
import io.millrace.lane.table.LaneLayout;
import io.millrace.lane.table.RowMaker;
import io.millrace.lane.table.TableBinding;
import io.millrace.mapping.ChangeFilters;
import io.millrace.mapping.RowPolicies;
import io.millrace.mapping.TablePlan;
import io.millrace.schema.ColumnType;
import io.millrace.task.Conflicts;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tables whose deletes mark rows, or leave them. */
class MarkedBatchTest extends LaneBatchRig {
    /** A table whose deletes mark, or are dropped. */
    private static TableBinding keeping(RowMaker maker, int number, boolean isTied, boolean marksDeletes) {
        RowPolicies policies =
                new RowPolicies(false, false, !marksDeletes, marksDeletes, Conflicts.REPAIR, ChangeFilters.NONE, false);
        TablePlan plan = new TablePlan(
                number,
                binding(maker, number, isTied).plan().target(),
                isTied,
                1,
                List.of(),
                List.of(),
                number,
                List.of(),
                -1,
                policies,
                List.of(),
                Optional.empty());
        return new TableBinding(plan, new LaneLayout(1, 1));
    }

    private void mark(boolean isTied) {
        tables = new TableBinding[] {keeping(orders, 0, isTied, true), binding(items, 1, isTied)};
        batch = new LaneBatch(tables);
        add(orders, ChangeKind.INSERT, 1, 10);
        add(orders, ChangeKind.DELETE, 1, 0);
        add(orders, ChangeKind.UPDATE, 2, 20);
        add(orders, ChangeKind.DELETE, 2, 0);
        add(orders, ChangeKind.DELETE, 3, 0);
        add(orders, ChangeKind.INSERT, 4, 40);
        add(orders, ChangeKind.DELETE, 4, 0);
        add(orders, ChangeKind.INSERT, 4, 41);
        add(orders, ChangeKind.MOVE_OUT, 5, 0);
        add(items, ChangeKind.DELETE, 6, 0);
    }

    @Test
    void shouldMarkRowsBehindWhatTheyWereWhenDeletesDoNotRemove() {
        mark(false);
        assertEquals(
                List.of(
                        "orders UPSERT 1=10",
                        "orders UPDATE 2=20",
                        "orders UPSERT 4=41",
                        "orders DELETE 5=0",
                        "orders MARK 1=10 2=20 3=0",
                        "items DELETE 6=0"),
                runs());
        batch.clear();
        tables[0].load().await();
        add(orders, ChangeKind.DELETE, 1, 0);
        assertEquals(List.of("orders DELETE 1=0"), runs());
    }

    @Test
    void shouldMarkRowsBehindWhatTheyWereWhenTied() {
        mark(true);
        assertEquals(
                List.of(
                        "orders UPDATE 2=20",
                        "orders UPSERT 1=10 4=40",
                        "orders MARK 1=0 2=0 3=0 4=0",
                        "items DELETE 6=0",
                        "orders DELETE 5=0",
                        "orders UPSERT 4=41"),
                runs());
        assertEquals(
                List.of(
                        "orders UPSERT 1=10",
                        "orders MARK 1=0",
                        "orders UPDATE 2=20",
                        "orders MARK 2=0 3=0",
                        "orders UPSERT 4=40",
                        "orders MARK 4=0",
                        "orders UPSERT 4=41",
                        "orders DELETE 5=0",
                        "items DELETE 6=0"),
                runsInSourceOrder());
    }

    /** Keys 1 and 2 stand for such as are equal with other bytes, as of citext or a collation without case: one of both is there. */
    private void markEqualKeys(boolean isTied) {
        RowMaker measures = new RowMaker("measures", ColumnType.DOUBLE);
        tables = new TableBinding[] {keeping(orders, 0, isTied, true), keeping(measures, 1, isTied, true)};
        batch = new LaneBatch(tables);
        add(measures, ChangeKind.UPDATE, 7, 70);
        add(measures, ChangeKind.DELETE, 1, 0);
        add(measures, ChangeKind.INSERT, 2, 20);
        add(measures, ChangeKind.DELETE, 2, 0);
        add(orders, ChangeKind.DELETE, 1, 0);
        add(orders, ChangeKind.INSERT, 2, 20);
        add(measures, ChangeKind.INSERT, 1, 11);
        add(measures, ChangeKind.DELETE, 8, 0);
        add(measures, ChangeKind.INSERT, 9, 90);
    }

    @Test
    void shouldMarkWhatWentBeforeARowComesToAnEqualKey() {
        markEqualKeys(false);
        assertEquals(
                List.of(
                        "orders UPSERT 2=20",
                        "orders MARK 1=0",
                        "measures MARK 1=0",
                        "measures UPSERT 2=20",
                        "measures UPDATE 7=70",
                        "measures MARK 2=20",
                        "measures MARK 8=0",
                        "measures UPSERT 1=11 9=90"),
                runs());
        batch.clear();
        add(orders, ChangeKind.INSERT, 1, 10);
        assertEquals(List.of("orders UPSERT 1=10"), runs());
    }

    @Test
    void shouldMarkWhatWentBeforeARowComesToAnEqualKeyWhenTied() {
        markEqualKeys(true);
        assertEquals(
                List.of(
                        "measures MARK 1=0",
                        "orders UPSERT 2=20",
                        "measures UPDATE 7=70",
                        "measures UPSERT 2=20",
                        "measures MARK 2=0",
                        "orders MARK 1=0",
                        "measures MARK 8=0",
                        "measures UPSERT 1=11 9=90"),
                runs());
        assertEquals(
                List.of(
                        "measures UPDATE 7=70",
                        "measures MARK 1=0",
                        "measures UPSERT 2=20",
                        "measures MARK 2=0",
                        "orders MARK 1=0",
                        "orders UPSERT 2=20",
                        "measures UPSERT 1=11",
                        "measures MARK 8=0",
                        "measures UPSERT 9=90"),
                runsInSourceOrder());
    }

    @Test
    void shouldWriteWhatStaysBeforeARowComesToAnEqualKey() {
        RowMaker measures = new RowMaker("measures", ColumnType.DOUBLE);
        tables = new TableBinding[] {keeping(orders, 0, false, false), keeping(measures, 1, false, false)};
        batch = new LaneBatch(tables);
        add(measures, ChangeKind.UPDATE, 1, 10);
        add(measures, ChangeKind.INSERT, 5, 50);
        batch.stay(tables[1]);
        add(measures, ChangeKind.UPDATE, 3, 30);
        add(measures, ChangeKind.INSERT, 2, 20);
        add(measures, ChangeKind.INSERT, 6, 60);
        assertEquals(List.of("measures UPSERT 5=50", "measures UPDATE 1=10 3=30", "measures UPSERT 2=20 6=60"), runs());
    }
}
