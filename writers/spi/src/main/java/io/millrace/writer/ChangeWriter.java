package io.millrace.writer;

import io.millrace.ddl.DdlEvent;
import io.millrace.position.TransactionId;
import io.millrace.schema.TableSchema;
import io.millrace.wal.RowsFlyweight;

/**
 * Takes changes as the source told them: whole transactions, in its order, both images. Confined to one thread. After an exception it
 * is closed and replaced, and what lies behind its last checkpoint comes again.
 */
public interface ChangeWriter extends AutoCloseable {
    /** The object is reused: copy what is kept. */
    void begin(TransactionId transaction);

    /** Rows of one table with one operation, within the begun transaction; valid until this returns. */
    void rows(TableSchema table, RowsFlyweight rows);

    /** A statement that touches a selected table, at its place. */
    void ddl(DdlEvent event);

    /** The transaction is whole. */
    void commit(TransactionId transaction);

    /** Whatever was taken may be read by others from now on, although it need not be durable. */
    void flush();

    /** Makes all that was taken durable, and with it how far that is; never within a transaction. */
    void checkpoint(Checkpoint next);

    @Override
    void close();
}
