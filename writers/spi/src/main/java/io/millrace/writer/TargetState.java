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
 *     direction that the server enforces on us. Its changes are neither collapsed nor reordered (EXACTNESS 25)
 * @param tiedTo target tables at the other end of such foreign keys
 * @param findings every reason why the plan cannot be written there
 */
public record TargetState(
        boolean exists, boolean hasRows, boolean isTied, List<TableId> tiedTo, List<Finding> findings) {
    public TargetState {
        tiedTo = List.copyOf(tiedTo);
        findings = List.copyOf(findings);
    }
}
