package io.millrace.writer.sql;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.writer.Batch;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.Refusal;
import io.millrace.writer.Run;
import java.sql.SQLException;
import java.util.BitSet;

/**
 * Finds the rows of a batch that the server refuses: the batch is applied once more, run by run and then by halves, each under a
 * savepoint, without the rows that were found so far, and rolled back whatever comes out. Where each of them is taken and a constraint speaks
 * that is deferred to the commit, they are looked for by what the batch passes without ({@link DeferredRowSearch}).
 */
public final class FailedRowSearch {
    /** At once: each costs tries of the whole batch, and what is found is stored before more are looked for. */
    static final int MOST_DEFERRED = 16;

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
            Exception spoken = found == 0 ? refused(steps::speak) : null;
            session.rollback();
            if (spoken != null) {
                findDeferred(spoken, expected, next);
            }
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
                            (row, failed) -> search(number, run, row, failed))
                    .apply(run.count());
        }
    }

    /** Rows are counted over all runs. Each is refused for what is said when it alone is not left out. */
    private void findDeferred(Exception spoken, Checkpoint expected, Checkpoint next) throws SQLException {
        int[] starts = new int[batch.runCount() + 1];
        for (int i = 0; i < batch.runCount(); i++) {
            starts[i + 1] = starts[i] + batch.run(i).count();
        }
        BitSet late = new DeferredRowSearch(
                        leftOut -> refusedWithout(leftOut, starts, expected, next) == null,
                        Math.min(batch.mostRefusals(), MOST_DEFERRED))
                .find(starts[batch.runCount()]);
        int run = 0;
        for (int row = late.nextSetBit(0); row >= 0; row = late.nextSetBit(row + 1)) {
            while (row >= starts[run + 1]) {
                run++;
            }
            late.clear(row);
            Exception why = refusedWithout(late, starts, expected, next);
            late.set(row);
            refuse(run, batch.run(run), row - starts[run], why == null ? spoken : why);
        }
    }

    /** In a transaction of its own, which is rolled back. */
    private Exception refusedWithout(BitSet leftOut, int[] starts, Checkpoint expected, Checkpoint next)
            throws SQLException {
        Exception refused = refused(() -> {
            steps.begin(expected, next);
            applyAllBut(leftOut, starts);
            steps.speak();
        });
        session.rollback();
        return refused;
    }

    private void applyAllBut(BitSet leftOut, int[] starts) throws SQLException {
        for (int i = 0; i < batch.runCount(); i++) {
            int end = starts[i + 1];
            int from = leftOut.nextClearBit(starts[i]);
            while (from < end) {
                int next = leftOut.nextSetBit(from);
                int to = next < 0 ? end : Math.min(end, next);
                steps.apply(batch.run(i), from - starts[i], to - starts[i]);
                from = leftOut.nextClearBit(to);
            }
        }
        steps.flush();
    }

    /** What a row is refused for; null where none is. */
    private Exception refused(Savepoint.Work work) throws SQLException {
        try {
            work.run();
            return null;
        } catch (SQLException e) {
            if (!faults.isRowsFault(e)) {
                throw e;
            }
            session.dropUnsent();
            return e;
        } catch (RowFault e) {
            session.dropUnsent();
            return e;
        }
    }

    private RowSearch.Then search(int number, Run run, int row, Exception failed) {
        return steps.isUpsertedNow(run, failed) ? RowSearch.Then.AGAIN : refuse(number, run, row, failed);
    }

    private RowSearch.Then refuse(int number, Run run, int row, Exception failed) {
        Refusal why = faults.refusal(failed);
        batch.refuse(run, row, why);
        found++;
        if (first == null) {
            first = SqlLaneWriter.dirty(run.table(), run.operation(), number, row, why.reason(), failed);
        }
        return found < batch.mostRefusals() ? RowSearch.Then.GO_ON : RowSearch.Then.STOP;
    }
}
