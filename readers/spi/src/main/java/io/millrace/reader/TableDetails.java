package io.millrace.reader;

import io.millrace.schema.IndexPart;
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
 * @param omissions what it has beyond that, and no table that we make gets
 * @param computed by column name, the server's text of the expression that it computes the column by
 */
public record TableDetails(
        TableSchema schema,
        long estimatedRows,
        String comment,
        Map<String, String> columnComments,
        Map<String, String> defaults,
        Optional<String> autoIncrement,
        List<Index> indexes,
        List<ForeignKey> foreignKeys,
        List<Omission> omissions,
        Map<String, String> computed) {
    public TableDetails {
        columnComments = Map.copyOf(columnComments);
        defaults = Map.copyOf(defaults);
        indexes = List.copyOf(indexes);
        foreignKeys = List.copyOf(foreignKeys);
        omissions = List.copyOf(omissions);
        computed = Map.copyOf(computed);
    }

    /** A table that has nothing beyond columns, indexes and foreign keys, and computes none. */
    public TableDetails(
            TableSchema schema,
            long estimatedRows,
            String comment,
            Map<String, String> columnComments,
            Map<String, String> defaults,
            Optional<String> autoIncrement,
            List<Index> indexes,
            List<ForeignKey> foreignKeys) {
        this(
                schema,
                estimatedRows,
                comment,
                columnComments,
                defaults,
                autoIncrement,
                indexes,
                foreignKeys,
                List.of(),
                Map.of());
    }

    /** The same of another shape. */
    public TableDetails with(TableSchema other) {
        return new TableDetails(
                other,
                estimatedRows,
                comment,
                columnComments,
                defaults,
                autoIncrement,
                indexes,
                foreignKeys,
                omissions,
                computed);
    }

    /** How an index finds its rows. */
    public enum Method {
        BTREE,
        FULLTEXT,
        SPATIAL,
        HASH,
        GIN,
        GIST,
        SPGIST,
        BRIN
    }

    /**
     * An index.
     *
     * @param columns in order; an expression or a prefix is written as the server writes it
     * @param parts where it has a prefix of a column or one in descending order, and no expression: the same columns; else empty
     */
    public record Index(String name, boolean isUnique, List<String> columns, Method method, List<IndexPart> parts) {
        public Index {
            columns = List.copyOf(columns);
            parts = List.copyOf(parts);
        }

        /** An index by the columns' order. */
        public Index(String name, boolean isUnique, List<String> columns) {
            this(name, isUnique, columns, Method.BTREE);
        }

        /** An index of whole columns, in ascending order. */
        public Index(String name, boolean isUnique, List<String> columns, Method method) {
            this(name, isUnique, columns, method, List.of());
        }
    }

    /**
     * Something that no table which we make gets.
     *
     * @param what it is, in one word
     * @param name its own, or that of the column, index or table which has it
     * @param why it is left out, or what is made in its place
     */
    public record Omission(String what, String name, String why) {}
}
