package io.millrace.transform.step;

import io.millrace.expression.value.CivilDays;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowEncoder;
import io.millrace.schema.CivilTime;
import io.millrace.schema.Column;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;

/** The same value in every row. Immutable. */
public final class Constant implements ColumnStep {
    private static final DateTimeFormatter MOMENT = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd HH:mm:ss")
            .appendFraction(ChronoField.MICRO_OF_SECOND, 0, 6, true)
            .toFormatter(Locale.ROOT);

    private final long value;
    private final Word text; // null: the value is a slot

    private Constant(long value, Word text) {
        this.value = value;
        this.text = text;
    }

    /**
     * Reads a constant by the type of its column.
     *
     * @throws IllegalArgumentException where it is none of that type; its message says what is expected and not the value
     */
    public static Constant of(String text, Column column) {
        try {
            return switch (column.type()) {
                case TEXT -> ofText(text, column);
                case BOOLEAN -> slot(truth(text));
                case INTEGER -> slot(whole(text, column.length()));
                case DECIMAL -> bytes(decimal(text, column));
                case DOUBLE -> slot(Double.doubleToRawLongBits(Double.parseDouble(text)));
                case DATE -> slot(date(LocalDate.parse(text)));
                case DATETIME -> slot(moment(text));
                case TIMESTAMP -> slot(CivilDays.micros(moment(text)));
                default -> throw wrong(column, "a type that has constants");
            };
        } catch (DateTimeException | NumberFormatException e) {
            throw wrong(
                    column, e instanceof DateTimeException ? "2026-01-31 or 2026-01-31 23:59:59.999999" : "a number");
        }
    }

    private static Constant ofText(String text, Column column) {
        if (column.length() >= 0 && text.codePointCount(0, text.length()) > column.length()) {
            throw wrong(column, "at most " + column.length() + " characters");
        }
        return bytes(text);
    }

    private static long truth(String text) {
        return switch (text) {
            case "true" -> 1;
            case "false" -> 0;
            default -> throw new NumberFormatException("neither true nor false");
        };
    }

    private static long whole(String text, int bytes) {
        long value = Long.parseLong(text);
        int unused = Long.SIZE - bytes * Byte.SIZE;
        if (value << unused >> unused != value) {
            throw new NumberFormatException("out of range");
        }
        return value;
    }

    private static String decimal(String text, Column column) {
        BigDecimal value = new BigDecimal(text);
        if (value.stripTrailingZeros().scale() > column.scale()
                || value.precision() - value.scale() > column.length() - column.scale()) {
            throw new NumberFormatException("out of range");
        }
        return value.setScale(column.scale()).toPlainString();
    }

    private static long date(LocalDate date) {
        return CivilTime.date(date.getYear(), date.getMonthValue(), date.getDayOfMonth());
    }

    private static long moment(String text) {
        LocalDateTime moment = LocalDateTime.parse(text, MOMENT);
        return date(moment.toLocalDate())
                | CivilTime.dateTime(
                        0, 0, 0, moment.getHour(), moment.getMinute(), moment.getSecond(), moment.getNano() / 1_000);
    }

    private static IllegalArgumentException wrong(Column column, String expected) {
        return new IllegalArgumentException(
                "value is not of the column's type: type=" + column.sourceType() + ", expected=" + expected);
    }

    private static Constant slot(long value) {
        return new Constant(value, null);
    }

    static Constant bytes(String text) {
        return new Constant(0, Word.of(text));
    }

    @Override
    public void put(int column, ImageFlyweight row, RowContext context, RowEncoder out) {
        if (text == null) {
            out.putLong(column, value);
        } else {
            text.put(column, out);
        }
    }
}
