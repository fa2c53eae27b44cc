package io.millrace.writer.postgres.catalog;

import java.util.List;

/**
 * A unique index.
 *
 * @param columns its key columns; empty where it has expressions
 * @param canArbitrate whether it is valid, of all rows, and checked at once
 */
record CatalogIndex(String name, List<String> columns, boolean canArbitrate) {
    CatalogIndex {
        columns = List.copyOf(columns);
    }
}
