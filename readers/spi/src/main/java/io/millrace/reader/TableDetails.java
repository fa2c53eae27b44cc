package io.millrace.reader;

import io.millrace.schema.TableSchema;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the source's catalog says of a table, beyond its rows' shape.
 *
 * @param schema columns and key; version 0. The key is the declared one, else the primary key, else the first unique key
 *     over columns that are not nullable, else empty
 * @param estimatedRows the server's own estimate; -1 where it has none
 * @param comment the table's comment, or the empty string
 * @param columnComments by column name, only those that have one
 * @param defaults by column name, the server's text of the default, only those that have one
 * @param autoIncrement the column that the server numbers by itself
 * @param indexes all but the primary key
 * @param foreignKeys those of this table
 */
public record TableDetails(
        TableSchema schema,
        long estimatedRows,
        String comment,
        Map<String, String> columnComments,
        Map<String, String> defaults,
        Optional<String> autoIncrement,
        List<Index> indexes,
        List<ForeignKey> foreignKeys) {
    public TableDetails {
        columnComments = Map.copyOf(columnComments);
        defaults = Map.copyOf(defaults);
        indexes = List.copyOf(indexes);
        foreignKeys = List.copyOf(foreignKeys);
    }

    /**
     * An index.
     *
     * @param columns in order; an expression or a prefix is written as the server writes it, and what is more than columns in order
     *     in words of ours
     */
    public record Index(String name, boolean isUnique, List<String> columns) {
        public Index {
            columns = List.copyOf(columns);
        }
    }
}
