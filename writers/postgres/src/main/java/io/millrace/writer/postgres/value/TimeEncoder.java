package io.millrace.writer.postgres.value;

import io.millrace.row.ImageFlyweight;
import io.millrace.schema.CivilTime;
import io.millrace.writer.TypeOptions.ZeroDate;
import io.millrace.writer.postgres.connection.BinaryOutput;
import io.millrace.writer.sql.Calendar;

/**
 * DATE, DATETIME, TIMESTAMP and TIME into date, timestamp, timestamptz and interval. What is no date follows the task's
 * {@code types.zero_date}.
 */
public final class TimeEncoder implements FieldEncoder {
    public enum Form {
        DATE,
        DATE_AS_TIMESTAMP,
        DATETIME,
        TIMESTAMP,
        INTERVAL
    }

    /** 0001-01-01, the smallest date that a MySQL server prints as this one does. */
    private static final long MIN = CivilTime.date(1, 1, 1);

    private final Form form;
    private final ZeroDate zeroDate;

    public TimeEncoder(Form form, ZeroDate zeroDate) {
        this.form = form;
        this.zeroDate = zeroDate;
    }

    @Override
    public int put(ImageFlyweight image, int column, BinaryOutput output) {
        long value = image.longAt(column);
        switch (form) {
            case INTERVAL -> {
                output.putInt(16);
                output.putLong(value);
                output.putLong(0);
                return Fault.NONE;
            }
            case TIMESTAMP -> {
                return value == CivilTime.ZERO_TIMESTAMP
                        ? putZero(output)
                        : putLong(value - Calendar.UNIX_TO_POSTGRES_MICROS, output);
            }
            default -> {
                return Calendar.isDate(value) ? putCivil(value, output) : putZero(output);
            }
        }
    }

    private int putCivil(long civil, BinaryOutput output) {
        if (form == Form.DATE) {
            output.putInt(Integer.BYTES);
            output.putInt(Calendar.days(civil));
            return Fault.NONE;
        }
        return putLong(Calendar.micros(civil), output);
    }

    private static int putLong(long micros, BinaryOutput output) {
        output.putInt(Long.BYTES);
        output.putLong(micros);
        return Fault.NONE;
    }

    private int putZero(BinaryOutput output) {
        return switch (zeroDate) {
            case SET_NULL -> {
                output.putInt(-1);
                yield Fault.NONE;
            }
            case MIN -> form == Form.TIMESTAMP ? putLong(Calendar.micros(MIN), output) : putCivil(MIN, output);
            case DIRTY, TEXT -> Fault.NOT_A_DATE;
        };
    }
}
