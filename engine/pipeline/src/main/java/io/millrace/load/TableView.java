package io.millrace.load;

import io.millrace.mapping.Positions;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.KeyOrder;
import java.util.Optional;

/**
 * How far one table's load is, as lanes see it: chunks in key order, of which the first ones are done, at most one is loading and
 * all others are pending. Where the key's order is not known to be the server's, the table is one chunk to lanes: pending until
 * its first chunk opens, loading until its last is committed, then judged by the first one's watermark, which is the smallest
 * (EXACTNESS 36).
 *
 * <p>Immutable and thread-safe. The arrays are shared with later views, which only append to them.
 */
final class TableView {
    private final Optional<KeyOrder> order;
    private final ImageFlyweight[] uppers; // null: no upper end
    private final SourcePosition[] watermarks;
    private final int doneCount;
    private final boolean isLoading;
    private final ImageFlyweight loadingUpper; // null: no upper end
    private final boolean isComplete;

    TableView(
            Optional<KeyOrder> order,
            ImageFlyweight[] uppers,
            SourcePosition[] watermarks,
            int doneCount,
            boolean isLoading,
            ImageFlyweight loadingUpper,
            boolean isComplete) {
        this.order = order;
        this.uppers = uppers;
        this.watermarks = watermarks;
        this.doneCount = doneCount;
        this.isLoading = isLoading;
        this.loadingUpper = loadingUpper;
        this.isComplete = isComplete;
    }

    /**
     * What a change of a key means.
     *
     * @param image with the key
     * @param doesDrop whether changes of pending chunks may be left out
     */
    Verdict judge(ImageFlyweight image, TransactionId transaction, boolean doesDrop) {
        if (order.isEmpty()) {
            if (isComplete) {
                return byWatermark(0, transaction);
            }
            return isLoading || doneCount > 0 || !doesDrop ? Verdict.WAIT : Verdict.SKIP;
        }
        KeyOrder keys = order.get();
        if (doneCount > 0 && isAtMost(keys, image, uppers[doneCount - 1])) {
            return byWatermark(chunkOf(keys, image), transaction);
        }
        boolean isPending = !(isLoading && isAtMost(keys, image, loadingUpper));
        return isPending && doesDrop ? Verdict.SKIP : Verdict.WAIT;
    }

    private Verdict byWatermark(int chunk, TransactionId transaction) {
        return Positions.containsFromBegin(watermarks[chunk], transaction) ? Verdict.SKIP : Verdict.APPLY;
    }

    private int chunkOf(KeyOrder keys, ImageFlyweight image) {
        int low = 0;
        int high = doneCount - 1;
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

    boolean isComplete() {
        return isComplete;
    }
}
