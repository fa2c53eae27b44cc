package io.millrace.lane.batch;

import io.millrace.position.TransactionId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where the changes of a lane's batch stand in log and source, for the few of which somebody asks: each transaction with rows of
 * the lane has a slot here for each document, and each entry of the batch one number.
 *
 * <pre>
 *  63      60 59                36 35                                  0
 * +----------+--------------------+-------------------------------------+
 * | kind     | slot               | ordinal of the row in transaction   |   kind: a ChangeKind; 0 where the change is counted
 * +----------+--------------------+-------------------------------------+   elsewhere
 * </pre>
 *
 * <p>Confined to a lane. Hot path: grows, and else allocates nothing.
 */
public final class BatchOrigins {
    private static final int KIND_SHIFT = 60;
    private static final int SLOT_SHIFT = 36;
    private static final int MOST_SLOTS = 1 << (KIND_SHIFT - SLOT_SHIFT);
    private static final long SLOT_MASK = MOST_SLOTS - 1L;
    private static final long ORDINAL_MASK = (1L << SLOT_SHIFT) - 1;

    private final List<TransactionId> transactions = new ArrayList<>();
    private long[] logIndexes = new long[64];
    private long[] rowsAhead = new long[64];
    private int count;

    /**
     * Whose rows come next.
     *
     * @param ahead of rows at the index that stand before the transaction's first: one at its ordinal is the row of that sum
     */
    public void rows(long logIndex, TransactionId transaction, long ahead) {
        if (count > 0
                && logIndexes[count - 1] == logIndex
                && rowsAhead[count - 1] == ahead
                && transactions.get(count - 1).isSame(transaction)) {
            return;
        }
        if (count == logIndexes.length) {
            logIndexes = Arrays.copyOf(logIndexes, count << 1);
            rowsAhead = Arrays.copyOf(rowsAhead, count << 1);
        }
        if (count == transactions.size()) {
            transactions.add(new TransactionId());
        }
        if (count == MOST_SLOTS) {
            throw new IllegalStateException("a batch has rows of too many documents: count=" + count);
        }
        logIndexes[count] = logIndex;
        rowsAhead[count] = ahead;
        transactions.get(count++).copyFrom(transaction);
    }

    /** A transaction's commit says when it was made, and which it was where the lane started within it. */
    public void commit(TransactionId transaction) {
        for (int slot = count - 1; slot >= 0 && isOf(transactions.get(slot), transaction); slot--) {
            transactions.get(slot).copyFrom(transaction);
        }
    }

    private static boolean isOf(TransactionId known, TransactionId committed) {
        return known.isSame(committed) || (known.kind == TransactionId.KIND_NONE && known.endPosition == 0);
    }

    /** Names a row of those, without a kind. */
    public long origin(long ordinal) {
        return (long) (count - 1) << SLOT_SHIFT | (ordinal & ORDINAL_MASK);
    }

    static long withKind(long origin, byte kind) {
        return origin | (long) kind << KIND_SHIFT;
    }

    public static byte kind(long origin) {
        return (byte) (origin >>> KIND_SHIFT);
    }

    public static long ordinal(long origin) {
        return origin & ORDINAL_MASK;
    }

    private static int slot(long origin) {
        return (int) (origin >>> SLOT_SHIFT & SLOT_MASK);
    }

    public long logIndex(long origin) {
        return logIndexes[slot(origin)];
    }

    /** Of all rows at the index. */
    public long row(long origin) {
        return rowsAhead[slot(origin)] + ordinal(origin);
    }

    public TransactionId transaction(long origin) {
        return transactions.get(slot(origin));
    }

    /** No origin that was handed out is used any more. */
    public void clear() {
        count = 0;
    }
}
