package io.millrace.transform.step;

import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowEncoder;
import org.agrona.DirectBuffer;

/** Edits a column of variable width. What is absent stays absent, NULL stays NULL. */
public abstract class TextEdit implements ColumnStep {
    @Override
    public final void put(int column, ImageFlyweight row, RowContext context, RowEncoder out) {
        if (!row.isPresent(column)) {
            out.putAbsent(column);
        } else if (row.isNull(column)) {
            out.putNull(column);
        } else {
            edit(column, row.buffer(), row.valueOffset(column), row.valueLength(column), out);
        }
    }

    public abstract void edit(int column, DirectBuffer text, int offset, int length, RowEncoder out);
}
