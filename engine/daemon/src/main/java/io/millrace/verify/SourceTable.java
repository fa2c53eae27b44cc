package io.millrace.verify;

import io.millrace.schema.TableId;
import java.util.List;

/**
 * A table as the source's catalog has it.
 *
 * @param columns in order
 * @param key the primary key, else the first unique key without nullable columns, else empty
 */
record SourceTable(TableId id, List<SourceColumn> columns, List<String> key) {
    /**
     * A column.
     *
     * @param bits for {@code bit}; else 0
     * @param isComputed whether the server computes it
     */
    record SourceColumn(String name, String type, int bits, boolean isComputed) {}

    SourceTable {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
    }
}
