package io.millrace.wal.write;

import io.millrace.position.TransactionId;
import io.millrace.wal.chain.Chain;

/**
 * The transaction that takes rows now: a plain one ({@link #isInside}), or a chain. Confined to the sink's thread.
 */
final class OpenTransaction {
    final TransactionId id = new TransactionId();
    boolean isInside;
    /** Of the plain one, in earlier documents. */
    boolean hasParts;

    /** The chain that is current, or null. */
    Chain chain;

    /** Of the next row. */
    long ordinal;
    /** Of the first row of the open document. */
    long documentOrdinal;
    /** Of the first row behind the last statement within it; 0 where there is none. */
    long statementOrdinal;

    boolean takesRows() {
        return isInside || chain != null;
    }

    void begin(TransactionId transaction) {
        id.copyFrom(transaction);
        isInside = true;
        hasParts = false;
        ordinal = 0;
        documentOrdinal = 0;
        statementOrdinal = 0;
    }

    void end() {
        isInside = false;
        hasParts = false;
    }

    void resume(Chain next) {
        chain = next;
        ordinal = next.ordinal();
        documentOrdinal = ordinal;
        statementOrdinal = 0;
    }

    /** A statement stands behind its rows so far. */
    void stated() {
        statementOrdinal = ordinal;
        if (chain != null) {
            chain.stated();
        }
    }

    void suspend() {
        chain = null;
    }
}
