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
            case UUID -> "REPLACE(UPPER(CAST(" + name + " AS CHAR)), '-', '')";
            default -> "HEX(CONVERT(CAST(" + name + " AS CHAR) USING utf8mb4))";
        };
    }
}
