package io.millrace.writer.mysql;

import io.millrace.writer.Refusal;
import io.millrace.writer.Run;
import java.sql.SQLException;

/**
 * Finds the rows of a run that cannot be written, by halves, each under a savepoint of the transaction that is open: a row costs as many
 * statements as its run can be halved, and no row is written more often than that. Confined to one thread.
 */
final class RowSearch {
    /** What becomes of a row that cannot be written. */
    enum Then {
        /** It is left out. */
        GO_ON,
        /** Once more: it is written in another way now. */
        AGAIN,
        /** Nothing more is looked for. */
        STOP
    }

    /** Is told of each such row, in order. */
    interface Listener {
        /**
         * A row, written alone.
         *
         * @param why without values
         */
        Then onRefused(int row, Refusal why, Exception cause);
    }

    private final MySqlSession session;
    private final BatchApplier applier;
    private final Listener listener;
    private boolean isOver;

    RowSearch(MySqlSession session, BatchApplier applier, Listener listener) {
        this.session = session;
        this.applier = applier;
        this.listener = listener;
    }

    /** Applies a run without the rows that fail. */
    void apply(Run run) throws SQLException {
        if (run.count() > 0) {
            apply(run, 0, run.count());
        }
    }

    private void apply(Run run, int from, int to) throws SQLException {
        if (isOver) {
            return;
        }
        Exception failed = attempt(run, from, to);
        if (failed == null) {
            return;
        }
        if (to - from > 1) {
            int middle = (from + to) >>> 1;
            apply(run, from, middle);
            apply(run, middle, to);
            return;
        }
        switch (listener.onRefused(from, refusal(failed), failed)) {
            case GO_ON -> {}
            case AGAIN -> apply(run, from, to);
            case STOP -> isOver = true;
        }
    }

    private static Refusal refusal(Exception failed) {
        return failed instanceof SQLException refused
                ? new Refusal(
                        Integer.toString(refused.getErrorCode()),
                        SqlErrors.stateOf(refused),
                        SqlErrors.description(refused))
                : ((RowFault) failed).refusal();
    }

    /** Applies rows, or leaves the transaction as it was and says why not. */
    private Exception attempt(Run run, int from, int to) throws SQLException {
        session.execute("SAVEPOINT search");
        try {
            applier.apply(run, from, to);
            applier.transaction().flush();
            session.execute("RELEASE SAVEPOINT search");
            return null;
        } catch (SQLException e) {
            if (!SqlErrors.isRowsFault(e)) {
                throw e;
            }
            return undo(e);
        } catch (RowFault e) {
            return undo(e);
        }
    }

    private Exception undo(Exception failed) throws SQLException {
        session.pipeline().reset();
        session.execute("ROLLBACK TO SAVEPOINT search");
        return failed;
    }
}
