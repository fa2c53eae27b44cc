package io.millrace.writer.postgres.type;

import io.millrace.writer.postgres.catalog.CatalogColumn;
import io.millrace.writer.postgres.connection.Oids;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A type that a task gives to a column, of those whose values the encoders know: read from a user's text, written as the server does. Pure. */
public final class GivenType {
    private static final int HEADER = 4;
    private static final int MOST_FRACTION = 6;
    private static final int MOST_CHARACTERS = 10_485_760;
    private static final int MOST_DIGITS = 1000;
    private static final int MOST_BITS = 83_886_080;
    private static final Pattern FORM =
            Pattern.compile("([a-z0-9]+(?: (?:precision|varying))?) ?(?:\\( ?([0-9]{1,8}) ?(?:, ?([0-9]{1,8}) ?)?\\))?"
                    + "( with time zone| without time zone)?");

    /** Other words for the same types. */
    private static final Map<String, String> ALIASES = Map.ofEntries(
            Map.entry("bool", "boolean"),
            Map.entry("int2", "smallint"),
            Map.entry("int4", "integer"),
            Map.entry("int", "integer"),
            Map.entry("int8", "bigint"),
            Map.entry("decimal", "numeric"),
            Map.entry("float4", "real"),
            Map.entry("float8", "double precision"),
            Map.entry("varchar", "character varying"),
            Map.entry("timestamptz", "timestamp"));

    private static final Map<String, Integer> OIDS = Map.ofEntries(
            Map.entry("boolean", Oids.BOOL),
            Map.entry("smallint", Oids.INT2),
            Map.entry("integer", Oids.INT4),
            Map.entry("bigint", Oids.INT8),
            Map.entry("numeric", Oids.NUMERIC),
            Map.entry("real", Oids.FLOAT4),
            Map.entry("double precision", Oids.FLOAT8),
            Map.entry("text", Oids.TEXT),
            Map.entry("character varying", Oids.VARCHAR),
            Map.entry("bytea", Oids.BYTEA),
            Map.entry("date", Oids.DATE),
            Map.entry("timestamp", Oids.TIMESTAMP),
            Map.entry("interval", Oids.INTERVAL),
            Map.entry("uuid", Oids.UUID),
            Map.entry("json", Oids.JSON),
            Map.entry("jsonb", Oids.JSONB),
            Map.entry("bit", Oids.BIT));

    private static final List<String> WITH_LENGTH =
            List.of("numeric", "character varying", "timestamp", "interval", "bit");

    private GivenType() {}

    /** The names that {@link #parse} takes, for advice. */
    public static List<String> names() {
        return OIDS.keySet().stream().sorted().toList();
    }

    /** The column as the server would have it; empty where the text is no such type. */
    public static Optional<CatalogColumn> parse(String column, String text) {
        Matcher form = FORM.matcher(text.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT));
        if (!form.matches()) {
            return Optional.empty();
        }
        String word = form.group(1);
        String name = ALIASES.getOrDefault(word, word);
        Integer oid = OIDS.get(name);
        int first = form.group(2) == null ? -1 : Integer.parseInt(form.group(2));
        int second = form.group(3) == null ? -1 : Integer.parseInt(form.group(3));
        boolean isZoned = word.equals("timestamptz") || " with time zone".equals(form.group(4));
        boolean isTimestamp = name.equals("timestamp");
        boolean isWrong = oid == null
                || (first >= 0 && !WITH_LENGTH.contains(name))
                || (second >= 0 && !name.equals("numeric"))
                || (form.group(4) != null && (!isTimestamp || word.equals("timestamptz")));
        if (isWrong || !isLengthRight(name, first, second)) {
            return Optional.empty();
        }
        String length = first < 0 ? "" : second < 0 ? "(" + first + ")" : "(" + first + "," + second + ")";
        String zone = !isTimestamp ? "" : isZoned ? " with time zone" : " without time zone";
        String sqlType =
                name + (name.equals("numeric") && first >= 0 && second < 0 ? "(" + first + ",0)" : length) + zone;
        return Optional.of(new CatalogColumn(
                column,
                isZoned ? Oids.TIMESTAMPTZ : oid,
                modifier(name, first, Math.max(0, second)),
                0,
                name,
                sqlType,
                false,
                false,
                "",
                false,
                oid == Oids.TEXT || oid == Oids.VARCHAR));
    }

    private static boolean isLengthRight(String name, int first, int second) {
        if (first < 0) {
            return !name.equals("bit");
        }
        return switch (name) {
            case "numeric" -> first >= 1 && first <= MOST_DIGITS && second <= first;
            case "character varying" -> first >= 1 && first <= MOST_CHARACTERS;
            case "bit" -> first >= 1 && first <= MOST_BITS;
            default -> first <= MOST_FRACTION;
        };
    }

    /** As the server packs it. */
    private static int modifier(String name, int first, int second) {
        if (first < 0) {
            return -1;
        }
        return switch (name) {
            case "numeric" -> (first << 16 | second) + HEADER;
            case "character varying" -> first + HEADER;
            case "interval" -> 0x7FFF << 16 | first;
            default -> first;
        };
    }
}
