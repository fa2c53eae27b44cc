package io.millrace.writer.mysql.type;

import io.millrace.writer.mysql.catalog.CatalogColumn;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A type that a task gives to a column, of those whose values the encoders know: read from a user's text, written as the server does. Pure. */
public final class GivenType {
    private static final int MOST_FRACTION = 6;
    private static final int MOST_VARCHAR = 16_383;
    private static final int MOST_VARBINARY = 65_535;
    private static final int MOST_DIGITS = 65;
    private static final int MOST_SCALE = 30;
    private static final int MOST_BITS = 64;
    private static final Pattern FORM =
            Pattern.compile("([a-z]+) ?(?:\\( ?([0-9]{1,6}) ?(?:, ?([0-9]{1,6}) ?)?\\))?( unsigned)?");

    /** Other words for the same types. */
    private static final Map<String, String> ALIASES =
            Map.of("boolean", "tinyint", "bool", "tinyint", "integer", "int", "numeric", "decimal");

    private static final List<String> INTEGERS = List.of("tinyint", "smallint", "mediumint", "int", "bigint");
    private static final List<String> TIMES = List.of("datetime", "timestamp", "time");
    private static final Map<String, Long> TEXTS =
            Map.of("tinytext", 255L, "text", 65_535L, "mediumtext", 16_777_215L, "longtext", 4_294_967_295L);
    private static final Map<String, Long> BLOBS =
            Map.of("tinyblob", 255L, "blob", 65_535L, "mediumblob", 16_777_215L, "longblob", 4_294_967_295L);
    private static final List<String> OTHERS = List.of("float", "double", "date", "year", "json");

    private GivenType() {}

    /** For advice. */
    public static String names() {
        return "boolean, an integer type, decimal(p,s), float, double, bit(n), varchar(n), a text, varbinary(n), a blob, date,"
                + " datetime(p), timestamp(p), time(p), year, json";
    }

    /**
     * The column as the server would have it; empty where the text is no such type.
     *
     * @param collation of texts
     */
    public static Optional<CatalogColumn> parse(String column, String text, String collation) {
        Matcher form = FORM.matcher(text.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT));
        if (!form.matches()) {
            return Optional.empty();
        }
        String word = form.group(1);
        String name = ALIASES.getOrDefault(word, word);
        int first = form.group(2) == null ? -1 : Integer.parseInt(form.group(2));
        int second = form.group(3) == null ? -1 : Integer.parseInt(form.group(3));
        String sign = form.group(4) == null ? "" : form.group(4);
        boolean isBoolean = word.startsWith("bool");
        boolean isOneDigit = name.equals("tinyint") && first == 1;
        boolean hasSign = !sign.isEmpty();
        if (hasSign && (isBoolean || !INTEGERS.contains(name))) {
            return Optional.empty();
        }
        if (INTEGERS.contains(name)) {
            boolean isPlain = first < 0 && second < 0;
            return isPlain || (isOneDigit && !hasSign && second < 0)
                    ? Optional.of(number(column, name, isBoolean || isOneDigit ? "tinyint(1)" : name + sign))
                    : Optional.empty();
        }
        if (TIMES.contains(name)) {
            boolean isRight = second < 0 && first <= MOST_FRACTION;
            String length = first > 0 ? "(" + first + ")" : "";
            return isRight
                    ? Optional.of(of(column, name, name + length, 0, 0, Math.max(0, first), ""))
                    : Optional.empty();
        }
        return switch (name) {
            case "decimal" ->
                first >= 1 && first <= MOST_DIGITS && second <= Math.min(first, MOST_SCALE)
                        ? Optional.of(of(
                                column,
                                name,
                                "decimal(" + first + "," + Math.max(0, second) + ")",
                                0,
                                first,
                                Math.max(0, second),
                                ""))
                        : Optional.empty();
            case "bit" ->
                first >= 1 && first <= MOST_BITS && second < 0
                        ? Optional.of(of(column, name, "bit(" + first + ")", 0, first, -1, ""))
                        : Optional.empty();
            case "varchar" ->
                first >= 1 && first <= MOST_VARCHAR && second < 0
                        ? Optional.of(of(column, name, "varchar(" + first + ")", first, 0, -1, collation))
                        : Optional.empty();
            case "varbinary" ->
                first >= 1 && first <= MOST_VARBINARY && second < 0
                        ? Optional.of(of(column, name, "varbinary(" + first + ")", first, 0, -1, ""))
                        : Optional.empty();
            default -> first < 0 ? withoutLength(column, name, collation) : Optional.empty();
        };
    }

    private static Optional<CatalogColumn> withoutLength(String column, String name, String collation) {
        if (TEXTS.containsKey(name)) {
            return Optional.of(of(column, name, name, TEXTS.get(name), 0, -1, collation));
        }
        if (BLOBS.containsKey(name)) {
            return Optional.of(of(column, name, name, BLOBS.get(name), 0, -1, ""));
        }
        return OTHERS.contains(name) ? Optional.of(of(column, name, name, 0, 0, -1, "")) : Optional.empty();
    }

    private static CatalogColumn number(String column, String name, String sqlType) {
        return of(column, name, sqlType, 0, 0, 0, "");
    }

    private static CatalogColumn of(
            String column, String dataType, String sqlType, long length, int precision, int scale, String collation) {
        return new CatalogColumn(
                column, dataType, sqlType, length, precision, scale, collation, false, false, false, false, false,
                false);
    }
}
