package io.millrace.wal;

import io.millrace.ddl.DdlEvent;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.schema.TableSchema;

/**
 * What a {@link LogTailer} calls for each frame, in log order. Only whole, durable, committed transactions are handed out.
 * Flyweights are valid until the tailer's {@link LogTailer#release}; objects passed may be kept, but for {@link TransactionId}.
 */
public interface FrameHandler {
    /** A version of a table's shape: rows that name this number from here on have it. */
    void onSchema(int tableNumber, TableSchema schema);

    void onBegin(TransactionId transaction);

    void onRows(RowsFlyweight rows);

    void onCommit(TransactionId transaction);

    /**
     * A transaction was prepared: it is passed, and no position contains it before {@link #onResolve}. May be said more than once.
     */
    void onPrepare(TransactionId prepare);

    /** What was prepared is committed or rolled back by the transaction that commits next: both are passed with it. */
    void onResolve(TransactionId prepare);

    /** A statement that touches a selected table, or may: first of its document, before its own transaction or within it. */
    void onDdl(DdlEvent event);

    /** The source was at this place, between transactions. */
    void onHeartbeat(SourcePosition position, long sourceTimeMicros);

    /**
     * A document's end: the only place where a checkpoint may stand.
     *
     * @param nextIndex where to go on reading after this document. While a chain is read back at its COMMIT it stays the COMMIT's:
     *     going on there starts the chain anew, and the rows that were handed out come again under their ordinals
     * @param isInsideTransaction whether a transaction goes on in the next document
     */
    void onDocumentEnd(long nextIndex, boolean isInsideTransaction);
}
