package io.millrace.writer.sql;

import java.sql.SQLException;
import java.util.BitSet;

/**
 * Finds the rows without which a batch passes, where what refuses them speaks once all are written: as many as must go, and none besides. A
 * part of the batch alone tells nothing, for its rows may need others that come behind them, so each try writes all but some.
 *
 * <pre>
 *   all but the later half pass   → it is one of the later half; else likewise the earlier one;
 *   neither                       → both have some: those of the later half, with the earlier one left out, and then the rest
 * </pre>
 *
 * <p>One row costs twice the logarithm of the batch. Of two rows of which one must go it is the later one. Confined to one thread.
 */
final class DeferredRowSearch {
    /** Writes all rows but some, lets what is deferred speak, and takes all of it back. */
    @FunctionalInterface
    interface Attempt {
        boolean passesWithout(BitSet rows) throws SQLException;
    }

    private final Attempt attempt;
    private final int most;
    private final BitSet found = new BitSet();
    private final BitSet leftOut = new BitSet();

    /** @param most how many rows are worth finding */
    DeferredRowSearch(Attempt attempt, int most) {
        this.attempt = attempt;
        this.most = most;
    }

    /** Of so many rows, which do not pass; those without which they do, or the first of them that were found. */
    BitSet find(int count) throws SQLException {
        if (count > 0) {
            find(0, count);
        }
        return found;
    }

    private boolean isOver() {
        return found.cardinality() >= most;
    }

    /** What is left out passes together with this range, and not without it. */
    private void find(int from, int to) throws SQLException {
        if (to - from == 1) {
            found.set(from);
            leftOut.set(from);
            return;
        }
        int middle = (from + to) >>> 1;
        if (passesWithout(middle, to)) {
            find(middle, to);
        } else if (passesWithout(from, middle)) {
            find(from, middle);
        } else {
            leftOut.set(from, middle);
            find(middle, to);
            leftOut.clear(from, middle);
            if (!isOver() && !attempt.passesWithout(leftOut)) {
                find(from, middle);
            }
        }
    }

    private boolean passesWithout(int from, int to) throws SQLException {
        leftOut.set(from, to);
        boolean passes = attempt.passesWithout(leftOut);
        leftOut.clear(from, to);
        return passes;
    }
}
