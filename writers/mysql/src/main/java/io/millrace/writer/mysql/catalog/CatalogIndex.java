package io.millrace.writer.mysql.catalog;

import java.util.List;

/**
 * A unique index as the server has it.
 *
 * @param columns in order; empty where it is on more, or on less, than whole columns
 */
record CatalogIndex(String name, List<String> columns) {
    CatalogIndex {
        columns = List.copyOf(columns);
    }
}
