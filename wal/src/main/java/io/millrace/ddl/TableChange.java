package io.millrace.ddl;

import io.millrace.schema.TableId;
import java.util.List;
import java.util.Optional;

/** What a statement does to one table or database, as it says it. A statement is a list of these, in order. */
public sealed interface TableChange {
    /**
     * CREATE TABLE.
     *
     * @param like whose definition is copied
     * @param hasQuery whether rows and further columns come from a SELECT in the statement itself
     * @param charset the table's default, empty where the database's holds
     */
    record Create(
            TableId table,
            boolean ifNotExists,
            boolean orReplace,
            Optional<TableId> like,
            boolean hasQuery,
            List<ColumnDefinition> columns,
            List<IndexDefinition> indexes,
            List<ForeignKeyDefinition> foreignKeys,
            String charset,
            String collation,
            String comment)
            implements TableChange {
        public Create {
            columns = List.copyOf(columns);
            indexes = List.copyOf(indexes);
            foreignKeys = List.copyOf(foreignKeys);
        }
    }

    /**
     * ALTER TABLE, CREATE INDEX, DROP INDEX.
     *
     * @param ignoresErrors ALTER IGNORE: rows that do not fit the new shape vanish
     * @param ifExists whether a missing table is no error
     */
    record Alter(TableId table, boolean ignoresErrors, boolean ifExists, List<AlterStep> steps) implements TableChange {
        public Alter {
            steps = List.copyOf(steps);
        }
    }

    /** One pair of RENAME TABLE. */
    record Rename(TableId table, TableId to, boolean ifExists) implements TableChange {}

    /** One table of DROP TABLE. */
    record Drop(TableId table, boolean ifExists) implements TableChange {}

    /** TRUNCATE TABLE. */
    record Truncate(TableId table) implements TableChange {}

    /** REPAIR TABLE, which may drop rows of a damaged table. */
    record Repair(TableId table) implements TableChange {}

    /** DROP DATABASE, with all tables in it. */
    record DropDatabase(String database, boolean ifExists) implements TableChange {}

    /** CREATE DATABASE and ALTER DATABASE: the default of tables to come. */
    record DatabaseCharset(String database, boolean isNew, boolean ifNotExists, String charset, String collation)
            implements TableChange {}
}
