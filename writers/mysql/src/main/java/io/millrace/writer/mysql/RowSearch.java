package io.millrace.writer.mysql;

import io.millrace.writer.Run;
import java.sql.SQLException;

/**
 * Finds the first row of a run that cannot be written, by halves, each under a savepoint of the transaction that is open. Confined to
 * one thread.
 */
final class RowSearch {
    /**
     * The row and why.
     *
     * @param reason without values
     */
    record Found(int row, String reason, Exception cause) {}

    private final MySqlSession session;
    private final BatchApplier applier;

    RowSearch(MySqlSession session, BatchApplier applier) {
        this.session = session;
        this.applier = applier;
    }

    /** Applies a run, up to the row that fails; null where none does. */
    Found first(Run run) throws SQLException {
        Exception failed = attempt(run, 0, run.count());
        if (failed == null) {
            return null;
        }
        // Rows before `from` are applied; the first failing row is in [from, to).
        int from = 0;
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
        Exception alone = attempt(run, from, to);
        Exception reason = alone == null ? failed : alone;
        return new Found(from, reason(reason), reason);
    }

    private static String reason(Exception failed) {
        return failed instanceof SQLException sql ? SqlErrors.description(sql) : failed.getMessage();
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
