package io.millrace.writer;

import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What a task says of a source table's place at the target. Immutable.
 *
 * @param name schema and table at the target
 * @param columnNames the target's names of columns by the source's, of those that have another one there
 * @param dropped the source's names of columns that are not written
 * @param types types at the target by the source's names of columns, as a user wrote them, of those that are given one
 */
public record WantedTable(
        TableId name, Map<String, String> columnNames, Set<String> dropped, Map<String, String> types) {
    public WantedTable {
        Objects.requireNonNull(name, "name");
        columnNames = Map.copyOf(columnNames);
        dropped = Set.copyOf(dropped);
        types = Map.copyOf(types);
    }

    /** A table with the source's columns. */
    public static WantedTable of(TableId name) {
        return new WantedTable(name, Map.of(), Set.of(), Map.of());
    }

    /** The target's name of a column. */
    public String nameOf(Column column) {
        return columnNames.getOrDefault(column.name(), column.name());
    }

    /** Whether a column is left out. */
    public boolean isDropped(Column column) {
        return dropped.contains(column.name());
    }

    /** The type that the task gives to a column; empty where the target chooses. */
    public Optional<String> typeOf(Column column) {
        return Optional.ofNullable(types.get(column.name()));
    }
}
