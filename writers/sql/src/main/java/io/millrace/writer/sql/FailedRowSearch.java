package io.millrace.writer.sql;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.writer.Batch;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.Refusal;
import io.millrace.writer.Run;
import java.sql.SQLException;

/**
 * Finds the rows of a batch that the server refuses: the batch is applied once more, run by run and then by halves, each under a
 * savepoint, without the rows that were found so far, and rolled back whatever comes out. Of a deferred constraint, which speaks at
 * the commit, only the constraint can be named.
 */
public final class FailedRowSearch {
    private final SqlSession session;
    private final ServerFaults faults;
    private final Savepoint savepoint;
    private final BatchSteps steps;
    private final Batch batch;
    private int found;
    private MillraceException first;

    public FailedRowSearch(
            SqlSession session, ServerFaults faults, Savepoint savepoint, BatchSteps steps, Batch batch) {
        this.session = session;
        this.faults = faults;
        this.savepoint = savepoint;
        this.steps = steps;
        this.batch = batch;
    }

    /**
     * Tells the batch of the rows; returns what is to be thrown.
     *
     * @param error why they are looked for
     * @param doing what was done when it came
     */
    public MillraceException search(Exception error, String doing, Checkpoint expected, Checkpoint next) {
        try {
            find(expected, next);
            session.rollback();
        } catch (SQLException e) {
            session.abort();
            return faults.of(e, "looking for the row that failed");
        }
        if (first != null) {
            return first;
        }
        return error instanceof SQLException refused
                ? faults.of(refused, doing)
                : new MillraceException(ErrorCode.INVARIANT, "a row failed once and not again", error);
    }

    private void find(Checkpoint expected, Checkpoint next) throws SQLException {
        steps.begin(expected, next);
        steps.flush();
        for (int i = 0; i < batch.runCount() && found < batch.mostRefusals(); i++) {
            int number = i;
            Run run = batch.run(i);
            new RowSearch(
                            (from, to) -> savepoint.attempt(() -> {
                                steps.apply(run, from, to);
                                steps.flush();
                            }),
                            (row, failed) -> refuse(number, run, row, failed))
                    .apply(run.count());
        }
    }

    private RowSearch.Then refuse(int number, Run run, int row, Exception failed) {
        if (steps.isUpsertedNow(run, failed)) {
            return RowSearch.Then.AGAIN;
        }
        Refusal why = faults.refusal(failed);
        batch.refuse(run, row, why);
        found++;
        if (first == null) {
            first = SqlLaneWriter.dirty(run.table(), run.operation(), number, row, why.reason(), failed);
        }
        return found < batch.mostRefusals() ? RowSearch.Then.GO_ON : RowSearch.Then.STOP;
    }
}
