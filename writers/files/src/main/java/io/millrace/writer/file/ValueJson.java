package io.millrace.writer.file;

import io.millrace.row.ImageFlyweight;
import io.millrace.schema.CivilTime;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import java.time.LocalDate;
import org.agrona.DirectBuffer;

/**
 * One value as JSON, by the type of its column: the reference has the table. Nothing is rounded: integers are numbers with all their
 * digits, decimals are strings. Stateless.
 */
final class ValueJson {
    private static final LocalDate POSTGRES_EPOCH = LocalDate.of(2000, 1, 1);
    private static final long DAY_MICROS = 86_400_000_000L;
    private static final long SECOND_MICROS = 1_000_000L;
    private static final int MICRO_DIGITS = 6;

    private ValueJson() {}

    /** A value that is present and not NULL. */
    static void put(Column column, ImageFlyweight image, int index, JsonOutput out) {
        if (column.type().isFixed()) {
            fixed(column, image.longAt(index), out);
        } else {
            variable(column.type(), image.buffer(), image.valueOffset(index), image.valueLength(index), out);
        }
    }

    private static void fixed(Column column, long slot, JsonOutput out) {
        switch (column.type()) {
            case BOOLEAN -> out.ascii(slot == 0 ? "false" : "true");
            case INTEGER -> out.number(slot);
            case UNSIGNED -> out.unsigned(slot);
            case YEAR -> {
                out.put('"');
                out.padded(slot, 4);
                out.put('"');
            }
            case FLOAT -> floating(Float.intBitsToFloat((int) slot), out);
            case DOUBLE -> floating(Double.longBitsToDouble(slot), out);
            case BIT -> bits(slot, column.length(), out);
            case DATE -> {
                out.put('"');
                date(slot, out);
                out.put('"');
            }
            case DATETIME -> {
                out.put('"');
                date(slot, out);
                out.put('T');
                clock(CivilTime.hour(slot), CivilTime.minute(slot), CivilTime.second(slot), out);
                fraction(CivilTime.micros(slot), column.scale(), out);
                out.put('"');
            }
            case TIMESTAMP -> timestamp(slot, column.scale(), out);
            case TIME -> time(slot, column.scale(), out);
            case POSTGRES_DATE -> postgresDate((int) slot, out);
            case POSTGRES_TIMESTAMP -> postgresTimestamp(slot, "", column.scale(), out);
            case POSTGRES_TIMESTAMPTZ -> postgresTimestamp(slot, "Z", column.scale(), out);
            default -> throw new IllegalStateException("not a type of fixed width: type=" + column.type());
        }
    }

    private static void variable(ColumnType type, DirectBuffer buffer, int offset, int length, JsonOutput out) {
        switch (type) {
            case DECIMAL, TEXT, ENUM, SET, JSON, OTHER, POSTGRES_TEXT -> out.text(buffer, offset, length);
            case BINARY, GEOMETRY, VECTOR -> out.base64(buffer, offset, length);
            case UUID -> uuid(buffer, offset, out);
            default -> throw new IllegalStateException("not a type of variable width: type=" + type);
        }
    }

    private static void floating(double value, JsonOutput out) {
        boolean isNumber = Double.isFinite(value);
        out.ascii(isNumber ? Double.toString(value) : "\"" + value + "\"");
    }

    /** By its own shortest text: widened to a double it would grow digits that it never had. */
    private static void floating(float value, JsonOutput out) {
        boolean isNumber = Float.isFinite(value);
        out.ascii(isNumber ? Float.toString(value) : "\"" + value + "\"");
    }

    private static void bits(long slot, int count, JsonOutput out) {
        out.put('"');
        for (int i = Math.max(1, count) - 1; i >= 0; i--) {
            out.put((slot >>> i & 1) == 0 ? '0' : '1');
        }
        out.put('"');
    }

    private static void date(long slot, JsonOutput out) {
        int year = CivilTime.year(slot);
        if (year < 0) {
            out.put('-');
        }
        out.padded(Math.abs(year), 4);
        out.put('-');
        out.padded(CivilTime.month(slot), 2);
        out.put('-');
        out.padded(CivilTime.day(slot), 2);
    }

