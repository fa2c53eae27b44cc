package io.millrace.load;

import io.millrace.mapping.Positions;
import io.millrace.mapping.TablePlan;
import io.millrace.position.SourcePosition;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.KeyBound;
import io.millrace.row.KeyOrder;
import io.millrace.writer.LedgerEntry;
import java.util.Arrays;
import java.util.Optional;

/** The loader's own account of one table's chunks, and the maker of its views. Confined to the loader. */
final class TableProgress {
    private final TablePlan plan;
    private final Optional<KeyOrder> order;
    private ImageFlyweight[] uppers = new ImageFlyweight[8];
    private SourcePosition[] watermarks = new SourcePosition[8];
    private int doneCount;
    private long rows;
    private Optional<KeyBound> lower = Optional.empty();
    private boolean isComplete;

    TableProgress(TablePlan plan) {
        this.plan = plan;
        // Tables that are loaded together are one chunk to lanes.
        order = !plan.isGrouped() && KeyOrder.isServersOrder(plan.source())
                ? Optional.of(KeyOrder.of(plan.source()))
                : Optional.empty();
    }

    TablePlan plan() {
        return plan;
    }

    int doneCount() {
        return doneCount;
    }

    long rows() {
        return rows;
    }

    boolean isComplete() {
        return isComplete;
    }

    /** Where the next chunk begins, excluded. */
    Optional<KeyBound> lower() {
        return lower;
    }

    /** Passes a chunk that is committed. */
    void done(LedgerEntry entry) {
        if (doneCount == uppers.length) {
            uppers = Arrays.copyOf(uppers, doneCount << 1);
            watermarks = Arrays.copyOf(watermarks, doneCount << 1);
        }
        uppers[doneCount] = flyweight(entry.upper());
        // Chunks of a quiet source share one object.
        watermarks[doneCount] = doneCount > 0 && watermarks[doneCount - 1].equals(entry.watermark())
                ? watermarks[doneCount - 1]
                : entry.watermark();
        doneCount++;
        rows += entry.rows();
        lower = entry.upper();
        isComplete = entry.upper().isEmpty();
    }

    boolean isPassed(SourcePosition position) {
        for (int i = doneCount - 1; i >= 0; i--) {
            if (!Positions.covers(position, watermarks[i])) {
                return false;
            }
        }
        return true;
    }

    TableView idle() {
        return view(false, Optional.empty());
    }

    TableView loading(Optional<KeyBound> upper) {
        return view(true, upper);
    }

    private TableView view(boolean isLoading, Optional<KeyBound> upper) {
        return new TableView(order, uppers, watermarks, doneCount, isLoading, flyweight(upper), isComplete);
    }

    private static ImageFlyweight flyweight(Optional<KeyBound> bound) {
        return bound.map(key -> key.wrap(new ImageFlyweight())).orElse(null);
    }
}
