package io.millrace.writer;

import io.millrace.schema.TableId;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What a statement of the source changes at the target, in no server's dialect: names and types are the target's own. Immutable. */
public sealed interface TargetChange {
    /** The table, by the name that it has at the target before all changes of the statement. */
    TableId table();

    /**
     * A column that rows had not.
     *
     * @param after the table as it is planned behind the statement, which has the column
     * @param defaultText what rows that are there get, as the source's text of a literal; empty for NULL
     */
    record AddColumn(TargetTable after, String column, Optional<String> defaultText) implements TargetChange {
        public AddColumn {
            Objects.requireNonNull(after, "after");
            Objects.requireNonNull(column, "column");
        }

        @Override
        public TableId table() {
            return after.name();
        }
    }

    /** A column that rows have no more. */
    record DropColumn(TableId table, String column) implements TargetChange {}

    /**
     * A column may be NULL from here on: nothing feeds it any more.
     *
     * @param before the table as it was planned before the statement, which has the column
     */
    record AllowNull(TargetTable before, String column) implements TargetChange {
        @Override
        public TableId table() {
            return before.name();
        }
    }

    /** All rows that are there get a column's value in another one, behind all other changes. */
    record CopyColumn(TableId table, String from, String to) implements TargetChange {}

    /**
     * Some rows that are there get a value, behind all changes of columns.
     *
     * @param after the table as it is planned behind the statement, which has the column
     * @param text the source's text of a literal
     * @param where what those rows have in which columns
     */
    record FillColumn(TargetTable after, String column, String text, Map<String, String> where)
            implements TargetChange {
        public FillColumn {
            where = Map.copyOf(where);
        }

        @Override
        public TableId table() {
            return after.name();
        }
    }

    /** The same values under another name. */
    record RenameColumn(TableId table, String column, String to) implements TargetChange {}

    /**
     * Another type, or NULL where it was not allowed; behind the renames of the same statement.
     *
     * @param after the table as it is planned behind the statement, which has the column
     */
    record RetypeColumn(TargetTable after, String column) implements TargetChange {
        @Override
        public TableId table() {
            return after.name();
        }
    }

    /** All rows go. */
    record Truncate(TableId table) implements TargetChange {}

    /**
     * Some rows go.
     *
     * @param where what those rows have in which columns
     */
    record DeleteRows(TableId table, Map<String, String> where) implements TargetChange {
        public DeleteRows {
            where = Map.copyOf(where);
        }
    }

    /** The table has another name, which is free when its turn comes. */
    record RenameTable(TableId table, TableId to) implements TargetChange {}

    /** The table goes, with its rows. */
    record DropTable(TableId table) implements TargetChange {}
}
