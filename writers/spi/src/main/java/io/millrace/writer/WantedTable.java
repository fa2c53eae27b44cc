package io.millrace.writer;

import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import java.util.Map;
import java.util.Objects;

/**
 * What a task says of a source table's place at the target. Immutable.
 *
 * @param name schema and table at the target
 * @param columnNames the target's names of columns by the source's, of those that have another one there
 */
public record WantedTable(TableId name, Map<String, String> columnNames) {
    public WantedTable {
        Objects.requireNonNull(name, "name");
        columnNames = Map.copyOf(columnNames);
    }

    /** A table with the source's columns. */
    public static WantedTable of(TableId name) {
        return new WantedTable(name, Map.of());
    }

    /** The target's name of a column. */
    public String nameOf(Column column) {
        return columnNames.getOrDefault(column.name(), column.name());
    }
}
