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
 * run can be halved. Of a deferred constraint, which speaks at the commit, only the constraint can be named.
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
            Run run = batch.run(i);
            int from = 0;
            while (from < run.count()) {
                Exception failed = attempt(run, from, run.count());
                if (failed == null) {
                    break;
                }
                from = findOne(i, run, from, failed);
                if (found == batch.mostRefusals()) {
                    return;
                }
            }
        }
    }

    /** Looks for the first row that fails from {@code start} on, all before it being applied; returns where to go on. */
    private int findOne(int number, Run run, int start, Exception whole) throws SQLException {
        int from = start;
        int to = run.count();
        Exception failed = whole;
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
        failed = to - start == 1 ? failed : attempt(run, from, to);
        if (failed == null) {
            return to; // by itself it can be written
        }
        if (applier.isUpsertedNow(run, failed)) {
            return from;
        }
        Refusal why = refusal(failed);
        found++;
        batch.refuse(run, from, why);
        if (first == null) {
            first = PostgresLaneWriter.dirty(run.table(), run.operation(), number, from, why.reason(), failed);
        }
        return to;
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
        session.execute("ROLLBACK TO SAVEPOINT search");
    }
}
