package io.millrace.lane.table;

/**
 * Where a lane stands to the end of one table's load. Before it a row may be there already, or be missing, and that means nothing
 * (EXACTNESS 26); policies for rows begin behind it. Confined to a lane.
 */
public final class TableLoad {
    private static final int ALL = Integer.MAX_VALUE;

    private boolean isPassed = true;
    private int looseUntil;

    /** There is a load, and its end lies ahead. */
    public void await() {
        isPassed = false;
        looseUntil = ALL;
    }

    /** What is read from now on stands behind the end. */
    public void pass() {
        isPassed = true;
    }

    /** What the batch gets from now on stands behind the end. */
    public void tighten(int entry) {
        looseUntil = entry;
    }

    /** The batch is at the target. */
    public void settle() {
        if (looseUntil != ALL) {
            looseUntil = 0;
        }
    }

    /** Of a row that is being read. */
    public boolean isPassed() {
        return isPassed;
    }

    /** Of what the batch gets next. */
    public boolean isLoose() {
        return looseUntil == ALL;
    }

    /** Of an entry of the batch. */
    public boolean isLooseAt(int entry) {
        return entry < looseUntil;
    }
}
