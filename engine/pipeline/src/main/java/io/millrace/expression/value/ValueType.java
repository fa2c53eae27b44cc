package io.millrace.expression.value;

import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The types that added and computed columns may have: the same words for every target, which makes of them what is its own. */
public final class ValueType {
    private static final String EXPECTED =
            "varchar(n), char(n), text, boolean, smallint, integer, bigint, decimal(p,s), double, date, datetime(p), timestamp(p)";
    private static final Pattern FORM =
            Pattern.compile("([a-z]+(?: precision)?)(?:\\(([0-9]{1,5})(?:,([0-9]{1,2}))?\\))?");
    private static final int MOST_CHARACTERS = 16_383;
    private static final int MOST_DIGITS = 65;
    private static final int MOST_SCALE = 30;
    private static final int MICROS = 6;

    private ValueType() {}

    /**
     * A column of such a type.
     *
     * @throws IllegalArgumentException where the text is none; its message names those there are
     */
    public static Column column(String name, String text, boolean isNullable) {
        Matcher form = FORM.matcher(text.trim().toLowerCase(Locale.ROOT).replaceAll(" *([(),]) *", "$1"));
        if (!form.matches()) {
            throw unknown(text);
        }
        int first = form.group(2) == null ? -1 : Integer.parseInt(form.group(2));
        int second = form.group(3) == null ? -1 : Integer.parseInt(form.group(3));
        return switch (form.group(1)) {
            case "varchar", "char" -> {
                require(first >= 1 && first <= MOST_CHARACTERS && second < 0, text);
                yield column(name, ColumnType.TEXT, "varchar(" + first + ")", isNullable, first, -1);
            }
            case "text" -> plain(name, ColumnType.TEXT, "text", isNullable, -1, first, text);
            case "boolean" -> plain(name, ColumnType.BOOLEAN, "boolean", isNullable, -1, first, text);
            case "smallint" -> plain(name, ColumnType.INTEGER, "smallint", isNullable, 2, first, text);
            case "int", "integer" -> plain(name, ColumnType.INTEGER, "int", isNullable, 4, first, text);
            case "bigint" -> plain(name, ColumnType.INTEGER, "bigint", isNullable, 8, first, text);
            case "double", "double precision" -> plain(name, ColumnType.DOUBLE, "double", isNullable, -1, first, text);
            case "date" -> plain(name, ColumnType.DATE, "date", isNullable, -1, first, text);
            case "decimal", "numeric" -> {
                int scale = Math.max(0, second);
                require(first >= 1 && first <= MOST_DIGITS && scale <= Math.min(first, MOST_SCALE), text);
                yield column(
                        name, ColumnType.DECIMAL, "decimal(" + first + "," + scale + ")", isNullable, first, scale);
            }
            case "datetime" -> moment(name, ColumnType.DATETIME, "datetime", isNullable, first, second, text);
            case "timestamp" -> moment(name, ColumnType.TIMESTAMP, "timestamp", isNullable, first, second, text);
            default -> throw unknown(text);
        };
    }

    private static Column plain(
            String name, ColumnType type, String sourceType, boolean isNullable, int length, int given, String text) {
        require(given < 0, text);
        return column(name, type, sourceType, isNullable, length, -1);
    }

    private static Column moment(
            String name, ColumnType type, String word, boolean isNullable, int first, int second, String text) {
        require(first <= MICROS && second < 0, text);
        int digits = first < 0 ? MICROS : first;
        return column(name, type, word + "(" + digits + ")", isNullable, -1, digits);
    }

    private static Column column(
            String name, ColumnType type, String sourceType, boolean isNullable, int length, int scale) {
        return new Column(name, type, sourceType, isNullable, length, scale, "", List.of(), false);
    }

    private static void require(boolean isSo, String text) {
        if (!isSo) {
            throw unknown(text);
        }
    }

    private static IllegalArgumentException unknown(String text) {
        return new IllegalArgumentException("no such type of a value: type=" + text + ", expected=" + EXPECTED);
    }
}
