package io.millrace.ddl;

import io.millrace.schema.TableId;
import java.util.Optional;

/** One clause of an ALTER TABLE, in the order of the statement. CREATE INDEX and DROP INDEX are such clauses too. */
public sealed interface AlterStep {
    /** For people: {@code +added -dropped before>after retyped}; empty where it is about no column. */
    default String columns() {
        if (this instanceof AddColumn add) {
            return "+" + add.column().name();
        }
        if (this instanceof DropColumn drop) {
            return "-" + drop.column();
        }
        if (this instanceof RenameColumn rename) {
            return rename.column() + ">" + rename.to();
        }
        if (this instanceof ChangeColumn change) {
            String name = change.definition().name();
            return change.column().equals(name) ? name : change.column() + ">" + name;
        }
        return this instanceof AlterDefault change ? change.column() : "";
    }

    /** ADD COLUMN. */
    record AddColumn(ColumnDefinition column, ColumnPlace place, boolean ifNotExists) implements AlterStep {}

    /** DROP COLUMN. */
    record DropColumn(String column, boolean ifExists) implements AlterStep {}

    /** MODIFY and CHANGE: another definition, under the same name or another. */
    record ChangeColumn(String column, ColumnDefinition definition, ColumnPlace place, boolean ifExists)
            implements AlterStep {}

    /** RENAME COLUMN. */
    record RenameColumn(String column, String to, boolean ifExists) implements AlterStep {}

    /**
     * ALTER COLUMN … SET DEFAULT, DROP DEFAULT, SET VISIBLE.
     *
     * @param defaultText the new default's own text; empty where it is dropped, or where only the visibility changes
     */
    record AlterDefault(String column, Optional<String> defaultText) implements AlterStep {}

    /** ADD INDEX, ADD PRIMARY KEY, ADD UNIQUE. */
    record AddIndex(IndexDefinition index, boolean ifNotExists) implements AlterStep {}

    /**
     * DROP INDEX, DROP PRIMARY KEY.
     *
     * @param index {@code PRIMARY} for the primary key
     */
    record DropIndex(String index) implements AlterStep {}

    /** RENAME INDEX. */
    record RenameIndex(String index, String to) implements AlterStep {}

    /** ADD FOREIGN KEY. */
    record AddForeignKey(ForeignKeyDefinition key) implements AlterStep {}

    /** DROP FOREIGN KEY. */
    record DropForeignKey(String name) implements AlterStep {}

    /** DROP CONSTRAINT: of a unique key, a foreign key or a check, whichever has the name. */
    record DropConstraint(String name) implements AlterStep {}

    /** CONVERT TO CHARACTER SET: all text columns and the table's default. */
    record ConvertCharset(String charset, String collation) implements AlterStep {}

    /** The table's default for columns to come. */
    record DefaultCharset(String charset, String collation) implements AlterStep {}

    /** RENAME TO, within the ALTER. */
    record RenameTo(TableId to) implements AlterStep {}

    /**
     * A clause on partitions.
     *
     * @param verb {@code ADD PARTITION}, {@code DROP PARTITION} …
     * @param movesRows whether rows come or go with it
     * @param other the table with which rows are exchanged
     */
    record Partition(String verb, boolean movesRows, Optional<TableId> other) implements AlterStep {}

    /**
     * What changes neither columns nor rows: engine, row format, comment, checks.
     *
     * @param verb its first word or two
     * @param movesRows whether rows come or go with it all the same (IMPORT TABLESPACE)
     */
    record Other(String verb, boolean movesRows) implements AlterStep {}
}
