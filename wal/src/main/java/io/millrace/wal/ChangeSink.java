package io.millrace.wal;

import io.millrace.ddl.DdlEvent;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.row.Operation;
import io.millrace.row.RowEncoder;
import io.millrace.schema.SchemaState;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.schema.TableState;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a reader writes changes into. The change log implements it; rows are encoded straight into its documents.
 *
 * <p>Order of calls: {@link #begin}, then any number of {@link #beginRow} … {@link #endRow}, then {@link #commit} or
 * {@link #abort}. {@link #announce} may be called anywhere but inside a row. Whatever a transaction held is invisible to
 * every lane until its commit is durable. Transactions that stay open while others are written are {@link ChainSink}'s.
 *
 * <p>Confined to the reader's thread. A call blocks while the log is full; it then throws
 * {@link io.millrace.error.MillraceException} only when the log was closed or has failed.
 */
public interface ChangeSink extends ChainSink {
    /**
     * Makes a table's shape known. A shape equal to the table's newest is no new version.
     *
     * @return the number by which {@link #beginRow} names this version of the table, valid for this sink's life
     */
    int announce(TableSchema schema);

    /** Opens a transaction. What is not known yet (commit time, end) may be 0 and comes with {@link #commit}. */
    void begin(TransactionId transaction);

    /**
     * Starts a row change. The caller encodes one or two images into the encoder and ends the record with {@link #endRow}.
     *
     * @return this sink's encoder, with its record begun
     */
    RowEncoder beginRow(int tableNumber, Operation operation);

    /** Ends the row change that {@link #beginRow} started: the sink calls {@link RowEncoder#endRecord}. */
    void endRow(long keyHash, long beforeKeyHash);

    /** A name for the place after the last row of the open transaction, for {@link #rollbackTo}. */
    long mark();

    /** Drops the rows of the open transaction since {@code mark} (ROLLBACK TO SAVEPOINT). */
    void rollbackTo(long mark);

    /** Closes the transaction; once this is durable lanes may read it. */
    void commit(TransactionId transaction);

    /** Drops the open transaction, if there is one: it was rolled back at the source. Chains stay. */
    void abort();

    /**
     * A statement that touches a selected table. Within a transaction, or a chain, it stands behind the rows so far; elsewhere before
     * the transaction that {@link #begin} opens next. It is dropped with its transaction, and with its subtransaction. Every lane has
     * applied all that stands before it when it meets it. No {@link #rollbackTo} goes behind it.
     */
    void ddl(DdlEvent event);

    /**
     * What {@link #keepSchemas} and {@link #changeSchemas} have kept, as it was at {@link #position}; empty where nothing was. A
     * sink of one process keeps nothing.
     */
    default Optional<SchemaState> schemas() {
        return Optional.empty();
    }

    /** Keeps a source's schemas as they are at {@link #position}, in place of all that was kept. Durable on return. */
    default void keepSchemas(SchemaState state) {}

    /**
     * Keeps what a transaction that is not committed yet changes of schemas. Durable on return; without the transaction's commit it
     * does not count.
     *
     * @param gone tables that are no more under this name
     * @param collations each database whose default is another
     */
    default void changeSchemas(
            TransactionId transaction, List<TableState> changed, List<TableId> gone, Map<String, String> collations) {}

    /** A place of an idle source, between transactions: nothing before it is missing from the log. */
    void heartbeat(SourcePosition position, long sourceTimeMicros);

    /** Nothing more is to be had at once: whatever is committed is published now. Cheap where there is nothing. */
    void flush();

    /** Where this sink stands: all committed transactions since its start, or since the log's. */
    SourcePosition position();

    /** The last committed transaction of this log; its kind and numbers are all 0 where there is none. */
    TransactionId lastTransaction();
}
