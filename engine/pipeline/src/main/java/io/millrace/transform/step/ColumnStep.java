package io.millrace.transform.step;

import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowEncoder;

/** Puts one column of a rewritten image. Confined to a lane or loader. Hot path: allocates nothing, but where it says so. */
public interface ColumnStep {
    /**
     * Puts the column.
     *
     * @param row before all steps of the same pass
     */
    void put(int column, ImageFlyweight row, RowContext context, RowEncoder out);
}
