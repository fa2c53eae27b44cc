package io.millrace.writer.postgres;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.writer.ApplyResult;
import io.millrace.writer.Batch;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.LaneWriter;
import io.millrace.writer.OrderChoice;
import io.millrace.writer.Run;
import io.millrace.writer.RunOperation;
import io.millrace.writer.StructureItem;
import io.millrace.writer.TargetTable;
import io.millrace.writer.TypeOptions;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lane's batches, each in one transaction with its checkpoint. It decides what a failed attempt means:
 *
 * <pre>
 * what failed                         then
 * checkpoint's compare-and-set        TARGET_FENCED
 * a reordered batch met a constraint  once more, with the changes of tied tables in the source's order
 * INSERT met an existing key          once more, with UPSERT for that table, and for its next batches
 * a statement met a row twice, or     once more, with one row a statement for that table
 * UPDATE a unique value
 * a table's shape changed             once more, with its encoders and statements made anew
 * rows, for their own sake            they are looked for: the batch is told of each, DIRTY_LIMIT names the first one's place
 * the connection                      TARGET_CONNECTION_LOST; {@link #checkpoint} tells what became of the commit
 * anything else                       as {@link SqlStates} says
 * </pre>
 *
 * <p>Confined to the lane's thread.
 */
final class PostgresLaneWriter implements LaneWriter {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresLaneWriter.class);

    /** Each reason to try once more can come up for each table of a batch; this many attempts are a bug. */
    private static final int MAX_ATTEMPTS = 20;

    private final SessionHolder sessions;
    private final String controlSchema;
    private final Checkpoints checkpoints;
    private final int lane;
    private final TypeOptions options;
    private final List<StructureItem> actions;
    private final List<StructureItem> told;
    private final CompiledTables tables;
    private final OrderChoice order = new OrderChoice();
    private PostgresSession session;
    private BatchApplier applier;
    private boolean isRenewed;
    private boolean isRefused;

    PostgresLaneWriter(
            SessionHolder sessions,
            String controlSchema,
            String task,
            int lane,
            TypeOptions options,
            List<StructureItem> actions,
            List<StructureItem> told) {
        this.options = options;
        this.actions = List.copyOf(actions);
        this.told = List.copyOf(told);
        this.sessions = sessions;
        this.controlSchema = controlSchema;
        this.lane = lane;
        checkpoints = new Checkpoints(controlSchema, task);
        tables = new CompiledTables(options);
    }

    @Override
    public Checkpoint checkpoint() {
        // FOR UPDATE waits for the commit of a session that is lost to us but not to the server.
        List<Checkpoint> found = sessions.run("reading the checkpoint", session -> checkpoints.readLane(session, lane));
        if (found.isEmpty()) {
            throw new MillraceException(
                    ErrorCode.TARGET_FENCED, "the lane has no checkpoint at the target: lane=" + lane);
        }
        return found.get(0);
    }

    @Override
    public ApplyResult apply(Batch batch, Checkpoint expected, Checkpoint next) {
        tables.nextBatch();
        isRenewed = false;
        Batch form = order.first(batch);
        for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
            isRefused = false;
            ApplyResult result = attempt(form, expected, next);
            if (result != null) {
                order.taken(form);
                return result;
            }
            if (isRefused) {
                order.refused();
                form = batch.inSourceOrder();
            }
        }
        throw new MillraceException(
                ErrorCode.INVARIANT, "a batch was tried too often: lane=" + lane + ", attempts=" + MAX_ATTEMPTS);
    }

    /** One attempt; null where another one, in another way, is called for. */
    private ApplyResult attempt(Batch batch, Checkpoint expected, Checkpoint next) {
        boolean isSessionSound = false;
        try {
            BatchApplier current = applier();
            ApplyResult result = current.apply(batch, expected, next);
            isSessionSound = true;
            return result;
        } catch (SQLException e) {
            if (SqlStates.isConnectionLost(e)) {
                throw SqlStates.of(e, "applying a batch");
            }
            rollback();
            isSessionSound = true;
            if (batch.isReordered() && SqlStates.isRowsFault(e)) {
                isRefused = true;
                return null;
            }
            if (isAnotherWay(e, batch)) {
                return null;
            }
            throw reason(e, batch, expected, next);
        } catch (ShapeChangedException e) {
            rollback();
            isSessionSound = true;
            LOG.info("{}; its columns are looked at again", e.getMessage());
            renew();
            return null;
        } catch (RowFault e) {
            int run = applier.run();
            rollback();
            isSessionSound = true;
            if (batch.isReordered()) {
                isRefused = true;
                return null;
            }
            throw fault(e, run, batch, expected, next);
        } catch (OutputOverflowException e) {
            rollback();
            isSessionSound = true;
            throw new MillraceException(ErrorCode.ROW_TOO_LARGE, e.getMessage() + ", lane=" + lane, e);
        } finally {
            if (!isSessionSound) {
                drop();
            }
        }
    }

    private BatchApplier applier() throws SQLException {
        PostgresSession current = sessions.session();
        if (applier == null || session != current) {
            tables.clear();
            session = current;
            applier = new BatchApplier(current, checkpoints, tables, new KeyActions(current, actions, told, options));
        }
        return applier;
    }

    /** Tables are to be compiled anew. */
    private void renew() {
        isRenewed = true;
        tables.clear();
    }

    private void rollback() {
        try {
            session.rollback();
        } catch (SQLException e) {
            throw SqlStates.of(e, "rolling a batch back");
        }
    }

    private void drop() {
        sessions.drop();
        applier = null;
        session = null;
    }

    private boolean isAnotherWay(SQLException error, Batch batch) {
        if (SqlStates.isShapesFault(error) && !isRenewed) {
            renew();
            return true;
        }
        String table = SqlStates.tableOf(error);
        return switch (SqlStates.stateOf(error)) {
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

    private MillraceException reason(SQLException error, Batch batch, Checkpoint expected, Checkpoint next) {
        if (checkpoints.isFence(error, controlSchema)) {
            return new MillraceException(
                    ErrorCode.TARGET_FENCED,
                    "the lane's checkpoint is not the one that was expected: lane=" + lane + ", epoch="
                            + expected.epoch() + ", logIndex=" + expected.logIndex(),
                    error);
        }
        if (!SqlStates.isRowsFault(error)) {
            return SqlStates.of(error, "applying a batch");
        }
        return search(error, batch, expected, next);
    }

    /** A row that cannot be encoded; others may be beside it. */
    private MillraceException fault(RowFault fault, int number, Batch batch, Checkpoint expected, Checkpoint next) {
        if (batch.mostRefusals() > 1 || batch.run(number).refusesMissing()) {
            return search(fault, batch, expected, next);
        }
        Run run = batch.run(number);
        batch.refuse(run, fault.row(), fault.refusal());
        return dirty(run.table(), run.operation(), number, fault.row(), fault.getMessage(), fault);
    }

    private MillraceException search(Exception error, Batch batch, Checkpoint expected, Checkpoint next) {
        MillraceException found = new FailedRowSearch(session, applier, batch).search(error, expected, next);
        if (!session.isOpen()) {
            drop();
        }
        return found;
    }

    static MillraceException dirty(
            TargetTable table, RunOperation operation, int run, int row, String reason, Throwable cause) {
        return new MillraceException(
                ErrorCode.DIRTY_LIMIT,
                "a row cannot be written: table=" + table.name() + ", operation=" + operation + ", run=" + run
                        + ", row=" + row + ", " + reason,
                cause);
    }

    @Override
    public void close() {
        applier = null;
        session = null;
        sessions.close();
    }
}
