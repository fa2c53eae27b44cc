package io.millrace.writer.mysql;

import io.millrace.writer.Refusal;
import io.millrace.writer.Run;
import java.sql.SQLException;

/**
 * Finds the rows of a run that cannot be written, by halves, each under a savepoint of the transaction that is open. Confined to one
 * thread.
 */
final class RowSearch {
    /**
     * A row and why.
     *
     * @param cause what failed when it was written alone, or last
     */
    record Found(int row, Refusal why, Exception cause) {}

    private final MySqlSession session;
    private final BatchApplier applier;

    RowSearch(MySqlSession session, BatchApplier applier) {
        this.session = session;
        this.applier = applier;
    }

    /** Applies a run from a row on, up to the row that fails; null where none does. */
    Found first(Run run, int start) throws SQLException {
        if (start == run.count()) {
            return null;
        }
        Exception failed = attempt(run, start, run.count());
        if (failed == null) {
            return null;
        }
        int from = start;
        while (failed != null) {
            // Rows before `from` are applied; the first failing row is in [from, to).
            int to = run.count();
            while (to - from > 1) {
                int middle = (from + to) >>> 1;
                Exception half = attempt(run, from, middle);
                if (half == null) {
                    from = middle;
                } else {
                    failed = half;
                    to = middle;
                }
            }
            failed = attempt(run, from, to);
            if (failed != null) {
                return new Found(from, refusal(failed), failed);
            }
            from = to; // by itself it can be written
            failed = from < run.count() ? attempt(run, from, run.count()) : null;
        }
        return null;
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
