package io.millrace.reader.mysql.catalog;

import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Maps the catalog's words for a column's type to ours: the only place that knows them. */
public final class ColumnTypes {
    private static final int NONE = -1;

    private ColumnTypes() {}

    /**
     * One row of {@code information_schema.COLUMNS}.
     *
     * @param length in characters or bytes, -1 where the catalog has none; likewise the precisions
     */
    public record Entry(
            String name,
            String dataType,
            String columnType,
            boolean nullable,
            long length,
            int precision,
            int scale,
            int fraction,
            String collation,
            String extra) {
        boolean isGenerated() {
            return extra.contains("VIRTUAL GENERATED")
                    || extra.contains("STORED GENERATED")
                    || extra.contains("PERSISTENT GENERATED");
        }

        boolean isAutoIncrement() {
            return extra.toLowerCase(Locale.ROOT).contains("auto_increment");
        }
    }

    public static Column column(Entry entry, boolean isJson) {
        boolean isUnsigned = entry.columnType().toLowerCase(Locale.ROOT).contains(" unsigned");
        ColumnType integer = isUnsigned ? ColumnType.UNSIGNED : ColumnType.INTEGER;
        return switch (entry.dataType().toLowerCase(Locale.ROOT)) {
            case "tinyint" -> of(entry, integer, 1, NONE);
            case "smallint" -> of(entry, integer, 2, NONE);
            case "mediumint" -> of(entry, integer, 3, NONE);
            case "int" -> of(entry, integer, 4, NONE);
            case "bigint" -> of(entry, integer, 8, NONE);
            case "decimal" -> of(entry, ColumnType.DECIMAL, entry.precision(), entry.scale());
            case "float" -> of(entry, ColumnType.FLOAT, NONE, NONE);
            case "double" -> of(entry, ColumnType.DOUBLE, NONE, NONE);
            case "bit" -> of(entry, ColumnType.BIT, entry.precision(), NONE);
            case "year" -> of(entry, ColumnType.YEAR, NONE, NONE);
            case "date" -> of(entry, ColumnType.DATE, NONE, NONE);
            case "time" -> of(entry, ColumnType.TIME, NONE, entry.fraction());
            case "datetime" -> of(entry, ColumnType.DATETIME, NONE, entry.fraction());
            case "timestamp" -> of(entry, ColumnType.TIMESTAMP, NONE, entry.fraction());
            case "char", "varchar", "tinytext", "text", "mediumtext", "longtext" ->
                of(entry, isJson ? ColumnType.JSON : ColumnType.TEXT, length(entry), NONE);
            case "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob" ->
                of(entry, ColumnType.BINARY, length(entry), NONE);
            case "enum" -> of(entry, ColumnType.ENUM, NONE, NONE);
            case "set" -> of(entry, ColumnType.SET, NONE, NONE);
            case "json" -> of(entry, ColumnType.JSON, NONE, NONE);
            case "uuid" -> of(entry, ColumnType.UUID, NONE, NONE);
            case "vector" -> of(entry, ColumnType.VECTOR, NONE, NONE);
            case "geometry",
                    "point",
                    "linestring",
                    "polygon",
                    "multipoint",
                    "multilinestring",
                    "multipolygon",
                    "geometrycollection",
                    "geomcollection" -> of(entry, ColumnType.GEOMETRY, NONE, NONE);
            default -> of(entry, ColumnType.OTHER, NONE, NONE);
        };
    }

    /** MariaDB's types of network addresses, which travel as their text. */
    public static boolean isAddress(Column column) {
        return column.sourceType().equals("inet4") || column.sourceType().equals("inet6");
    }

    private static int length(Entry entry) {
        return (int) Math.min(Integer.MAX_VALUE, entry.length());
    }

    private static Column of(Entry entry, ColumnType type, int length, int scale) {
        List<String> members =
                type == ColumnType.ENUM || type == ColumnType.SET ? members(entry.columnType()) : List.of();
        return new Column(
                entry.name(),
                type,
                entry.columnType(),
                entry.nullable(),
                length,
                scale,
                entry.collation(),
                members,
                entry.isGenerated());
    }

    /** The labels of {@code enum('a','b')}, whose quotes are doubled and whose other odd characters have a backslash. */
    static List<String> members(String columnType) {
        List<String> members = new ArrayList<>();
        StringBuilder label = new StringBuilder();
        boolean isInside = false;
        for (int i = columnType.indexOf('('); i >= 0 && i < columnType.length(); i++) {
            char c = columnType.charAt(i);
            char next = i + 1 < columnType.length() ? columnType.charAt(i + 1) : 0;
            if (!isInside) {
                isInside = c == '\'';
            } else if (c == '\'' && next == '\'') {
                label.append('\'');
                i++;
            } else if (c == '\'') {
                members.add(label.toString());
                label.setLength(0);
                isInside = false;
            } else if (c == '\\' && next != 0) {
                label.append(unescaped(next));
                i++;
            } else {
                label.append(c);
            }
        }
        return members;
    }

    private static char unescaped(char c) {
        return switch (c) {
            case '0' -> '\0';
            case 'n' -> '\n';
            case 'r' -> '\r';
            default -> c;
        };
    }
}
