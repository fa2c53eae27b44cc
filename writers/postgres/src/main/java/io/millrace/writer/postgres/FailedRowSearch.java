package io.millrace.writer.postgres;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.writer.Batch;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.Refusal;
import io.millrace.writer.Run;
import java.sql.SQLException;

/**
 * Finds the rows of a batch that the server refuses: the batch is applied once more, run by run and then by halves, each under a
 * savepoint, without the rows that were found so far, and rolled back whatever comes out: a row costs as many statements as its
 * run can be halved, and no row is written more often than that. Of a deferred constraint, which speaks at the commit, only the constraint can be named.
 */
final class FailedRowSearch {
    private final PostgresSession session;
    private final BatchApplier applier;
    private final Batch batch;
    private int found;
    private MillraceException first;

    FailedRowSearch(PostgresSession session, BatchApplier applier, Batch batch) {
        this.session = session;
        this.applier = applier;
        this.batch = batch;
    }

    /** Tells the batch of the rows; returns what is to be thrown. */
    MillraceException search(Exception error, Checkpoint expected, Checkpoint next) {
        try {
            find(expected, next);
            session.rollback();
        } catch (SQLException e) {
            session.abort();
            return SqlStates.of(e, "looking for the row that failed");
        }
        if (first != null) {
            return first;
        }
        if (error instanceof SQLException refused) {
            return SqlStates.of(refused, "committing a batch");
        }
        return new MillraceException(ErrorCode.INVARIANT, "a row failed once and not again", error);
    }

    private void find(Checkpoint expected, Checkpoint next) throws SQLException {
        applier.begin(expected, next);
        applier.flush();
        for (int i = 0; i < batch.runCount(); i++) {
            find(i, batch.run(i), 0, batch.run(i).count());
        }
    }

    /** Applies rows without those that fail; all before them are applied. */
    private void find(int number, Run run, int from, int to) throws SQLException {
        if (found == batch.mostRefusals()) {
            return;
        }
        Exception failed = attempt(run, from, to);
        if (failed == null) {
            return;
        }
        if (to - from > 1) {
            int middle = (from + to) >>> 1;
            find(number, run, from, middle);
            find(number, run, middle, to);
        } else if (applier.isUpsertedNow(run, failed)) {
            find(number, run, from, to);
        } else {
            refuse(number, run, from, failed);
        }
    }

    private void refuse(int number, Run run, int row, Exception failed) {
        Refusal why = refusal(failed);
        found++;
        batch.refuse(run, row, why);
        if (first == null) {
            first = PostgresLaneWriter.dirty(run.table(), run.operation(), number, row, why.reason(), failed);
        }
    }

    static Refusal refusal(Exception failed) {
        if (failed instanceof SQLException refused) {
            String state = SqlStates.stateOf(refused);
            return new Refusal(state, state, SqlStates.description(refused));
        }
        return ((RowFault) failed).refusal();
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
        session.execute("ROLLBACK TO SAVEPOINT search; RELEASE SAVEPOINT search");
    }
}
