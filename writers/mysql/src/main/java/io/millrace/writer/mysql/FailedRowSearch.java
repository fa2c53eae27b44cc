package io.millrace.writer.mysql;

import io.millrace.error.MillraceException;
import io.millrace.writer.Batch;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.Run;
import java.sql.SQLException;

/**
 * Finds the first row of a batch that the server refuses: the batch is applied once more, run by run, and rolled back whatever comes
 * out.
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

    MillraceException search(SQLException error, Checkpoint expected, Checkpoint next) {
        boolean isNewlyCareful = applier.transaction().becomeCareful();
        try {
            MillraceException found = find(expected, next);
            session.rollback();
            return found == null ? SqlErrors.of(error, "applying a batch") : found;
        } catch (SQLException e) {
            session.abort();
            return SqlErrors.of(e, "looking for the row that failed");
        } finally {
            if (isNewlyCareful) {
                applier.transaction().becomeCareless();
            }
        }
    }

    private MillraceException find(Checkpoint expected, Checkpoint next) throws SQLException {
        applier.doNotLoad();
        applier.begin(expected, next);
        applier.transaction().flush();
        for (int i = 0; i < batch.runCount(); i++) {
            Run run = batch.run(i);
            RowSearch.Found found = new RowSearch(session, applier).first(run);
            if (found != null) {
                return MySqlLaneWriter.dirty(
                        run.table(), run.operation(), i, found.row(), found.reason(), found.cause());
            }
        }
        return null;
    }
}
