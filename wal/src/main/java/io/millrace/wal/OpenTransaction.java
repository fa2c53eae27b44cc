package io.millrace.wal;

import io.millrace.position.TransactionId;

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

    boolean takesRows() {
        return isInside || chain != null;
    }

    void begin(TransactionId transaction) {
        id.copyFrom(transaction);
        isInside = true;
        hasParts = false;
        ordinal = 0;
        documentOrdinal = 0;
    }

    void end() {
        isInside = false;
        hasParts = false;
    }

    void resume(Chain next) {
        chain = next;
        ordinal = next.ordinal();
        documentOrdinal = ordinal;
    }

    void suspend() {
        chain = null;
    }
}
