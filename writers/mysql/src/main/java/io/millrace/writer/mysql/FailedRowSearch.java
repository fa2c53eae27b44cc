package io.millrace.writer.mysql;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.writer.Batch;
import io.millrace.writer.Checkpoint;
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
        MillraceException first = null;
        int count = 0;
        RowSearch search = new RowSearch(session, applier);
        for (int i = 0; i < batch.runCount() && count < batch.mostRefusals(); i++) {
            Run run = batch.run(i);
            RowSearch.Found found = search.first(run, 0);
            while (found != null) {
                if (applier.isUpsertedNow(run, found.cause())) {
                    found = search.first(run, found.row());
                    continue;
                }
                batch.refuse(run, found.row(), found.why());
                count++;
                if (first == null) {
                    first = MySqlLaneWriter.dirty(
                            run.table(),
                            run.operation(),
                            i,
                            found.row(),
                            found.why().reason(),
                            found.cause());
                }
                found = count < batch.mostRefusals() ? search.first(run, found.row() + 1) : null;
            }
        }
        return first;
    }
}
