package io.millrace.verify;

import java.util.Set;

/**
 * How columns are shown where the target is MySQL or MariaDB: each server by its own text, numbers by their digits, keys of text in
 * the order of their bytes.
 *
 * <pre>
 * type                     here                       PostgreSQL source      equal
 * integers, year, bit,     CAST(col + 0 AS CHAR)      ::text, boolean ::int  numbers
 *   decimal
 * float, double            JSON_ARRAY(col + 0e0)      ::float8::text         doubles
 * date, datetime, timestamp  as text, in UTC          in UTC, ::text         but for trailing zeros
 * time                     as text                                           seconds
 * binary, blob, vector     as it is                   as it is               the same bytes
 * geometry                 as it is                                          the same bytes
 * json                     as text                    ::text, arrays to_json parsed JSON
 * all else                 converted to UTF-8         ::text                 the same bytes
 * </pre>
 */
final class MySqlRendering {
    private static final Set<String> WHOLE =
            Set.of("tinyint", "smallint", "mediumint", "int", "bigint", "year", "decimal", "bit");
    private static final Set<String> BYTES = Set.of(
            "binary",
            "varbinary",
            "tinyblob",
            "blob",
            "mediumblob",
            "longblob",
            "geometry",
            "point",
            "linestring",
            "polygon",
            "multipoint",
            "multilinestring",
            "multipolygon",
            "geometrycollection",
            "geomcollection");
    private static final Set<String> MOMENTS = Set.of("date", "datetime", "timestamp");

    private static final Set<String> POSTGRES_NUMBERS = Set.of("int2", "int4", "int8", "numeric");
    private static final Set<String> POSTGRES_NUMBER_ARRAYS =
            Set.of("_int2", "_int4", "_int8", "_numeric", "_float4", "_float8", "_oid", "_bool");

    private MySqlRendering() {}

    /** Both columns by one expression, of the source's type. */
    static Rendering ofMySql(VerifiedColumn column) {
        String mine = Rendering.ALIAS + "." + SqlName.mysql(column.name());
        String theirs = Rendering.ALIAS + "." + SqlName.mysql(column.targetName());
        String type = column.sourceType();
        ValueKind kind = kind(type, column.targetType());
        return new Rendering(
                kind,
                shown(kind, type, mine),
                shown(kind, type, theirs),
                order(kind, type, mine),
                order(kind, type, theirs));
    }

    private static ValueKind kind(String type, String targetType) {
        if (WHOLE.contains(type)) {
            return ValueKind.NUMBER;
        }
        if (type.equals("float") || type.equals("double")) {
            return ValueKind.DOUBLE;
        }
        if (MOMENTS.contains(type)) {
            return ValueKind.MOMENT;
        }
        if (type.equals("time")) {
            return ValueKind.TIME;
        }
        return type.equals("json") || targetType.equals("json") ? ValueKind.JSON : ValueKind.BYTES;
    }

    private static String shown(ValueKind kind, String type, String name) {
        return switch (kind) {
            case NUMBER -> "CAST(" + name + " + 0 AS CHAR)";
            // Neither CAST AS CHAR nor CONCAT, which round to 22 characters; in JSON the servers write all digits.
            case DOUBLE ->
                "IF(" + name + " IS NULL, NULL, TRIM(']' FROM TRIM('[' FROM JSON_ARRAY(" + name + " + 0e0))))";
            case MOMENT, TIME, JSON -> "CAST(" + name + " AS CHAR)";
            default ->
                BYTES.contains(type) ? name : type.equals("vector") ? "CAST(" + name + " AS BINARY)" : utf8(name);
        };
    }

    private static String order(ValueKind kind, String type, String name) {
        return kind == ValueKind.BYTES && !BYTES.contains(type) ? "CAST(" + utf8(name) + " AS BINARY)" : name;
    }

    private static String utf8(String name) {
        return "CONVERT(" + name + " USING utf8mb4)";
    }

    /** A PostgreSQL source by its own text, or by what its own functions make of it. */
    static Rendering ofPostgres(VerifiedColumn column) {
        String mine = Rendering.ALIAS + "." + SqlName.postgres(column.name());
        String theirs = Rendering.ALIAS + "." + SqlName.mysql(column.targetName());
        String type = column.sourceType();
        if (type.equals("bool")) {
            return plain(ValueKind.NUMBER, mine + "::int::text", shown(ValueKind.NUMBER, "int", theirs), mine, theirs);
        }
        if (POSTGRES_NUMBERS.contains(type)) {
            return plain(ValueKind.NUMBER, mine + "::text", shown(ValueKind.NUMBER, "int", theirs), mine, theirs);
        }
        if (type.equals("float4") || type.equals("float8")) {
            return plain(
                    ValueKind.DOUBLE, mine + "::float8::text", shown(ValueKind.DOUBLE, type, theirs), mine, theirs);
        }
        if (type.equals("date") || type.equals("timestamp")) {
            return plain(ValueKind.MOMENT, mine + "::text", shown(ValueKind.MOMENT, type, theirs), mine, theirs);
        }
        if (type.equals("timestamptz")) {
            String utc = "(" + mine + " AT TIME ZONE 'UTC')::text";
            return plain(ValueKind.MOMENT, utc, shown(ValueKind.MOMENT, type, theirs), mine, theirs);
        }
        if (type.equals("bytea")) {
            return plain(ValueKind.BYTES, mine, theirs, mine, theirs);
        }
        if (type.startsWith("_")) {
            String elements = POSTGRES_NUMBER_ARRAYS.contains(type) ? mine : mine + "::text[]";
            String json = "to_json(" + elements + ")::text";
            return plain(ValueKind.JSON, json, shown(ValueKind.JSON, "json", theirs), mine, theirs);
        }
        if (type.equals("json") || type.equals("jsonb")) {
            return plain(ValueKind.JSON, mine + "::text", shown(ValueKind.JSON, "json", theirs), mine, theirs);
        }
        // Not ::text, which trims the blanks of character(n).
        String text = "CASE WHEN " + mine + " IS NULL THEN NULL ELSE format('%s', " + mine + ") END";
        return plain(
                ValueKind.BYTES,
                text,
                utf8(theirs),
                "(" + text + ") COLLATE \"C\"",
                "CAST(" + utf8(theirs) + " AS BINARY)");
    }

    private static Rendering plain(
            ValueKind kind, String source, String target, String sourceOrder, String targetOrder) {
        return new Rendering(kind, source, target, sourceOrder, targetOrder);
    }
}
