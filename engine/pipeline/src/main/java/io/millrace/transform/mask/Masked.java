package io.millrace.transform.mask;

import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowEncoder;
import io.millrace.transform.step.ColumnStep;
import io.millrace.transform.step.RowContext;

/** A value, or nothing, in the place of every value that is not NULL. Immutable. */
public final class Masked implements ColumnStep {
    private final ColumnStep value; // null: NULL

    public Masked(ColumnStep value) {
        this.value = value;
    }

    @Override
    public void put(int column, ImageFlyweight row, RowContext context, RowEncoder out) {
        if (!row.isPresent(column)) {
            out.putAbsent(column);
        } else if (row.isNull(column) || value == null) {
            out.putNull(column);
        } else {
            value.put(column, row, context, out);
        }
    }
}
