package io.millrace.writer.postgres;

import io.millrace.error.MillraceException;
import io.millrace.writer.Batch;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.Run;
import java.sql.SQLException;

/**
 * Finds the first row of a batch that the server refuses: the batch is applied once more, run by run and then by halves, each
 * under a savepoint, and rolled back whatever comes out. Of a deferred constraint, which speaks at the commit, only the
 * constraint can be named.
 */
final class FailedRowSearch {
    private final PostgresSession session;
    private final BatchApplier applier;
    private final Batch batch;

    FailedRowSearch(PostgresSession session, BatchApplier applier, Batch batch) {
        this.session = session;
        this.applier = applier;
        this.batch = batch;
    }

    MillraceException search(SQLException error, Checkpoint expected, Checkpoint next) {
        try {
            MillraceException found = find(expected, next);
            session.rollback();
            return found == null ? SqlStates.of(error, "committing a batch") : found;
        } catch (SQLException e) {
            session.abort();
            return SqlStates.of(e, "looking for the row that failed");
        }
    }

    private MillraceException find(Checkpoint expected, Checkpoint next) throws SQLException {
        applier.begin(expected, next);
        applier.flush();
        for (int i = 0; i < batch.runCount(); i++) {
            Run run = batch.run(i);
            Exception failed = attempt(run, 0, run.count());
            if (failed == null) {
                continue;
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
            return PostgresLaneWriter.dirty(
                    run.table(),
                    run.operation(),
                    i,
                    from,
                    reason(alone == null ? failed : alone),
                    alone == null ? failed : alone);
        }
        return null;
    }

    /** Applies rows, or leaves the transaction as it was and says why not. */
    private Exception attempt(Run run, int from, int to) throws SQLException {
        session.execute("SAVEPOINT search");
        try {
            applier.apply(run, from, to);
            applier.flush();
            session.execute("RELEASE SAVEPOINT search");
            return null;
        } catch (SQLException e) {
            if (!SqlStates.isRowsFault(e)) {
                throw e;
            }
            undo();
            return e;
        } catch (RowFault e) {
            undo();
            return e;
        }
    }

    private void undo() throws SQLException {
        session.pipeline().reset();
        session.execute("ROLLBACK TO SAVEPOINT search");
    }

    private static String reason(Exception failed) {
        return failed instanceof SQLException refused ? SqlStates.description(refused) : failed.getMessage();
    }
}
