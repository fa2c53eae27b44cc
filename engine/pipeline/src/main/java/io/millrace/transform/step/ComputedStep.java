package io.millrace.transform.step;

import io.millrace.expression.Assignment;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowEncoder;

/** A column that has the value of an expression; absent where the source did not send what that asks for. Confined to a lane or loader. */
public final class ComputedStep implements ColumnStep {
    private final Assignment assignment;

    public ComputedStep(Assignment assignment) {
        this.assignment = assignment;
    }

    @Override
    public void put(int column, ImageFlyweight row, RowContext context, RowEncoder out) {
        if (assignment.isDecidable(row)) {
            assignment.put(column, row, out);
        } else {
            out.putAbsent(column);
        }
    }
}
