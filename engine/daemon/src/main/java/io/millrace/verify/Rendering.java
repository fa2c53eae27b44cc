package io.millrace.verify;

import io.millrace.writer.TypeOptions;
import java.util.Set;

/**
 * How each server shows a column's values, and in which order it sends them where the column is in the key.
 *
 * <pre>
 * type                     source                     target            equal                  order of a key
 * integers, year, decimal  col + 0                    ::text            numbers                the column's own
 * float, double            JSON_ARRAY(col + 0e0)      ::float8::text    doubles                the column's own
 * bit(n)                   lpad(bin(col + 0), n)      ::text, bit 1: 0/1 the same digits      the column's own
 * date, datetime           as text                    ::text            but for trailing zeros the column's own
 * timestamp                as text, in UTC            in UTC, ::text    but for trailing zeros the column's own
 * time                     as text                    epoch of interval seconds                the column's own
 * char, text, enum, set    converted to UTF-8         ::text            the same bytes         by bytes
 * binary, blob             as it is                   as it is          the same bytes         by bytes
 * json                     as text                    ::text            parsed JSON            none
 * geometry                 as it is                   as it is          SRID and WKB           none
 * vector                   its bytes                  ::text            the same singles       none
 * </pre>
 * Zero dates and U+0000 are compared under the task's {@code types.zero_date} and {@code types.nul_char}.
 *
 * @param source expression over the source's column, typed as text or bytes
 * @param target expression over the target's column, typed as text or bytea
 * @param sourceOrder likewise, for ORDER BY
 */
record Rendering(ValueKind kind, String source, String target, String sourceOrder, String targetOrder) {
    /** What the queries call the table. */
    static final String ALIAS = "t";

    private static final Set<String> WHOLE =
            Set.of("tinyint", "smallint", "mediumint", "int", "bigint", "year", "decimal");
    private static final Set<String> BINARY =
            Set.of("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob");
    private static final Set<String> GEOMETRY = Set.of(
            "geometry",
            "point",
            "linestring",
            "polygon",
            "multipoint",
            "multilinestring",
            "multipolygon",
            "geometrycollection",
            "geomcollection");
    private static final Set<String> TEXT = Set.of(
            "char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set", "uuid", "inet4", "inet6");

    private static final Set<String> POSTGRES_WHOLE = Set.of("int2", "int4", "int8");

    static Rendering of(VerifiedColumn column) {
        // With the table's alias before it, for in ORDER BY a bare name would be the output column of that name.
        String mine = ALIAS + "." + SqlName.mysql(column.name());
        String theirs = ALIAS + "." + SqlName.postgres(column.targetName());
        String type = column.sourceType();
        if (WHOLE.contains(type)) {
            String digits = column.targetType().equals("bool") ? theirs + "::int::text" : theirs + "::text";
            return plain(ValueKind.NUMBER, "CAST(" + mine + " + 0 AS CHAR)", digits, mine, theirs);
        }
        if (type.equals("float") || type.equals("double")) {
            // Neither CAST AS CHAR nor CONCAT, which round to 22 characters; in JSON the servers write all digits.
            String digits =
                    "IF(" + mine + " IS NULL, NULL, TRIM(']' FROM TRIM('[' FROM JSON_ARRAY(" + mine + " + 0e0))))";
            return plain(ValueKind.DOUBLE, digits, theirs + "::float8::text", mine, theirs);
        }
        if (type.equals("bit")) {
            String digits = column.targetType().equals("bool") ? theirs + "::int::text" : theirs + "::text";
            return plain(
                    ValueKind.BYTES, "LPAD(BIN(" + mine + " + 0), " + column.bits() + ", '0')", digits, mine, theirs);
        }
        if (type.equals("date") || type.equals("datetime")) {
            return plain(moment(column), "CAST(" + mine + " AS CHAR)", theirs + "::text", mine, theirs);
        }
        if (type.equals("timestamp")) {
            String utc = column.targetType().equals("timestamptz") ? "(" + theirs + " AT TIME ZONE 'UTC')" : theirs;
            boolean isText = column.targetType().equals("text");
            String moment = "CAST(" + mine + " AS CHAR)";
            String zoned = isText ? "CONCAT(" + moment + ", '+00')" : moment;
            return plain(moment(column), zoned, utc + "::text", mine, theirs);
        }
        if (type.equals("time")) {
            return plain(
                    ValueKind.TIME,
                    "CAST(" + mine + " AS CHAR)",
                    "extract(epoch FROM " + theirs + ")::text",
                    mine,
                    theirs);
        }
        if (BINARY.contains(type)) {
            return plain(ValueKind.BYTES, mine, theirs, mine, theirs);
        }
        if (GEOMETRY.contains(type)) {
            return plain(ValueKind.GEOMETRY, mine, theirs, mine, theirs);
        }
        if (type.equals("vector")) {
            return plain(ValueKind.VECTOR, "CAST(" + mine + " AS BINARY)", theirs + "::text", mine, theirs);
        }
        if (type.equals("json") || column.targetType().startsWith("json")) {
            return plain(ValueKind.JSON, "CAST(" + mine + " AS CHAR)", theirs + "::text", mine, theirs);
        }
        if (TEXT.contains(type)) {
            String utf8 = "CONVERT(" + mine + " USING utf8mb4)";
            boolean isStripped = column.rules().nulChar() == TypeOptions.NulChar.STRIP;
            return plain(
                    isStripped ? ValueKind.STRIPPED : ValueKind.BYTES,
                    utf8,
                    theirs + "::text",
                    "CAST(" + utf8 + " AS BINARY)",
                    theirs + "::text COLLATE \"C\"");
        }
        throw new IllegalArgumentException("no rule to compare this type: column=" + column.name() + ", type=" + type);
    }

    /**
     * A column of a PostgreSQL source: whole numbers as numbers, all else by the type's own output function, which both servers
     * ask under the same settings; a key is in the order of its text's bytes.
     */
    static Rendering ofPostgres(VerifiedColumn column) {
        String mine = ALIAS + "." + SqlName.postgres(column.name());
        String theirs = ALIAS + "." + SqlName.postgres(column.targetName());
        if (POSTGRES_WHOLE.contains(column.sourceType()) && POSTGRES_WHOLE.contains(column.targetType())) {
            return plain(ValueKind.NUMBER, mine + "::text", theirs + "::text", mine, theirs);
        }
        return plain(ValueKind.BYTES, text(mine), text(theirs), order(mine), order(theirs));
    }

    private static String text(String name) {
        return "CASE WHEN " + name + " IS NULL THEN NULL ELSE format('%s', " + name + ") END";
    }

    private static String order(String name) {
        return "(" + text(name) + ") COLLATE \"C\"";
    }

    private static ValueKind moment(VerifiedColumn column) {
        return switch (column.rules().zeroDate()) {
            case SET_NULL -> ValueKind.MOMENT_OR_NULL;
            case MIN -> ValueKind.MOMENT_OR_MIN;
            case DIRTY, TEXT -> ValueKind.MOMENT;
        };
    }

    private static Rendering plain(
            ValueKind kind, String source, String target, String sourceOrder, String targetOrder) {
        return new Rendering(kind, source, target, sourceOrder, targetOrder);
    }
}
