package io.millrace.lane.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.lane.change.ChangeKind;
import io.millrace.lane.table.LaneLayout;
import io.millrace.lane.table.RowMaker;
import io.millrace.lane.table.TableBinding;
import io.millrace.mapping.TablePlan;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tables whose rows refer to each other at the target. */
class TiedBatchTest extends LaneBatchRig {
    /** A table to whose rows foreign keys with actions refer. */
    private static TableBinding parent(RowMaker maker, int number) {
        TablePlan plan = binding(maker, number, true).plan();
        return new TableBinding(
                new TablePlan(number, plan.target(), true, 1, List.of(0), List.of(), number, List.of(), -1),
                new LaneLayout(1, 1));
    }

    @Test
    void shouldKeepTheSourcesOrderWhenTablesAreTied() {
        tie();
        add(orders, ChangeKind.INSERT, 1, 10);
        add(orders, ChangeKind.INSERT, 2, 20);
        add(items, ChangeKind.INSERT, 1, 1);
        add(orders, ChangeKind.UPDATE, 1, 11);
        add(orders, ChangeKind.UPDATE, 2, 21);
        add(orders, ChangeKind.UPDATE, 1, 12);
        add(items, ChangeKind.DELETE, 1, 0);
        assertTrue(batch.hasTied());
        assertEquals(
                List.of(
                        "orders INSERT 1=10 2=20",
                        "items INSERT 1=1",
                        "orders UPDATE 1=11 2=21",
                        "orders UPDATE 1=12",
                        "items DELETE 1=0"),
                runsInSourceOrder());
        assertTrue(batch.isReordered());
    }

    @Test
    void shouldCollapseTiedRowsChildrenRemovedFirstWhenNothingForbidsIt() {
        tie();
        add(orders, ChangeKind.UPDATE, 7, 70);
        add(orders, ChangeKind.INSERT, 1, 10);
        add(items, ChangeKind.INSERT, 1, 1);
        add(orders, ChangeKind.UPDATE, 1, 11);
        add(items, ChangeKind.DELETE, 9, 0);
        add(orders, ChangeKind.DELETE, 9, 0);
        add(orders, ChangeKind.UPDATE, 7, 71);
        add(items, ChangeKind.INSERT, 2, 2);
        add(items, ChangeKind.DELETE, 2, 0);
        assertEquals(
                List.of(
                        "items DELETE 9=0",
                        "orders DELETE 9=0",
                        "orders UPDATE 7=71",
                        "orders INSERT 1=11",
                        "items INSERT 1=1"),
                runs());
    }

    @Test
    void shouldKeepChangesOfUniqueValuesInOrderWhenTiedRowsCollapse() {
        tie();
        // Rows 1 and 2 swap a unique value through a third; others change nothing unique.
        add(orders, ChangeKind.UPDATE, 1, 10);
        add(orders, ChangeKind.UPDATE_UNIQUE, 1, 99);
        add(orders, ChangeKind.UPDATE_UNIQUE, 2, 10);
        add(orders, ChangeKind.UPDATE, 3, 30);
        add(orders, ChangeKind.UPDATE_UNIQUE, 1, 20);
        add(orders, ChangeKind.UPDATE, 1, 21);
        add(orders, ChangeKind.INSERT, 4, 40);
        add(orders, ChangeKind.DELETE, 5, 0);
        assertEquals(
                List.of(
                        "orders DELETE 5=0",
                        "orders UPDATE 1=99",
                        "orders UPDATE 2=10",
                        "orders UPDATE 1=20",
                        "orders UPDATE 3=30 1=21",
                        "orders INSERT 4=40"),
                runs());
        assertEquals(
                List.of(
                        "orders UPDATE 1=10",
                        "orders UPDATE 1=99",
                        "orders UPDATE 2=10",
                        "orders UPDATE 3=30",
                        "orders UPDATE 1=20",
                        "orders UPDATE 1=21",
                        "orders INSERT 4=40",
                        "orders DELETE 5=0"),
                runs(batch.inSourceOrder()));
    }

    @Test
    void shouldCutWhenARowOfAChangedUniqueValueComesOrGoes() {
        tie();
        add(orders, ChangeKind.INSERT, 1, 10);
        add(orders, ChangeKind.UPDATE_UNIQUE, 1, 11);
        add(orders, ChangeKind.DELETE, 1, 0);
        add(orders, ChangeKind.INSERT, 1, 12);
        assertEquals(List.of("orders INSERT 1=10", "orders UPDATE 1=11", "orders UPSERT 1=12"), runs());
    }

    @Test
    void shouldCutAroundRemovalsWhenForeignKeysActOnThem() {
        tables = new TableBinding[] {parent(orders, 0), binding(items, 1, true)};
        batch = new LaneBatch(tables);
        add(orders, ChangeKind.INSERT, 1, 10);
        add(items, ChangeKind.UPDATE, 5, 1);
        add(orders, ChangeKind.DELETE, 2, 0);
        add(orders, ChangeKind.DELETE, 3, 0);
        add(orders, ChangeKind.INSERT, 2, 20);
        add(orders, ChangeKind.DELETE_ALONE, 4, 0);
        add(items, ChangeKind.UPDATE, 5, 2);
        assertEquals(
                List.of(
                        "orders INSERT 1=10",
                        "items UPDATE 5=1",
                        "orders DELETE 2=0 3=0",
                        "orders INSERT 2=20",
                        "orders DELETE 4=0",
                        "items UPDATE 5=2"),
                runs());
        assertTrue(batch.run(4).haveKeysRested());
    }

    @Test
    void shouldKeepTheSourcesOrderWhenTiedRowsLackColumns() {
        tie();
        add(orders, ChangeKind.UPDATE, 1, 11);
        addPartial(orders, 2);
        rekey(orders, 1, 3);
        rekey(orders, 2, 4);
        addPartial(orders, 3);
        assertEquals(
                List.of(
                        "orders UPDATE 1=11 2=?",
                        "orders REKEY 3=? from 1",
                        "orders REKEY 4=? from 2",
                        "orders UPDATE 3=?"),
                runsInSourceOrder());
    }
}
