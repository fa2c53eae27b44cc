package io.millrace.lane;

import io.millrace.dirty.DirtyRow;
import io.millrace.lane.table.LaneLayout;
import io.millrace.lane.table.TableBinding;
import io.millrace.mapping.TablePlan;
import io.millrace.mapping.TaskPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The keys of stored rows as lanes hash those of their batches. Stateless. */
public final class DirtyKeys {
    private DirtyKeys() {}

    /** Hashes of a row's key, and of its old one where that changes; none where the table is not the task's as it was. */
    public static List<Long> hashes(TaskPlan plan, DirtyRow row) {
        Optional<TablePlan> table = plan.ofSource(row.schema().table())
                .filter(each -> each.differenceOfWritten(row.schema()).isEmpty());
        if (table.isEmpty()) {
            return List.of();
        }
        TableBinding binding = new TableBinding(table.get(), new LaneLayout(1, 1));
        List<Long> hashes = new ArrayList<>();
        hashes.add(DirtyLane.hash(binding, row.wrapImage()));
        row.wrapBefore().ifPresent(before -> hashes.add(DirtyLane.hash(binding, before)));
        return hashes;
    }
}
