package io.millrace.writer;

import io.millrace.error.Finding;
import io.millrace.schema.TableId;
import java.util.List;

/**
 * How a planned table stands at the target.
 *
 * @param exists whether there is such a table
 * @param hasRows whether it holds any row
 * @param isTied whether its rows are tied to others beyond their key: further unique keys, or foreign keys in either
 *     direction that the server enforces on us, or will once the task has made them. Its changes are neither collapsed nor
 *     reordered (EXACTNESS 25)
 * @param isEnforced whether the server does so already, so that rows cannot come in any order that a load likes (EXACTNESS 40)
 * @param tiedTo target tables at the other end of such foreign keys
 * @param uniqueColumns the target's columns that take part in further unique keys; all of them where only the server knows which
 * @param computed the target's columns which the source computes and the target does, too: nobody else may write them
 * @param findings every reason why the plan cannot be written there
 */
public record TargetState(
        boolean exists,
        boolean hasRows,
        boolean isTied,
        boolean isEnforced,
        List<TableId> tiedTo,
        List<String> uniqueColumns,
        List<String> computed,
        List<Finding> findings) {
    public TargetState {
        tiedTo = List.copyOf(tiedTo);
        uniqueColumns = List.copyOf(uniqueColumns);
        computed = List.copyOf(computed);
        findings = List.copyOf(findings);
    }

    /** A state in which the server enforces all there is, and has no further unique key. */
    public TargetState(boolean exists, boolean hasRows, boolean isTied, List<TableId> tiedTo, List<Finding> findings) {
        this(exists, hasRows, isTied, isTied, tiedTo, List.of(), List.of(), findings);
    }
}
