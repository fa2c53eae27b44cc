package io.millrace.schema;

import java.util.List;

/**
 * All of a table that decides what its shape is after the next statement: what a reader follows where the source does not send
 * shapes with its rows.
 *
 * @param schema columns and key
 * @param collation the table's default for columns to come
 * @param indexes the primary key too; in the order of the server where that decides which one is the key
 */
public record TableState(TableSchema schema, String collation, List<TableIndex> indexes) {
    public TableState {
        indexes = List.copyOf(indexes);
    }

    public TableId table() {
        return schema.table();
    }
}
