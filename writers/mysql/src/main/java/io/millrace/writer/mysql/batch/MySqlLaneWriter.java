package io.millrace.writer.mysql.batch;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.writer.ApplyResult;
import io.millrace.writer.Batch;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.StructureItem;
import io.millrace.writer.TargetTable;
import io.millrace.writer.mysql.connection.Dialect;
import io.millrace.writer.mysql.connection.MySqlSession;
import io.millrace.writer.mysql.connection.SqlErrors;
import io.millrace.writer.mysql.control.MySqlCheckpoints;
import io.millrace.writer.sql.AttemptException;
import io.millrace.writer.sql.FailedRowSearch;
import io.millrace.writer.sql.SessionHolder;
import io.millrace.writer.sql.SqlLaneWriter;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lane's batches at MySQL and MariaDB. Ways that it knows beside those of {@link SqlLaneWriter}:
 *
 * <pre>
 * what failed                         then
 * LOAD DATA left out or changed rows  once more, with INSERT for that table, and for its next batches
 * INSERT met an existing key          once more, with an upsert for that table, and for its next batches
 * one of many statements was warned   once more, statement by statement, to see of what
 * </pre>
 *
 * <p>Confined to the lane's thread.
 */
public final class MySqlLaneWriter extends SqlLaneWriter<MySqlSession> {
    private static final Logger LOG = LoggerFactory.getLogger(MySqlLaneWriter.class);

    private static final int MAX_ATTEMPTS = 40;

    private final MySqlCheckpoints checkpoints;
    private final int lane;
    private final List<StructureItem> actions;
    private final List<StructureItem> told;
    private final CompiledTables tables;
    private BatchApplier applier;

    public MySqlLaneWriter(
            SessionHolder<MySqlSession> sessions,
            MySqlCheckpoints checkpoints,
            int lane,
            Dialect dialect,
            List<StructureItem> actions,
            List<StructureItem> told) {
        super(sessions, SqlErrors.FAULTS, lane, MAX_ATTEMPTS);
        this.checkpoints = checkpoints;
        this.lane = lane;
        this.actions = List.copyOf(actions);
        this.told = List.copyOf(told);
        tables = new CompiledTables(dialect);
    }

    @Override
    protected List<Checkpoint> read(MySqlSession session, int number) throws SQLException {
        return session.inTransaction(() -> checkpoints.readLane(session, number));
    }

    @Override
    protected void onSession(MySqlSession session) {
        tables.clear();
        applier = new BatchApplier(session, checkpoints, tables, actions, told);
    }

    @Override
    protected void onBatch() {
        tables.nextBatch();
    }

    @Override
    protected ApplyResult attempt(Batch batch, Checkpoint expected, Checkpoint next) throws SQLException {
        return applier.apply(batch, expected, next);
    }

    @Override
    protected int run() {
        return applier.transaction().run();
    }

    /** The compare-and-set is no error here: it meets no row. */
    @Override
    protected boolean isFence(SQLException error) {
        return false;
    }

    @Override
    protected void forgetTables() {
        tables.clear();
    }

    @Override
    protected void onEnded(AttemptException ended, Batch batch, Checkpoint expected) {
        if (ended instanceof FencedException) {
            throw fenced(expected, null);
        }
        if (ended instanceof LoadNotExactException) {
            doNotLoad(batch.run(applier.transaction().failedRun()).table());
        } else if (!applier.transaction().becomeCareful()) {
            throw new MillraceException(ErrorCode.INVARIANT, "a single statement was one of many: lane=" + lane, ended);
        }
    }

    private void doNotLoad(TargetTable table) {
        LOG.debug("LOAD DATA did not take every row as it is; INSERT is used for a while: table={}", table.name());
        tables.doNotLoad(table.name().toString());
    }

    @Override
    protected boolean isAnotherWay(SQLException error, Batch batch) {
        int run = applier.transaction().failedRun();
        return run >= 0 && applier.isUpsertedNow(batch.run(run), error);
    }

    /** By statements that name what they refuse. */
    @Override
    protected MillraceException search(
            MySqlSession session, Exception error, Batch batch, Checkpoint expected, Checkpoint next) {
        boolean isNewlyCareful = applier.transaction().becomeCareful();
        applier.doNotLoad();
        try {
            return new FailedRowSearch(session, SqlErrors.FAULTS, session.savepoint(), applier, batch)
                    .search(error, "applying a batch", expected, next);
        } finally {
            if (isNewlyCareful) {
                applier.transaction().becomeCareless();
            }
        }
    }
}
