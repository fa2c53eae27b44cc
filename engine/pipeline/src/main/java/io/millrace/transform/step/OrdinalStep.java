package io.millrace.transform.step;

import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowEncoder;

/** Which of its transaction's row changes the row was written for, counted from 0; NULL of loaded rows. Immutable. */
public final class OrdinalStep implements ColumnStep {
    @Override
    public void put(int column, ImageFlyweight row, RowContext context, RowEncoder out) {
        if (context.ordinal() < 0) {
            out.putNull(column);
        } else {
            out.putLong(column, context.ordinal());
        }
    }
}
