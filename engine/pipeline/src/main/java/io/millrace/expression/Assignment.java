package io.millrace.expression;

import io.millrace.expression.cast.Casts;
import io.millrace.expression.value.CivilDays;
import io.millrace.expression.value.Days;
import io.millrace.expression.value.Decimal;
import io.millrace.expression.value.EvaluationErrors;
import io.millrace.expression.value.Exact;
import io.millrace.expression.value.Floating;
import io.millrace.expression.value.SqlType;
import io.millrace.expression.value.Text;
import io.millrace.expression.value.Truth;
import io.millrace.expression.value.Utf8;
import io.millrace.expression.value.Value;
import io.millrace.expression.value.Whole;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowEncoder;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import java.util.List;
import org.agrona.MutableDirectBuffer;

/**
 * Puts an expression's value into a column. Numbers are rounded to the column's scale, half away from zero; what does not fit is an
 * error as in SQL. Confined to one thread. Hot path: see {@link Value}.
 */
public final class Assignment {
    private static final int BYTE_BITS = 8;

    private final Value value;
    private final Column column;
    private final int[] columns;

    private Assignment(Value value, Column column, int[] columns) {
        this.value = value;
        this.column = column;
        this.columns = columns;
    }

    /** For one thread. */
    public static Assignment of(Expression expression, Column column) {
        SqlType wanted = SqlType.of(column);
        Value value = expression.newValue();
        SqlType type = value.type();
        boolean isRounded = wanted == SqlType.INTEGER && type == SqlType.DECIMAL;
        boolean isTruth = wanted == SqlType.INTEGER && type == SqlType.BOOLEAN;
        return new Assignment(
                isRounded || isTruth ? value : Casts.to(wanted, value),
                column,
                expression.columns().stream().mapToInt(Integer::intValue).toArray());
    }

    /**
     * Whether the column can have such values.
     *
     * @throws IllegalArgumentException where it cannot
     */
    public static void requireFitting(Expression expression, Column column) {
        SqlType wanted = SqlType.of(column);
        SqlType type = expression.type();
        boolean isFitting = type.isOpen()
                || type == wanted
                || (wanted == SqlType.INTEGER && (type == SqlType.DECIMAL || type == SqlType.BOOLEAN))
                || (wanted == SqlType.DECIMAL && type == SqlType.INTEGER)
                || (wanted == SqlType.DOUBLE && type.isNumber())
                || (wanted.isDay() && type.isDay() && type.compareTo(wanted) <= 0);
        if (!isFitting || wanted == SqlType.OPAQUE) {
            throw new IllegalArgumentException(
                    "a value does not fit its column: value=" + type.text() + ", type=" + column.sourceType());
        }
        if (type == SqlType.UNTYPED) {
            Casts.to(wanted, expression.newValue());
        }
    }

    /** A new column that can have every value of an expression. */
    public static Column columnOf(String name, Expression expression) {
        return switch (expression.type()) {
            case BOOLEAN -> column(name, ColumnType.BOOLEAN, "boolean", -1, -1);
            case INTEGER -> column(name, ColumnType.INTEGER, "bigint", 8, -1);
            case DECIMAL -> column(name, ColumnType.DECIMAL, "numeric", -1, -1);
            case DOUBLE -> column(name, ColumnType.DOUBLE, "double", -1, -1);
            case TEXT, UNTYPED, NULL -> column(name, ColumnType.TEXT, "text", -1, -1);
            case DATE -> column(name, ColumnType.DATE, "date", -1, -1);
            case TIMESTAMP -> column(name, ColumnType.DATETIME, "datetime(6)", -1, 6);
            case INSTANT -> column(name, ColumnType.TIMESTAMP, "timestamp(6)", -1, 6);
            case TIME -> column(name, ColumnType.TIME, "time(6)", -1, 6);
            case OPAQUE ->
                throw new IllegalArgumentException(
                        "a new column has the value of an expression, not of a column as it is");
        };
    }

    private static Column column(String name, ColumnType type, String sourceType, int length, int scale) {
        return new Column(name, type, sourceType, true, length, scale, "", List.of(), false);
    }

    /** Whether the source sent every column that is asked for. */
    public boolean isDecidable(ImageFlyweight row) {
        for (int each : columns) {
            if (!row.isPresent(each)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Computes and puts.
     *
     * @param row which must be decidable
     */
    public void put(int to, ImageFlyweight row, RowEncoder out) {
        if (!value.load(row)) {
            if (!column.nullable()) {
                throw EvaluationErrors.nullValue();
            }
            out.putNull(to);
        } else if (value instanceof Truth truth) {
            out.putLong(to, truth.isTrue ? 1 : 0);
        } else if (value instanceof Whole whole) {
            out.putLong(to, slot(whole.value));
        } else if (value instanceof Floating floating) {
            out.putLong(to, Double.doubleToRawLongBits(floating.value));
        } else if (value instanceof Exact exact) {
            putExact(to, exact.value, out);
        } else {
            putText(to, (Text) value, out);
        }
    }

    private void putText(int to, Text text, RowEncoder out) {
        if (column.length() >= 0 && Utf8.count(text.buffer, text.offset, text.length) > column.length()) {
            throw EvaluationErrors.outOfRange(column.sourceType());
        }
        out.putBytes(to, text.buffer, text.offset, text.length);
    }

    private void putExact(int to, Decimal number, RowEncoder out) {
        if (column.type() == ColumnType.INTEGER
                || column.type() == ColumnType.UNSIGNED
                || column.type() == ColumnType.YEAR) {
            out.putLong(to, slot(number.toLong(column.sourceType())));
            return;
        }
        int start = out.reserve(Decimal.MOST_BYTES);
        MutableDirectBuffer buffer = out.buffer();
        int length = number.put(buffer, start, column.length(), column.scale());
        if (length < 0) {
            throw EvaluationErrors.outOfRange(column.sourceType());
        }
        out.putReserved(to, length);
    }

    private long slot(long number) {
        return switch (column.type()) {
            case INTEGER, YEAR -> {
                int unused = Long.SIZE - Math.max(1, Math.min(BYTE_BITS, column.length())) * BYTE_BITS;
                boolean fits = column.length() <= 0 || number << unused >> unused == number;
                yield requireFit(number, fits);
            }
            case UNSIGNED -> requireFit(number, number >= 0 && number >>> (column.length() * BYTE_BITS) == 0);
            case DATE -> CivilDays.date(requireFinite(number) + Days.DAYS_TO_2000);
            case DATETIME -> CivilDays.dateTime(requireFinite(number) + Days.MICROS_TO_2000);
            case TIMESTAMP -> requireFinite(number) + Days.MICROS_TO_2000;
            case POSTGRES_DATE ->
                number == Days.FUTURE ? Integer.MAX_VALUE : number == Days.PAST ? Integer.MIN_VALUE : number;
            default -> number;
        };
    }

    private long requireFit(long number, boolean fits) {
        if (!fits) {
            throw EvaluationErrors.outOfRange(column.sourceType());
        }
        return number;
    }

    private long requireFinite(long number) {
        return requireFit(number, !Days.isInfinite(number));
    }
}
