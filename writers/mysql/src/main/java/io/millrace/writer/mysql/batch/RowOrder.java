package io.millrace.writer.mysql.batch;

import io.millrace.row.ImageFlyweight;
import io.millrace.row.KeyOrder;
import io.millrace.writer.Run;
import java.util.Optional;

/**
 * In which order the rows of a run are written: by key where nothing depends on theirs, so that lanes meet each other's locks in one
 * order and pages are filled one after the other (EXACTNESS 27). A heap sort in place: no allocation. Confined to one thread.
 */
public final class RowOrder {
    private final ImageFlyweight left = new ImageFlyweight();
    private final ImageFlyweight right = new ImageFlyweight();
    private int[] rows = new int[0];
    private Run run;
    private KeyOrder order;
    private int from;

    /** Puts rows of a run in order. */
    public void of(Run run, int from, int to, Optional<KeyOrder> order) {
        int count = to - from;
        if (rows.length < count) {
            rows = new int[Math.max(count, rows.length * 2)];
        }
        for (int i = 0; i < count; i++) {
            rows[i] = from + i;
        }
        this.from = from;
        if (order.isPresent()) {
            this.run = run;
            this.order = order.get();
            if (!isSorted(count)) {
                sort(count);
            }
        }
    }

    /** The row of the run that is written at a place, of those that were put in order. */
    public int at(int place) {
        return rows[place - from];
    }

    private boolean isSorted(int count) {
        for (int i = 1; i < count; i++) {
            if (compare(rows[i - 1], rows[i]) > 0) {
                return false;
            }
        }
        return true;
    }

    private int compare(int a, int b) {
        wrap(left, a);
        wrap(right, b);
        return order.compare(left, right);
    }

    /** The run's own flyweight stands for one row at a time. */
    private void wrap(ImageFlyweight image, int row) {
        ImageFlyweight of = run.row(row);
        image.wrap(of.buffer(), 0, of.buffer().capacity());
    }

    private void sort(int count) {
        for (int root = count / 2 - 1; root >= 0; root--) {
            sift(root, count);
        }
        for (int end = count - 1; end > 0; end--) {
            swap(0, end);
            sift(0, end);
        }
    }

    private void sift(int start, int count) {
        int root = start;
        while (root * 2 + 1 < count) {
            int child = root * 2 + 1;
            if (child + 1 < count && compare(rows[child], rows[child + 1]) < 0) {
                child++;
            }
            if (compare(rows[root], rows[child]) >= 0) {
                return;
            }
            swap(root, child);
            root = child;
        }
    }

    private void swap(int a, int b) {
        int row = rows[a];
        rows[a] = rows[b];
        rows[b] = row;
    }
}