    private static void clock(long hour, long minute, long second, JsonOutput out) {
        out.padded(hour, hour > 99 ? 3 : 2);
        out.put(':');
        out.padded(minute, 2);
        out.put(':');
        out.padded(second, 2);
    }

    /** As many digits as the column was declared with; of a column that does not say, those that are not zero. */
    private static void fraction(long micros, int scale, JsonOutput out) {
        int digits = scale;
        long rest = micros;
        if (scale < 0) {
            digits = MICRO_DIGITS;
            while (digits > 0 && rest % 10 == 0) {
                rest /= 10;
                digits--;
            }
        } else {
            for (int i = scale; i < MICRO_DIGITS; i++) {
                rest /= 10;
            }
        }
        if (digits > 0) {
            out.put('.');
            out.padded(rest, digits);
        }
    }

    private static void timestamp(long micros, int scale, JsonOutput out) {
        out.put('"');
        if (micros == CivilTime.ZERO_TIMESTAMP) {
            out.ascii("0000-00-00T00:00:00");
            fraction(0, scale, out);
        } else {
            moment(LocalDate.EPOCH, micros, scale, out);
        }
        out.ascii("Z\"");
    }

    static void moment(LocalDate epoch, long micros, int scale, JsonOutput out) {
        LocalDate date = epoch.plusDays(Math.floorDiv(micros, DAY_MICROS));
        long rest = Math.floorMod(micros, DAY_MICROS);
        day(date, out);
        out.put('T');
        long seconds = rest / SECOND_MICROS;
        clock(seconds / 3600, seconds / 60 % 60, seconds % 60, out);
        fraction(rest % SECOND_MICROS, scale, out);
    }

    private static void day(LocalDate date, JsonOutput out) {
        int year = date.getYear();
        // ISO 8601 counts a year 0, and asks for a sign where there are not four digits.
        if (year < 0 || year > 9999) {
            out.put(year < 0 ? '-' : '+');
        }
        int width = Math.abs(year) > 99_999 ? 6 : Math.abs(year) > 9_999 ? 5 : 4;
        out.padded(Math.abs(year), width);
        out.put('-');
        out.padded(date.getMonthValue(), 2);
        out.put('-');
        out.padded(date.getDayOfMonth(), 2);
    }

    private static void time(long micros, int scale, JsonOutput out) {
        out.put('"');
        if (micros < 0) {
            out.put('-');
        }
        long rest = Math.abs(micros);
        long seconds = rest / SECOND_MICROS;
        clock(seconds / 3600, seconds / 60 % 60, seconds % 60, out);
        fraction(rest % SECOND_MICROS, scale, out);
        out.put('"');
    }

    private static void postgresDate(int days, JsonOutput out) {
        out.put('"');
        switch (days) {
            case Integer.MIN_VALUE -> out.ascii("-infinity");
            case Integer.MAX_VALUE -> out.ascii("infinity");
            default -> day(POSTGRES_EPOCH.plusDays(days), out);
        }
        out.put('"');
    }

    private static void postgresTimestamp(long micros, String zone, int scale, JsonOutput out) {
        out.put('"');
        if (micros == Long.MIN_VALUE || micros == Long.MAX_VALUE) {
            out.ascii(micros < 0 ? "-infinity" : "infinity");
        } else {
            moment(POSTGRES_EPOCH, micros, scale, out);
            out.ascii(zone);
        }
        out.put('"');
    }

    private static void uuid(DirectBuffer buffer, int offset, JsonOutput out) {
        out.put('"');
        for (int i = 0; i < 16; i++) {
            if (i == 4 || i == 6 || i == 8 || i == 10) {
                out.put('-');
            }
            int b = buffer.getByte(offset + i) & 0xFF;
            out.put(Character.forDigit(b >> 4, 16));
            out.put(Character.forDigit(b & 15, 16));
        }
        out.put('"');
    }
}
