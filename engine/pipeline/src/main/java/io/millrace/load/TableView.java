package io.millrace.load;

import io.millrace.mapping.Positions;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.KeyOrder;
import java.util.BitSet;
import java.util.Optional;

/**
 * How far one table's load is, as lanes see it: chunks in key order, each loading or done, and behind them what is pending, as are
 * those between that an earlier run left and nobody has taken yet. Where
 * the key's order is not known to be the server's, the table is one chunk to lanes: pending until its first chunk opens, loading
 * until its last is committed, then judged by all watermarks together (EXACTNESS 36).
 *
 * <p>Immutable and thread-safe. The array of upper ends is shared with later views, which only append to it; where one is put in between, they
 * have another.
 */
final class TableView {
    private final Optional<KeyOrder> order;
    private final ImageFlyweight[] uppers; // null: no upper end
    private final SourcePosition[] watermarks; // null: loading; without an order those that matter
    private final SourcePosition[] all; // null: not done
    private final BitSet pending; // of those that are not done; not written any more
    private final int count;
    private final boolean isComplete;
    private final boolean isHeld;

    TableView(
            Optional<KeyOrder> order,
            ImageFlyweight[] uppers,
            SourcePosition[] watermarks,
            SourcePosition[] all,
            BitSet pending,
            int count,
            boolean isComplete,
            boolean isHeld) {
        this.order = order;
        this.uppers = uppers;
        this.watermarks = watermarks;
        this.all = all;
        this.pending = pending;
        this.count = count;
        this.isComplete = isComplete;
        this.isHeld = isHeld;
    }

    /**
     * What a change of a key means.
     *
     * @param image with the key
     * @param doesDropPending whether changes of pending chunks may be left out
     */
    Verdict judge(ImageFlyweight image, TransactionId transaction, boolean doesDropPending) {
        // All of what a load holds back is of transactions that its snapshots will show, once it does not.
        boolean doesDrop = doesDropPending || isHeld;
        if (order.isEmpty()) {
            if (isComplete) {
                return areAllContaining(transaction) ? Verdict.SKIP : Verdict.APPLY;
            }
            return count > 0 || !doesDrop ? Verdict.WAIT : Verdict.SKIP;
        }
        KeyOrder keys = order.get();
        if (count == 0 || !isAtMost(keys, image, uppers[count - 1])) {
            return doesDrop ? Verdict.SKIP : Verdict.WAIT;
        }
        int chunk = chunkOf(keys, image);
        SourcePosition watermark = watermarks[chunk];
        if (watermark == null) {
            return doesDrop && pending.get(chunk) ? Verdict.SKIP : Verdict.WAIT;
        }
        return Positions.containsFromBegin(watermark, transaction) ? Verdict.SKIP : Verdict.APPLY;
    }

    /** Whether every chunk is committed, and a place lies behind all of their watermarks; or whether there is no chunk, nor will be. */
    boolean isPassed(SourcePosition place) {
        if (!isComplete) {
            return isHeld;
        }
        for (SourcePosition watermark : all) {
            if (watermark != null && !Positions.covers(place, watermark)) {
                return false;
            }
        }
        return true;
    }

    private boolean areAllContaining(TransactionId transaction) {
        for (SourcePosition watermark : watermarks) {
            if (!Positions.containsFromBegin(watermark, transaction)) {
                return false;
            }
        }
        return true;
    }

    private int chunkOf(KeyOrder keys, ImageFlyweight image) {
        int low = 0;
        int high = count - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (isAtMost(keys, image, uppers[middle])) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private static boolean isAtMost(KeyOrder keys, ImageFlyweight image, ImageFlyweight upper) {
        return upper == null || keys.compare(image, upper) <= 0;
    }
}
