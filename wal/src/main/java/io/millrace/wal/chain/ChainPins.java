package io.millrace.wal.chain;

import java.util.ArrayList;
import java.util.List;

/**
 * Which files chains need: open ones, so that they can be committed, and committed ones, until every lane has read them back.
 *
 * <p>Thread-safe: the sink's thread says what is open and committed, the sync thread asks.
 */
public final class ChainPins {
    private record Commit(long index, int firstCycle) {}

    private final List<Commit> commits = new ArrayList<>();
    private volatile int open = Integer.MAX_VALUE;
    private volatile int wanted;

    /** The oldest file that open chains need, or {@link Integer#MAX_VALUE}. */
    public void open(int firstCycle) {
        open = firstCycle;
    }

    public int open() {
        return open;
    }

    /** The COMMIT at an index needs files from one on. */
    public synchronized void commit(long index, int firstCycle) {
        if (firstCycle != Integer.MAX_VALUE) {
            commits.add(new Commit(index, firstCycle));
        }
    }

    /** The oldest file that COMMITs at or behind an index need, or {@link Integer#MAX_VALUE}; all before it is applied. */
    public synchronized int committed(long appliedIndex) {
        commits.removeIf(commit -> commit.index < appliedIndex);
        int first = Integer.MAX_VALUE;
        for (Commit commit : commits) {
            first = Math.min(first, commit.firstCycle);
        }
        return first;
    }

    /** Files before this one would be deleted, but for open chains; 0 where there are none. */
    public void want(int cycle) {
        wanted = cycle;
    }

    public int wanted() {
        return wanted;
    }
}
