package io.millrace.pipeline.consumer;

import io.millrace.ddl.DdlEvent;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.TransactionId;
import io.millrace.schema.TableSchema;
import io.millrace.wal.RowsFlyweight;

/**
 * Takes changes in place of a target: whole, committed transactions, in the source's order, at least once. After a crash
 * everything that was not acknowledged comes again; nothing that was acknowledged does.
 *
 * <p>All methods are called on one thread of the pipeline; while one blocks, the reader goes on filling the change log. What one
 * throws fails the pipeline.
 */
public interface ChangeConsumer {
    /** Before anything else. What is kept of {@code acknowledgements} may be used from any thread. */
    void onStart(Acknowledgements acknowledgements);

    /** The object is reused: copy what is kept. */
    void onBegin(TransactionId transaction);

    /**
     * Rows of one table with one operation. The flyweight, and all memory that it points into, is valid until this returns.
     *
     * <p>An INSERT has all columns that a target stores. An UPDATE has its key before and after the change; any other column may be
     * absent, which means that the source did not send it and that it did not change: it is not NULL. A DELETE has at least its key.
     *
     * @param table the rows' shape, which may be kept
     */
    void onRows(TableSchema table, RowsFlyweight rows);

    /**
     * A statement of the source that touches a selected table, before its own transaction. Rows behind it have the shape that
     * {@link #onRows} says. Unless this is overridden, one that does more than leave the rows alone fails the pipeline.
     */
    default void onDdl(DdlEvent event) {
        if (!event.leavesRowsAlone()) {
            throw new MillraceException(
                    ErrorCode.DDL_ON_SELECTED_TABLE, "statement changes a selected table: " + event.describe());
        }
    }

    /**
     * The transaction is whole.
     *
     * @param number counts the transactions that were handed out since {@link #onStart}, from 1
     */
    void onCommit(TransactionId transaction, long number);

    /** How a consumer says what it needs no more. Thread-safe. */
    @FunctionalInterface
    interface Acknowledgements {
        /** All transactions up to this number are safe with the consumer. */
        void acknowledge(long number);
    }
}
