package io.millrace.transform.step;

import io.millrace.expression.value.CivilDays;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowEncoder;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.task.Variable;

/** The time of a change, as an instant or as what a clock in UTC showed. Immutable. */
public final class MomentStep implements ColumnStep {
    private final boolean isCommit;
    private final ColumnType type;
    private final long unit;

    private MomentStep(boolean isCommit, ColumnType type, long unit) {
        this.isCommit = isCommit;
        this.type = type;
        this.unit = unit;
    }

    /**
     * The step for a column.
     *
     * @throws IllegalArgumentException where the column cannot hold it
     */
    public static MomentStep of(Variable variable, Column column) {
        long unit = 1;
        switch (column.type()) {
            case TIMESTAMP, DATETIME -> {
                for (int digit = column.scale(); digit < 6; digit++) {
                    unit *= 10;
                }
            }
            case DATE -> unit = CivilDays.MICROS_A_DAY;
            default ->
                throw new IllegalArgumentException("a time does not fit the type: variable=" + variable.text()
                        + ", type=" + column.sourceType() + ", expected=timestamp, datetime, date or text");
        }
        return new MomentStep(variable == Variable.COMMIT_TIME, column.type(), unit);
    }

    @Override
    public void put(int column, ImageFlyweight row, RowContext context, RowEncoder out) {
        long micros = isCommit ? context.commitTimeMicros() : context.executeTimeMicros();
        if (micros == 0) {
            out.putNull(column);
            return;
        }
        long rounded = Math.floorDiv(micros, unit) * unit;
        switch (type) {
            case TIMESTAMP -> out.putLong(column, rounded);
            case DATETIME -> out.putLong(column, CivilDays.dateTime(rounded));
            default -> out.putLong(column, CivilDays.date(Math.floorDiv(rounded, CivilDays.MICROS_A_DAY)));
        }
    }
}
