package io.millrace.reader.mysql.schema;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.mysql.charset.SourceCharsets;
import io.millrace.reader.mysql.event.ColumnCode;
import io.millrace.reader.mysql.event.EventPlace;
import io.millrace.reader.mysql.event.TableMapColumn;
import io.millrace.reader.mysql.event.TableMapEvent;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;

/**
 * A table's schema from its TABLE_MAP_EVENT alone, where the catalog no longer has the table. That takes
 * {@code binlog_row_metadata=FULL}; without the names the task stops, since nothing else knows them.
 */
final class TableMapSchema {
    private TableMapSchema() {}

    static TableSchema of(TableMapEvent event, SourceCharsets charsets, List<String> declaredKey, EventPlace place) {
        if (!event.hasNames()) {
            throw new MillraceException(
                    ErrorCode.SCHEMA_MISMATCH,
                    "catalog has no such table, and the binlog does not name its columns: table=" + event.table()
                            + ", required=binlog_row_metadata=FULL, " + place.text());
        }
        List<Column> columns = new ArrayList<>();
        for (TableMapColumn column : event.columns()) {
            columns.add(column(column, charsets, place));
        }
        List<Integer> key = event.primaryKey();
        if (!declaredKey.isEmpty()) {
            key = new ArrayList<>();
            for (String name : declaredKey) {
                int index = indexOf(columns, name);
                if (index < 0) {
                    throw new MillraceException(
                            ErrorCode.SCHEMA_MISMATCH,
                            "table has no such key column: table=" + event.table() + ", column=" + name + ", "
                                    + place.text());
                }
                key.add(index);
            }
        }
        return new TableSchema(event.table(), 0, columns, key);
    }

    private static int indexOf(List<Column> columns, String name) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    private static Column column(TableMapColumn column, SourceCharsets charsets, EventPlace place) {
        boolean isUnsigned = column.unsigned() == 1;
        ColumnType integer = isUnsigned ? ColumnType.UNSIGNED : ColumnType.INTEGER;
        boolean isText = ColumnCode.hasCharset(column.code())
                && !SourceCharsets.BINARY.equals(charsets.charsetOf(column.collationId()));
        ColumnType text = isText ? ColumnType.TEXT : ColumnType.BINARY;
        return switch (column.code()) {
            case ColumnCode.TINY -> of(column, charsets, integer, 1, -1);
            case ColumnCode.SHORT -> of(column, charsets, integer, 2, -1);
            case ColumnCode.INT24 -> of(column, charsets, integer, 3, -1);
            case ColumnCode.LONG -> of(column, charsets, integer, 4, -1);
            case ColumnCode.LONGLONG -> of(column, charsets, integer, 8, -1);
            case ColumnCode.FLOAT -> of(column, charsets, ColumnType.FLOAT, -1, -1);
            case ColumnCode.DOUBLE -> of(column, charsets, ColumnType.DOUBLE, -1, -1);
            case ColumnCode.NEWDECIMAL ->
                of(column, charsets, ColumnType.DECIMAL, column.meta() >>> 8, column.meta() & 0xFF);
            case ColumnCode.YEAR -> of(column, charsets, ColumnType.YEAR, -1, -1);
            case ColumnCode.DATE, ColumnCode.NEWDATE -> of(column, charsets, ColumnType.DATE, -1, -1);
            case ColumnCode.TIME2 -> of(column, charsets, ColumnType.TIME, -1, column.meta());
            case ColumnCode.DATETIME2 -> of(column, charsets, ColumnType.DATETIME, -1, column.meta());
            case ColumnCode.TIMESTAMP2 -> of(column, charsets, ColumnType.TIMESTAMP, -1, column.meta());
            // The old formats do not tell their fraction.
            case ColumnCode.TIME -> of(column, charsets, ColumnType.TIME, -1, -1);
            case ColumnCode.DATETIME -> of(column, charsets, ColumnType.DATETIME, -1, -1);
            case ColumnCode.TIMESTAMP -> of(column, charsets, ColumnType.TIMESTAMP, -1, -1);
            case ColumnCode.BIT -> of(column, charsets, ColumnType.BIT, column.meta(), -1);
            case ColumnCode.VARCHAR, ColumnCode.VAR_STRING, ColumnCode.STRING ->
                of(column, charsets, text, column.meta(), -1);
            case ColumnCode.TINY_BLOB, ColumnCode.BLOB, ColumnCode.MEDIUM_BLOB, ColumnCode.LONG_BLOB ->
                of(column, charsets, text, -1, -1);
            case ColumnCode.ENUM -> labelled(column, charsets, ColumnType.ENUM, place);
            case ColumnCode.SET -> labelled(column, charsets, ColumnType.SET, place);
            case ColumnCode.JSON -> of(column, charsets, ColumnType.JSON, -1, -1);
            case ColumnCode.GEOMETRY -> of(column, charsets, ColumnType.GEOMETRY, -1, -1);
            case ColumnCode.VECTOR -> of(column, charsets, ColumnType.VECTOR, -1, -1);
            default -> of(column, charsets, ColumnType.OTHER, -1, -1);
        };
    }

    private static Column of(TableMapColumn column, SourceCharsets charsets, ColumnType type, int length, int scale) {
        return new Column(
                column.name(),
                type,
                ColumnCode.describe(column.code()),
                column.nullable(),
                length,
                scale,
                charsets.collationOf(column.collationId()),
                List.of(),
                false);
    }

    private static Column labelled(TableMapColumn column, SourceCharsets charsets, ColumnType type, EventPlace place) {
        return new Column(
                column.name(),
                type,
                ColumnCode.describe(column.code()),
                column.nullable(),
                -1,
                -1,
                charsets.collationOf(column.collationId()),
                charsets.labels(column, place),
                false);
    }
}
