package io.millrace.writer.postgres.batch;

import io.millrace.connection.DriverErrors;
import io.millrace.error.MillraceException;
import io.millrace.writer.ApplyResult;
import io.millrace.writer.Batch;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.Run;
import io.millrace.writer.RunOperation;
import io.millrace.writer.StructureItem;
import io.millrace.writer.TargetTable;
import io.millrace.writer.TypeOptions;
import io.millrace.writer.postgres.connection.PostgresSession;
import io.millrace.writer.postgres.connection.SqlStates;
import io.millrace.writer.postgres.control.PostgresCheckpoints;
import io.millrace.writer.sql.AttemptException;
import io.millrace.writer.sql.FailedRowSearch;
import io.millrace.writer.sql.Savepoint;
import io.millrace.writer.sql.SessionHolder;
import io.millrace.writer.sql.SqlLaneWriter;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lane's batches at PostgreSQL. Ways that it knows beside those of {@link SqlLaneWriter}:
 *
 * <pre>
 * what failed                         then
 * INSERT met an existing key          once more, with UPSERT for that table, and for its next batches
 * a statement met a row twice, or     once more, with one row a statement for that table
 * UPDATE a unique value
 * a table's shape changed unnoticed   once more, with its encoders and statements made anew
 * </pre>
 *
 * <p>Confined to the lane's thread.
 */
public final class PostgresLaneWriter extends SqlLaneWriter<PostgresSession> {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresLaneWriter.class);

    private static final int MAX_ATTEMPTS = 20;

    private final PostgresCheckpoints checkpoints;
    private final TypeOptions options;
    private final List<StructureItem> actions;
    private final List<StructureItem> told;
    private final CompiledTables tables;
    private BatchApplier applier;

    public PostgresLaneWriter(
            SessionHolder<PostgresSession> sessions,
            PostgresCheckpoints checkpoints,
            int lane,
            TypeOptions options,
            List<StructureItem> actions,
            List<StructureItem> told) {
        super(sessions, SqlStates.FAULTS, lane, MAX_ATTEMPTS);
        this.checkpoints = checkpoints;
        this.options = options;
        this.actions = List.copyOf(actions);
        this.told = List.copyOf(told);
        tables = new CompiledTables(options);
    }

    @Override
    protected List<Checkpoint> read(PostgresSession session, int lane) throws SQLException {
        return checkpoints.readLane(session, lane);
    }

    @Override
    protected void onSession(PostgresSession session) throws SQLException {
        tables.clear();
        applier =
                new BatchApplier(session, checkpoints, tables, new PostgresKeyActions(session, actions, told, options));
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
        return applier.run();
    }

    @Override
    protected boolean isFence(SQLException error) {
        return checkpoints.isFence(error);
    }

    @Override
    protected void forgetTables() {
        tables.clear();
    }

    @Override
    protected void onEnded(AttemptException ended, Batch batch, Checkpoint expected) {
        LOG.info("{}; its columns are looked at again", ended.getMessage());
        renew();
    }

    @Override
    protected boolean isAnotherWay(SQLException error, Batch batch) {
        String table = SqlStates.tableOf(error);
        return switch (DriverErrors.stateOf(error)) {
            case SqlStates.UNIQUE_VIOLATION -> fallBack(table, batch) || singleUpdates(table, batch);
            case SqlStates.CARDINALITY_VIOLATION -> single(batch);
            default -> false;
        };
    }

    /** From INSERT to UPSERT, for the table that the server named; not where the row that stands there is another source table's. */
    private boolean fallBack(String table, Batch batch) {
        boolean isNew = false;
        for (int i = 0; i < batch.runCount(); i++) {
            Run run = batch.run(i);
            if (run.operation() == RunOperation.INSERT
                    && !run.table().isShared()
                    && run.table().name().toString().equals(table)
                    && !tables.isUpserted(run.table())) {
                tables.upsert(table);
                isNew = true;
            }
        }
        return isNew;
    }

    /** From many rows a statement to one. The server does not say which table it was. */
    private boolean single(Batch batch) {
        boolean isNew = false;
        for (int i = 0; i < batch.runCount(); i++) {
            TargetTable table = batch.run(i).table();
            if (!tables.isSingle(table)) {
                tables.single(table.name().toString());
                isNew = true;
            }
        }
        return isNew;
    }

    /** Rows of one UPDATE may take each other's unique values in the source's order, which no statement over many rows promises. */
    private boolean singleUpdates(String table, Batch batch) {
        for (int i = 0; i < batch.runCount(); i++) {
            Run run = batch.run(i);
            if (run.operation() == RunOperation.UPDATE
                    && run.count() > 1
                    && run.table().name().toString().equals(table)
                    && !tables.isSingle(run.table())) {
                tables.single(table);
                return true;
            }
        }
        return false;
    }

    @Override
    protected MillraceException search(
            PostgresSession session, Exception error, Batch batch, Checkpoint expected, Checkpoint next) {
        Savepoint savepoint = session.savepoint("search");
        return new FailedRowSearch(session, SqlStates.FAULTS, savepoint, applier, batch)
                .search(error, "committing a batch", expected, next);
    }
}
