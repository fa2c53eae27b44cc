package io.millrace.wal.file;

import io.millrace.position.TransactionId;

/**
 * Who asks for disk space. A transaction of which a part was already published must not wait for the quota: the lanes
 * wait for its COMMIT (EXACTNESS 4).
 *
 * <p>Mutable and reused; confined to the sink's thread.
 */
public final class SpaceDemand {
    public boolean isInsideTransaction;
    /** Nothing would ever free space while the caller waits: the quota does not count, a full disk is an error. */
    public boolean isImmediate;
    /** Everything before it may be freed once the lanes have passed it. */
    public long transactionStart;

    /** The chain that takes rows, or 0. */
    public long chain;

    /** Whose rows ask, for messages. */
    String who() {
        return chain == 0 ? "transaction=" + transaction : "xid=" + chain;
    }

    public final TransactionId transaction = new TransactionId();
}
