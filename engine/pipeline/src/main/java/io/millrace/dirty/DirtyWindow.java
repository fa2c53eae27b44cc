package io.millrace.dirty;

import io.millrace.task.DirtyLimit;

/** The last rows of a table, those that were written and those that were not, to a hundredth of them. Not thread-safe. */
final class DirtyWindow {
    private static final long STEP_ROWS = DirtyLimit.Percent.WINDOW_ROWS / 100;
    /** One of them is being filled. */
    private static final int STEPS = 101;

    private final long[] dirty = new long[STEPS];
    private final long[] rows = new long[STEPS];
    private long dirtySum;
    private long rowSum;
    private long passed;
    private int step;

    /** One of those that passed last was not written. */
    void dirty() {
        dirty[step]++;
        dirtySum++;
    }

    void passed(long count) {
        passed += count;
        long left = Math.min(count, STEPS * STEP_ROWS);
        while (left > 0) {
            long here = Math.min(left, STEP_ROWS - rows[step]);
            rows[step] += here;
            rowSum += here;
            left -= here;
            if (rows[step] == STEP_ROWS) {
                step = (step + 1) % STEPS;
                dirtySum -= dirty[step];
                rowSum -= rows[step];
                dirty[step] = 0;
                rows[step] = 0;
            }
        }
    }

    /** Whether too many of them are dirty, once enough have passed. */
    boolean isOver(DirtyLimit.Percent limit) {
        return passed >= DirtyLimit.Percent.LEAST_ROWS && limit.isOver(dirtySum, rowSum);
    }
}
