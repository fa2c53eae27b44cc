package io.millrace.writer;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a table that is made shall have beyond its columns and key. Immutable.
 *
 * @param comment of the table, or the empty string
 * @param columnComments by the target's column names, only those that have one
 * @param defaults by the target's column names: the source's text of the default, in the form of standard SQL
 * @param identity the column that the source numbers by itself
 * @param items in the order in which they are made
 * @param partitioning how its rows are divided; empty where they are not
 */
public record TableStructure(
        TargetTable table,
        String comment,
        Map<String, String> columnComments,
        Map<String, String> defaults,
        Optional<String> identity,
        List<StructureItem> items,
        Optional<Partitioning> partitioning) {
    public TableStructure {
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(comment, "comment");
        columnComments = Map.copyOf(columnComments);
        defaults = Map.copyOf(defaults);
        items = List.copyOf(items);
        Objects.requireNonNull(partitioning, "partitioning");
    }

    /** A table whose rows are not divided. */
    public TableStructure(
            TargetTable table,
            String comment,
            Map<String, String> columnComments,
            Map<String, String> defaults,
            Optional<String> identity,
            List<StructureItem> items) {
        this(table, comment, columnComments, defaults, identity, items, Optional.empty());
    }

    /** Columns and key alone. */
    public static TableStructure plain(TargetTable table) {
        return new TableStructure(table, "", Map.of(), Map.of(), Optional.empty(), List.of());
    }

    public TableStructure withDefaults(Map<String, String> some) {
        return new TableStructure(table, comment, columnComments, some, identity, items, partitioning);
    }

    public TableStructure withItems(List<StructureItem> some) {
        return new TableStructure(table, comment, columnComments, defaults, identity, some, partitioning);
    }

    public TableStructure withPartitioning(Optional<Partitioning> some) {
        return new TableStructure(table, comment, columnComments, defaults, identity, items, some);
    }
}
