package io.millrace.writer.sql;

import java.sql.SQLException;

/**
 * Finds the rows of a run that cannot be written, by halves: a row costs as many statements as its run can be halved, and no row is
 * written more often than that. Confined to one thread.
 */
public final class RowSearch {
    /** What becomes of a row that cannot be written. */
    public enum Then {
        /** It is left out. */
        GO_ON,
        /** Once more: it is written in another way now. */
        AGAIN,
        /** Nothing more is looked for. */
        STOP
    }

    /** Writes some rows of a run under a savepoint. */
    @FunctionalInterface
    public interface Attempt {
        /**
         * Writes rows, or leaves the transaction as it was and says why not.
         *
         * @return null where they are written
         * @throws SQLException where no row is at fault
         */
        Exception of(int from, int to) throws SQLException;
    }

    /** Is told of each row that cannot be written, in order. */
    @FunctionalInterface
    public interface Listener {
        Then onRefused(int row, Exception why);
    }

    private final Attempt attempt;
    private final Listener listener;
    private boolean isOver;

    public RowSearch(Attempt attempt, Listener listener) {
        this.attempt = attempt;
        this.listener = listener;
    }

    /** Writes a run of so many rows, without those that fail. */
    public void apply(int count) throws SQLException {
        if (count > 0) {
            apply(0, count);
        }
    }

    private void apply(int from, int to) throws SQLException {
        if (isOver) {
            return;
        }
        Exception failed = attempt.of(from, to);
        if (failed == null) {
            return;
        }
        if (to - from > 1) {
            int middle = (from + to) >>> 1;
            apply(from, middle);
            apply(middle, to);
            return;
        }
        switch (listener.onRefused(from, failed)) {
            case GO_ON -> {}
            case AGAIN -> apply(from, to);
            case STOP -> isOver = true;
        }
    }
}
