package io.millrace.expression;

import io.millrace.expression.value.Truth;
import io.millrace.expression.value.Value;
import io.millrace.row.ImageFlyweight;
import java.util.Set;

/** Whether rows meet a condition. Confined to one thread. Hot path: see {@link Value}. */
public final class Condition {
    private final Truth truth;
    private final int[] columns;

    Condition(Truth truth, Set<Integer> columns) {
        this.truth = truth;
        this.columns = columns.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Whether the source sent every column that is asked for. */
    public boolean isDecidable(ImageFlyweight row) {
        for (int column : columns) {
            if (!row.isPresent(column)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether the row, which must be decidable, makes it true; unknown is not true.
     *
     * @throws io.millrace.error.MillraceException with EXPRESSION_FAILED for what SQL calls an error: a division by zero
     */
    public boolean isMet(ImageFlyweight row) {
        return truth.load(row) && truth.isTrue;
    }
}
