package io.millrace.mapping;

import io.millrace.task.Conflicts;
import java.util.Objects;

/**
 * What becomes of a table's row changes. Immutable.
 *
 * @param ignoresInserts then no change makes a row: an update of one that is not there does nothing
 * @param ignoresUpdates changes of keys are updates
 * @param marksDeletes a delete leaves the row, and sets a column
 * @param conflicts of updates and deletes that meet no row
 * @param filters which changes are applied
 * @param appends every change is a row of its own
 */
public record RowPolicies(
        boolean ignoresInserts,
        boolean ignoresUpdates,
        boolean ignoresDeletes,
        boolean marksDeletes,
        Conflicts conflicts,
        ChangeFilters filters,
        boolean appends) {
    public static final RowPolicies NORMAL =
            new RowPolicies(false, false, false, false, Conflicts.REPAIR, ChangeFilters.NONE, false);

    public RowPolicies {
        Objects.requireNonNull(conflicts, "conflicts");
        Objects.requireNonNull(filters, "filters");
    }

    /** Whether an update makes no row: one that is not there was left out when it was inserted. */
    public boolean makeNoRow() {
        return ignoresInserts || !filters.insert().isEmpty();
    }

    /** Whether an update may be dropped. */
    public boolean mayDropUpdates() {
        return ignoresUpdates || !filters.update().isEmpty();
    }

    /** Whether a row may stand at the target whose key the source has given to a new one. */
    public boolean keepRows() {
        return ignoresDeletes
                || mayDropUpdates()
                || marksDeletes
                || !filters.delete().isEmpty();
    }

    /** Whether some changes are dropped. */
    public boolean ignoresAny() {
        return ignoresInserts || ignoresUpdates || ignoresDeletes || !filters.isNone();
    }

    /** Whether a row that is not there is refused, and not repaired. Where changes are ignored, rows are missing by intent. */
    public boolean refuseMissing() {
        return conflicts != Conflicts.REPAIR && !ignoresAny();
    }
}
