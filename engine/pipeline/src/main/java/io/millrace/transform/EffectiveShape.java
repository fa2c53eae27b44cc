package io.millrace.transform;

import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;

/** A table's shape while steps are read: the source's columns at their places, new ones behind them. Confined to one thread. */
final class EffectiveShape {
    private final TableSchema source;
    private final List<Column> columns;
    private final List<Integer> key;

    EffectiveShape(TableSchema source) {
        this.source = source;
        columns = new ArrayList<>(source.columns());
        key = new ArrayList<>(source.key());
    }

    TableId table() {
        return source.table();
    }

    TableSchema schema() {
        return new TableSchema(source.table(), source.version(), columns, key);
    }

    /** The shape of rows of which each is a change: no key tells them apart, and what the source did not send of a row is NULL. */
    TableSchema appended() {
        List<Column> nullable = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            boolean isSent = source.key().contains(i) || i >= source.columns().size();
            nullable.add(isSent ? column : column.nullable(true));
        }
        return new TableSchema(source.table(), source.version(), nullable, List.of());
    }

    Column column(int index) {
        return columns.get(index);
    }

    /** The position of a column by name, whatever its case where one alone is so called; -1 where there is none. */
    int indexOf(String name) {
        int alike = -1;
        int count = 0;
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(name)) {
                return i;
            }
            if (columns.get(i).name().equalsIgnoreCase(name)) {
                alike = i;
                count++;
            }
        }
        return count == 1 ? alike : -1;
    }

    /** Whether the column tells rows apart at the source. */
    boolean isKey(int index) {
        return source.key().contains(index);
    }

    int add(Column column, boolean isKey) {
        if (columns.stream().anyMatch(other -> other.name().equalsIgnoreCase(column.name()))) {
            throw new IllegalArgumentException("the table has such a column already");
        }
        if (isKey) {
            key.add(columns.size());
        }
        columns.add(column);
        return columns.size() - 1;
    }

    /** The column has another type from here on. */
    void replace(int index, Column column) {
        columns.set(index, column);
    }
}
