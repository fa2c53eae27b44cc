package io.millrace.reader.mysql;

import io.millrace.schema.Column;

/** The SQL by which a server tells a column's value in the words of {@link StreamText}. */
final class ServerText {
    private ServerText() {}

    static String expression(Column column) {
        String name = "`" + column.name() + "`";
        return switch (column.type()) {
            case YEAR, DATE, DATETIME, TIMESTAMP, TIME, DECIMAL -> "CAST(" + name + " AS CHAR)";
            case INTEGER, UNSIGNED, BOOLEAN, BIT -> "CAST(" + name + " + 0 AS CHAR)";
            case FLOAT, DOUBLE -> "CAST(" + name + " AS DOUBLE)";
            case BINARY -> "HEX(" + name + ")";
            case GEOMETRY -> geometry(name);
            case VECTOR -> "HEX(" + name + ")";
            case UUID -> "REPLACE(UPPER(CAST(" + name + " AS CHAR)), '-', '')";
            default -> "HEX(CONVERT(CAST(" + name + " AS CHAR) USING utf8mb4))";
        };
    }

    /** EWKB, spelled from the number of the reference system and the bytes behind it. */
    static String geometry(String name) {
        String wkb = "HEX(SUBSTR(CAST(" + name + " AS BINARY), 5))";
        String srid = "HEX(REVERSE(UNHEX(LPAD(HEX(ST_SRID(" + name + ")), 8, '0'))))";
        return "IF(ST_SRID(" + name + ") = 0, " + wkb + ", CONCAT(SUBSTR(" + wkb + ", 1, 8), '20', " + srid
                + ", SUBSTR(" + wkb + ", 11)))";
    }
}
