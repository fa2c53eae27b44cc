package io.millrace.position;

/**
 * A place that moves on transaction by transaction, without allocation while the transactions follow each other closely, as
 * they nearly always do. Confined to one thread.
 */
public final class PositionTracker {
    private final TransactionId last = new TransactionId();
    private SourcePosition folded;
    private long firstPending;
    private boolean isPending;

    public PositionTracker(SourcePosition start) {
        folded = start;
    }

    /** Passes a transaction. */
    public void advance(TransactionId transaction) {
        if (isPending && !follows(transaction)) {
            fold();
        }
        if (!isPending) {
            firstPending = transaction.number;
            isPending = true;
        }
        last.copyFrom(transaction);
    }

    private boolean follows(TransactionId next) {
        if (next.kind != last.kind || next.serverHigh != last.serverHigh || next.domain != last.domain) {
            return false;
        }
        return next.kind != TransactionId.KIND_MYSQL
                || (next.serverLow == last.serverLow
                        && next.number == last.number + 1
                        && next.tagHigh == last.tagHigh
                        && next.tagMiddle == last.tagMiddle
                        && next.tagLow == last.tagLow);
    }

    /** Takes over another tracker's place. Allocates nothing. */
    public void copyFrom(PositionTracker other) {
        folded = other.folded;
        firstPending = other.firstPending;
        isPending = other.isPending;
        last.copyFrom(other.last);
    }

    /** Passes a PREPARE, which stays out until {@link #resolve}. */
    public void hold(TransactionId prepare) {
        fold();
        folded = folded.holding(prepare);
    }

    /** What was prepared is committed or rolled back: its PREPARE is passed now. */
    public void resolve(TransactionId prepare) {
        fold();
        folded = folded.plus(prepare);
    }

    /** Goes to a place that is known to be ahead, whatever lies between. */
    public void moveTo(SourcePosition position) {
        folded = position;
        isPending = false;
    }

    /** The place now. */
    public SourcePosition position() {
        fold();
        return folded;
    }

    private void fold() {
        if (!isPending) {
            return;
        }
        isPending = false;
        folded = folded instanceof MySqlGtids gtids && last.kind == TransactionId.KIND_MYSQL
                ? gtids.plusRange(Tsid.of(last), firstPending, last.number)
                : folded.plus(last);
    }
}
