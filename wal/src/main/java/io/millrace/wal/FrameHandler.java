package io.millrace.wal;

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

    /** The source was at this place, between transactions. */
    void onHeartbeat(SourcePosition position, long sourceTimeMicros);

    /**
     * A document's end: the only place where a checkpoint may stand.
     *
     * @param nextIndex where to go on reading after this document
     * @param isInsideTransaction whether a transaction goes on in the next document
     */
    void onDocumentEnd(long nextIndex, boolean isInsideTransaction);
}
