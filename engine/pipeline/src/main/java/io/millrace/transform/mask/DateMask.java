package io.millrace.transform.mask;

import io.millrace.expression.value.CivilDays;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowEncoder;
import io.millrace.schema.CivilTime;
import io.millrace.schema.ColumnType;
import io.millrace.task.TransformStep.DateUnit;
import io.millrace.transform.step.ColumnStep;
import io.millrace.transform.step.RowContext;

/** Cuts a date or a time, in UTC, to its year, month, day or hour. Zero dates and infinities stay. Immutable. */
public final class DateMask implements ColumnStep {
    private static final long DAYS_TO_2000 = 10_957;

    private final ColumnType type;
    private final DateUnit unit;

    public DateMask(ColumnType type, DateUnit unit) {
        this.type = type;
        this.unit = unit;
    }

    public static boolean isOf(ColumnType type) {
        return switch (type) {
            case DATE, DATETIME, TIMESTAMP, POSTGRES_DATE, POSTGRES_TIMESTAMP, POSTGRES_TIMESTAMPTZ -> true;
            default -> false;
        };
    }

    @Override
    public void put(int column, ImageFlyweight row, RowContext context, RowEncoder out) {
        if (!row.isPresent(column)) {
            out.putAbsent(column);
        } else if (row.isNull(column)) {
            out.putNull(column);
        } else {
            out.putLong(column, cut(row.longAt(column)));
        }
    }

    private long cut(long slot) {
        return switch (type) {
            case TIMESTAMP ->
                slot == CivilTime.ZERO_TIMESTAMP ? slot : CivilDays.micros(cutFields(CivilDays.dateTime(slot)));
            case POSTGRES_DATE ->
                slot == Integer.MAX_VALUE || slot == Integer.MIN_VALUE
                        ? slot
                        : days(cutFields(CivilDays.date(slot + DAYS_TO_2000))) - DAYS_TO_2000;
            case POSTGRES_TIMESTAMP, POSTGRES_TIMESTAMPTZ ->
                slot == Long.MAX_VALUE || slot == Long.MIN_VALUE ? slot : cutMicros(slot);
            default -> cutFields(slot);
        };
    }

    private static long days(long packed) {
        return CivilDays.of(CivilTime.year(packed), CivilTime.month(packed), CivilTime.day(packed));
    }

    /** Days are counted apart from the rest: microseconds since 1970 of PostgreSQL's last years are more than a long. */
    private long cutMicros(long micros) {
        long day = Math.floorDiv(micros, CivilDays.MICROS_A_DAY);
        long ofDay = micros - day * CivilDays.MICROS_A_DAY;
        if (unit == DateUnit.HOUR) {
            return micros - ofDay % 3_600_000_000L;
        }
        return (days(cutFields(CivilDays.date(day + DAYS_TO_2000))) - DAYS_TO_2000) * CivilDays.MICROS_A_DAY;
    }

    private long cutFields(long packed) {
        int year = CivilTime.year(packed);
        int month = CivilTime.month(packed);
        int day = CivilTime.day(packed);
        return switch (unit) {
            case YEAR -> month == 0 ? CivilTime.date(year, 0, 0) : CivilTime.date(year, 1, 1);
            case MONTH -> CivilTime.date(year, month, day == 0 ? 0 : 1);
            case DAY -> CivilTime.date(year, month, day);
            case HOUR -> CivilTime.dateTime(year, month, day, CivilTime.hour(packed), 0, 0, 0);
        };
    }
}
