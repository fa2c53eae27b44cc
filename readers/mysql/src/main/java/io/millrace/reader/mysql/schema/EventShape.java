package io.millrace.reader.mysql.schema;

import io.millrace.reader.mysql.charset.SourceCharsets;
import io.millrace.reader.mysql.event.EventPlace;
import io.millrace.reader.mysql.event.TableMapColumn;
import io.millrace.reader.mysql.event.TableMapEvent;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableSchema;
import io.millrace.schema.TableState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A table's shape from its TABLE_MAP_EVENT and from what was followed of it: what the event says holds, what it does not say is taken
 * from the column of the same name.
 */
final class EventShape {
    private EventShape() {}

    /** Of an event that names its columns: right even where nothing was followed. */
    static TableSchema named(
            TableMapEvent event,
            Optional<TableState> followed,
            SourceCharsets charsets,
            List<String> declaredKey,
            EventPlace place) {
        TableSchema told = TableMapSchema.of(event, charsets, declaredKey, place);
        if (followed.isEmpty()) {
            return told;
        }
        TableSchema known = followed.get().schema();
        List<Column> columns = new ArrayList<>();
        for (Column column : told.columns()) {
            int index = indexOf(known, column.name());
            columns.add(index < 0 ? column : merged(column, known.columns().get(index)));
        }
        List<Integer> key = told.key();
        if (declaredKey.isEmpty() && !event.hasKey()) {
            key = key(known, columns);
        }
        return new TableSchema(event.table(), 0, columns, key);
    }

    /** The key that was followed, where its columns are all there: an event names the primary key only. */
    private static List<Integer> key(TableSchema known, List<Column> columns) {
        List<Integer> key = new ArrayList<>();
        for (int position : known.key()) {
            String name = known.columns().get(position).name();
            for (int i = 0; i < columns.size(); i++) {
                if (columns.get(i).name().equals(name) && !columns.get(i).nullable()) {
                    key.add(i);
                }
            }
        }
        return key.size() == known.key().size() ? key : List.of();
    }

    private static int indexOf(TableSchema schema, String name) {
        return schema.indexOf(name);
    }

    private static Column merged(Column told, Column known) {
        if (!isSame(told, known)) {
            return told;
        }
        boolean isLabelled = told.type() == ColumnType.ENUM || told.type() == ColumnType.SET;
        return new Column(
                known.name(),
                known.type(),
                isLabelled && !told.members().equals(known.members()) ? told.sourceType() : known.sourceType(),
                told.nullable(),
                known.length(),
                known.scale(),
                told.collation().isEmpty() || known.collation().isEmpty() ? known.collation() : told.collation(),
                isLabelled ? told.members() : known.members(),
                known.generated());
    }

    /** Whether what was followed can be what the event tells of. */
    private static boolean isSame(Column told, Column known) {
        if (told.type() == ColumnType.OTHER) {
            return true; // the event's code says too little
        }
        boolean isText = told.type() == ColumnType.TEXT || told.type() == ColumnType.BINARY;
        if (isText) {
            boolean isKin = known.type() == told.type()
                    || (told.type() == ColumnType.TEXT && known.type() == ColumnType.JSON)
                    || known.type() == ColumnType.UUID
                    || known.type() == ColumnType.OTHER;
            int bytes = ColumnShaper.maxBytes(charset(told)) * known.length();
            boolean isLength = told.length() < 0 || known.length() < 0 || told.length() == bytes;
            return isKin && (isLength || known.type() == ColumnType.UUID || known.type() == ColumnType.OTHER);
        }
        boolean isKin = known.type() == told.type()
                || (told.type() == ColumnType.INTEGER && known.type() == ColumnType.BOOLEAN)
                || known.type() == ColumnType.OTHER;
        return isKin
                && (told.length() == known.length() || told.length() < 0 || known.length() < 0)
                && (told.scale() == known.scale() || told.scale() < 0 || known.scale() < 0);
    }

    private static String charset(Column column) {
        int end = column.collation().indexOf('_');
        return end < 0 ? column.collation() : column.collation().substring(0, end);
    }

    /** Of an event that does not: what was followed, with NULL and character sets as the event has them. */
    static TableSchema unnamed(TableMapEvent event, TableSchema followed, SourceCharsets charsets) {
        List<TableMapColumn> told = event.columns();
        if (told.size() != followed.columns().size()) {
            return followed; // the difference is found where the two are compared
        }
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < told.size(); i++) {
            Column column = followed.columns().get(i).nullable(told.get(i).nullable());
            String collation = charsets.collationOf(told.get(i).collationId());
            boolean isOther = !collation.isEmpty() && !column.collation().isEmpty();
            columns.add(isOther ? collated(column, collation) : column);
        }
        return new TableSchema(followed.table(), 0, columns, followed.key());
    }

    private static Column collated(Column column, String collation) {
        return new Column(
                column.name(),
                column.type(),
                column.sourceType(),
                column.nullable(),
                column.length(),
                column.scale(),
                collation,
                column.members(),
                column.generated());
    }
}
