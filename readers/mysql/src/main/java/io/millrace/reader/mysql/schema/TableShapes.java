package io.millrace.reader.mysql.schema;

import io.millrace.position.TransactionId;
import io.millrace.row.RowEncoder;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.schema.TableState;
import java.util.List;
import java.util.Map;

/**
 * What the catalog knew of tables when reading began: names, keys and types that the binlog does not carry. Asked once for
 * each new TABLE_MAP_EVENT of a selected table, on the stream's thread, never for each row.
 *
 * <p>The caller cross-checks every answer with the event (count, types, signs, names where the event has them) and stops the
 * task where they differ; an implementation answers truthfully and guesses nothing.
 */
public interface TableShapes {
    /**
     * A table's shape.
     *
     * @return all columns in the order of the server's row images, generated and invisible ones too, with the key by which the
     *     task tells rows apart; null where the catalog has no such table
     */
    TableSchema shapeOf(TableId table);

    /**
     * Whether a database may hold a selected table: DROP DATABASE does not name what it drops.
     *
     * @return false only where that is known
     */
    default boolean mayHaveTablesIn(String database) {
        return true;
    }

    /**
     * Whether foreign keys of selected tables may change their rows when one of this table is removed or gets another key.
     *
     * @return false only where that is known
     */
    default boolean mayHaveActingChildren(TableId table) {
        return true;
    }

    /**
     * Puts what an INSERT of a transaction got in a column that it left out; see {@code InsertDefaults}. The schema is one that
     * {@link #shapeOf} gave.
     *
     * @return false where that is not proven
     */
    default boolean putDefault(TableSchema schema, int column, TransactionId transaction, RowEncoder row) {
        return false;
    }

    /** A statement may have changed the table's defaults: what was known of them before its transaction holds no more. */
    default void forgetDefaults(TableId table, TransactionId transaction) {}

    /** Whether it can tell all selected tables: the following answers then hold. */
    default boolean isCatalog() {
        return false;
    }

    /** All selected tables that exist. */
    default List<TableState> states() {
        return List.of();
    }

    /** Each database's default collation. */
    default Map<String, String> collations() {
        return Map.of();
    }
}
