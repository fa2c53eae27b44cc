package io.millrace.task;

import io.millrace.schema.TableId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * {@code mapping.add}: a column that the target's tables have and the source's do not. Immutable.
 *
 * @param name at the target
 * @param value a constant, variables, or both
 * @param type as {@code varchar(64)}, the same word for every target; empty: that of the value
 * @param isKey whether it is of the target's key, behind the source's own columns: only what is the same in all rows of a table
 * @param tables that get it, by the source's names
 */
public record AddedColumn(
        String name, NameTemplate value, Optional<String> type, boolean isKey, List<TablePattern> tables) {
    public AddedColumn {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(type, "type");
        tables = List.copyOf(tables);
    }

    /** Of every table, with the value's own type. */
    public static AddedColumn of(String name, String value) {
        return new AddedColumn(name, NameTemplate.of(value), Optional.empty(), false, List.of(TablePattern.of("*")));
    }

    /** The same of another type. */
    public AddedColumn ofType(String text) {
        return new AddedColumn(name, value, Optional.of(text), isKey, tables);
    }

    /** The same as part of the key. */
    public AddedColumn asKey() {
        return new AddedColumn(name, value, type, true, tables);
    }

    public boolean isOf(TableId table) {
        return tables.stream().anyMatch(pattern -> pattern.matches(table));
    }
}
