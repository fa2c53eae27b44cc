package io.millrace.transform.step;

import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowEncoder;

/** What the source did to the row, as a word. Immutable. */
public final class OperationStep implements ColumnStep {
    @Override
    public void put(int column, ImageFlyweight row, RowContext context, RowEncoder out) {
        context.operation().put(column, out);
    }
}
