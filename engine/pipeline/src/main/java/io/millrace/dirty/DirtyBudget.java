package io.millrace.dirty;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.schema.TableId;
import io.millrace.task.DirtyLimit;
import io.millrace.task.TaskSpec;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How many dirty rows a task may have. A number counts stored rows: of all tables together, or of one that has a limit of its own.
 * A percentage is each table's, over its last rows; it begins anew with each start. Not thread-safe.
 */
final class DirtyBudget {
    private final TaskSpec task;
    private final Map<TableId, Share> shares = new HashMap<>();
    private long stored;

    /** What a table's rows count for. */
    private static final class Share {
        final DirtyLimit limit;
        final boolean isOwn;
        final DirtyWindow window = new DirtyWindow();
        long stored;

        Share(DirtyLimit limit, boolean isOwn) {
            this.limit = limit;
            this.isOwn = isOwn;
        }
    }

    DirtyBudget(TaskSpec task) {
        this.task = task;
    }

    /** Whether no table of the task may have any. */
    boolean isNone() {
        return task.dirtyLimit().isNone()
                && task.tables().rules().stream()
                        .allMatch(rule ->
                                rule.dirtyLimit().map(DirtyLimit::isNone).orElse(true));
    }

    /** Whether rows that pass are to be counted. */
    boolean isRelative() {
        return task.dirtyLimit() instanceof DirtyLimit.Percent
                || task.tables().rules().stream()
                        .anyMatch(rule -> rule.dirtyLimit()
                                .filter(DirtyLimit.Percent.class::isInstance)
                                .isPresent());
    }

    private Share share(TableId source) {
        return shares.computeIfAbsent(source, table -> {
            Optional<DirtyLimit> own = task.tables().dirtyLimit(table);
            return new Share(own.orElse(task.dirtyLimit()), own.isPresent());
        });
    }

    /** A row that is stored already. */
    void stored(TableId source) {
        Share share = share(source);
        share.stored++;
        stored += share.isOwn ? 0 : 1;
    }

    /** A stored row is not any more. */
    void removed(TableId source) {
        Share share = share(source);
        share.stored--;
        stored -= share.isOwn ? 0 : 1;
    }

    /** A row that is to be stored. */
    void take(DirtyRow row) {
        TableId source = row.schema().table();
        Share share = share(source);
        stored(source);
        share.window.dirty();
        boolean isOver;
        if (share.limit instanceof DirtyLimit.Count count) {
            isOver = (share.isOwn ? share.stored : stored) > count.rows();
        } else if (share.limit instanceof DirtyLimit.Percent percent) {
            isOver = share.window.isOver(percent);
        } else {
            isOver = false;
        }
        if (isOver) {
            throw new MillraceException(
                    ErrorCode.DIRTY_LIMIT,
                    "a row cannot be written, and is one more than dirty.limit lets pass: limit=" + share.limit.text()
                            + ", stored=" + ((share.isOwn ? share.stored : stored) - 1) + ", table=" + row.target()
                            + ", operation=" + row.operation() + ", "
                            + row.why().reason());
        }
    }

    /** Rows of a table have come, whether they can be written or not; before those that cannot are {@link #take}n. */
    void passed(TableId source, long rows) {
        share(source).window.passed(rows);
    }
}
