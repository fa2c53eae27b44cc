package io.millrace.writer.postgres.catalog;

import java.util.List;
import java.util.Optional;

/**
 * A table as the server has it.
 *
 * @param kind {@code r} table, {@code p} partitioned table, else what cannot be written
 * @param persistence {@code p} permanent, {@code u} unlogged
 */
public record CatalogTable(
        long oid, String kind, String persistence, List<CatalogColumn> columns, List<CatalogIndex> indexes) {
    public CatalogTable {
        columns = List.copyOf(columns);
        indexes = List.copyOf(indexes);
    }

    public Optional<CatalogColumn> column(String name) {
        return columns.stream().filter(column -> column.name().equals(name)).findFirst();
    }

    /** Whether ON CONFLICT can name these columns: a unique index on exactly them, in any order, that is checked at once. */
    public boolean hasKeyIndex(List<String> key) {
        return indexes.stream()
                .anyMatch(index -> index.canArbitrate()
                        && index.columns().size() == key.size()
                        && index.columns().containsAll(key));
    }
}
