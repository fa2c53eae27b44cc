package io.millrace.expression.cast;

import io.millrace.expression.value.SqlType;
import io.millrace.expression.value.ValueType;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a CAST makes of a value: PostgreSQL's words, so that {@code timestamp} is what a clock shows, and {@code timestamptz} a moment. Immutable.
 *
 * @param column one that has such values, and no name
 */
public record CastType(SqlType type, Column column) {
    private static final Pattern ZONED =
            Pattern.compile("timestamp(?:\\(([0-9])\\))?(?:\\(([0-9])\\))? with time zone");

    /**
     * Reads a type's name.
     *
     * @throws IllegalArgumentException where it is none to which values are cast
     */
    public static CastType parse(String name) {
        String words = name.toLowerCase(Locale.ROOT)
                .replaceAll("\\s+", " ")
                .replaceAll(" ?([(),]) ?", "$1")
                .replaceAll("\\)(?=[a-z])", ") ")
                .strip();
        if (words.equals("numeric") || words.equals("decimal")) {
            return of(new Column("", ColumnType.DECIMAL, "numeric", true, -1, -1, "", List.of(), false));
        }
        if (words.startsWith("char(") || words.equals("char") || words.startsWith("character(")) {
            throw new IllegalArgumentException(
                    "no cast to texts that blanks fill up: type=" + name + ", expected=varchar(n)");
        }
        return of(ValueType.column("", ours(words), true));
    }

    private static String ours(String words) {
        Matcher zoned = ZONED.matcher(words);
        if (zoned.matches()) {
            String digits = zoned.group(1) == null ? zoned.group(2) : zoned.group(1);
            return digits == null ? "timestamp" : "timestamp(" + digits + ")";
        }
        if (words.equals("varchar") || words.equals("character varying")) {
            return "text";
        }
        return words.startsWith("timestamptz")
                ? words.replace("timestamptz", "timestamp")
                : words.replace(" without time zone", "")
                        .replaceFirst("^timestamp", "datetime")
                        .replaceFirst("^character varying", "varchar");
    }

    private static CastType of(Column column) {
        return new CastType(SqlType.of(column), column);
    }

    /** One of a name that has such values. */
    public Column column(String name, boolean isNullable) {
        return new Column(
                name,
                column.type(),
                column.sourceType(),
                isNullable,
                column.length(),
                column.scale(),
                "",
                List.of(),
                false);
    }

    /** For messages. */
    public String text() {
        return column.sourceType();
    }

    /** Characters of a text, bytes of a whole number, digits of an exact one; -1 where there is no limit. */
    public int length() {
        return column.length();
    }

    /** Digits behind the point, or of a second's fraction; -1 where there is no limit. */
    public int scale() {
        return column.scale();
    }
}
