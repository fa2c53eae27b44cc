package io.millrace.lane.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.lane.change.ChangeKind;
import io.millrace.lane.table.LaneLayout;
import io.millrace.lane.table.RowMaker;
import io.millrace.lane.table.TableBinding;
import io.millrace.mapping.RowPolicies;
import io.millrace.mapping.TablePlan;
import io.millrace.schema.TableId;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tables that have one target. */
class JoinedBatchTest extends LaneBatchRig {
    /** Both tables have one target. */
    private void join(boolean areTied) {
        List<TargetColumn> columns =
                List.of(new TargetColumn("id", "bigint", false, 0), new TargetColumn("n", "bigint", false, 1));
        List<TableBinding> joined = new ArrayList<>();
        for (RowMaker maker : List.of(orders, items)) {
            TargetTable target =
                    new TargetTable(new TableId("dw", "all"), maker.schema, columns, List.of(0)).shared(columns);
            TablePlan plan = new TablePlan(
                    joined.size(),
                    target,
                    areTied,
                    1,
                    List.of(),
                    List.of(),
                    0,
                    List.of(),
                    -1,
                    RowPolicies.NORMAL,
                    List.of(0, 1),
                    Optional.empty());
            joined.add(new TableBinding(plan, new LaneLayout(1, 1)));
        }
        tables = joined.toArray(TableBinding[]::new);
        batch = new LaneBatch(tables);
    }

    @Test
    void shouldTakeRowsOfJoinedTablesAsOnesOfOneTable() {
        join(false);
        add(orders, ChangeKind.INSERT, 1, 10);
        add(items, ChangeKind.INSERT, 2, 20);
        add(orders, ChangeKind.DELETE, 3, 0);
        add(items, ChangeKind.INSERT, 3, 30);
        add(orders, ChangeKind.UPDATE, 4, 40);
        add(orders, ChangeKind.DELETE, 4, 0);
        add(items, ChangeKind.INSERT, 4, 41);
        add(items, ChangeKind.UPDATE, 4, 42);

        assertEquals(List.of("all INSERT 1=10 2=20", "all UPSERT 3=30 4=42"), runs());
    }

    @Test
    void shouldShowTheTargetBothRowsWhenJoinedTablesHaveOneKey() {
        join(false);
        add(orders, ChangeKind.INSERT, 1, 10);
        add(items, ChangeKind.INSERT, 2, 20);
        add(items, ChangeKind.INSERT, 1, 11);
        add(orders, ChangeKind.DELETE, 1, 0);

        assertEquals(List.of("all INSERT 1=10 2=20", "all INSERT 1=11", "all DELETE 1=0"), runs());
    }

    @Test
    void shouldShowTheTargetBothRowsWhenJoinedTablesAreTied() {
        join(true);
        add(orders, ChangeKind.INSERT, 1, 10);
        add(items, ChangeKind.INSERT, 1, 11);
        add(orders, ChangeKind.DELETE, 2, 0);
        add(items, ChangeKind.INSERT, 2, 20);

        assertEquals(List.of("all INSERT 1=10", "all UPSERT 2=20", "all INSERT 1=11"), runs());
        assertEquals(
                List.of("all INSERT 1=10", "all INSERT 1=11", "all DELETE 2=0", "all INSERT 2=20"),
                runsInSourceOrder());
    }
}
