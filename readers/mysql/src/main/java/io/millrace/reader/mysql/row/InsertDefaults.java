package io.millrace.reader.mysql.row;

import io.millrace.row.RowEncoder;
import io.millrace.schema.TableSchema;

/**
 * What the server put into columns that an INSERT left out. With {@code binlog_row_image=MINIMAL} it does not log a constant default,
 * which its own replicas take from their table.
 *
 * <p>The catalog says what the default is now. That is proven to be what it was at the insert only where the catalog was read before
 * the insert's transaction: from there on, a statement that changes the default would have been met in the stream. Confined to the
 * stream's thread.
 */
public interface InsertDefaults {
    /**
     * Puts a column's default into the encoder's open image.
     *
     * @return false where it is not proven what the default was
     */
    boolean put(TableSchema schema, int column, RowEncoder row);
}
