package io.millrace.schema;

import java.util.List;
import java.util.Objects;

/**
 * One version of a table's shape: what a reader encodes rows by and what a lane reads them by.
 *
 * @param table the table's name at the source
 * @param version counts from 1 for each table of a change log
 * @param columns in the order of the source's row images
 * @param key positions in {@code columns} of the key by which rows are told apart, in key order; empty where there is none
 */
public record TableSchema(TableId table, int version, List<Column> columns, List<Integer> key) {
    public TableSchema {
        Objects.requireNonNull(table, "table");
        columns = List.copyOf(columns);
        key = List.copyOf(key);
    }

    /** The position of a column by name, or -1. */
    public int indexOf(String name) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    /** Whether both have the same columns and key, whatever their version. */
    public boolean hasShapeOf(TableSchema other) {
        return table.equals(other.table) && columns.equals(other.columns) && key.equals(other.key);
    }
}
