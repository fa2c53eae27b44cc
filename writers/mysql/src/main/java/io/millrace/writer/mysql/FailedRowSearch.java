package io.millrace.writer.mysql;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.writer.Batch;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.Refusal;
import io.millrace.writer.Run;
import java.sql.SQLException;

/**
 * Finds the rows of a batch that the server refuses: the batch is applied once more, run by run, without those that were found so
 * far, and rolled back whatever comes out.
 */
final class FailedRowSearch {
    private final MySqlSession session;
    private final BatchApplier applier;
    private final Batch batch;
    private int found;
    private MillraceException first;

    FailedRowSearch(MySqlSession session, BatchApplier applier, Batch batch) {
        this.session = session;
        this.applier = applier;
        this.batch = batch;
    }

    /** Tells the batch of the rows; returns what is to be thrown. */
    MillraceException search(Exception error, Checkpoint expected, Checkpoint next) {
        boolean isNewlyCareful = applier.transaction().becomeCareful();
        try {
            MillraceException found = find(expected, next);
            session.rollback();
            return found == null ? unfound(error) : found;
        } catch (SQLException e) {
            session.abort();
            return SqlErrors.of(e, "looking for the row that failed");
        } finally {
            if (isNewlyCareful) {
                applier.transaction().becomeCareless();
            }
        }
    }

    private static MillraceException unfound(Exception error) {
        return error instanceof SQLException refused
                ? SqlErrors.of(refused, "applying a batch")
                : new MillraceException(ErrorCode.INVARIANT, "a row failed once and not again", error);
    }

    private MillraceException find(Checkpoint expected, Checkpoint next) throws SQLException {
        applier.doNotLoad();
        applier.begin(expected, next);
        applier.transaction().flush();
        for (int i = 0; i < batch.runCount() && found < batch.mostRefusals(); i++) {
            int number = i;
            Run run = batch.run(i);
            new RowSearch(session, applier, (row, why, cause) -> refuse(number, run, row, why, cause)).apply(run);
        }
        return first;
    }

    private RowSearch.Then refuse(int number, Run run, int row, Refusal why, Exception cause) {
        if (applier.isUpsertedNow(run, cause)) {
            return RowSearch.Then.AGAIN;
        }
        batch.refuse(run, row, why);
        found++;
        if (first == null) {
            first = MySqlLaneWriter.dirty(run.table(), run.operation(), number, row, why.reason(), cause);
        }
        return found < batch.mostRefusals() ? RowSearch.Then.GO_ON : RowSearch.Then.STOP;
    }
}
