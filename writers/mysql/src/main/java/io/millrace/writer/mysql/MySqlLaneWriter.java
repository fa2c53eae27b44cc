package io.millrace.writer.mysql;

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
 * LOAD DATA left out or changed rows  once more, with INSERT for that table, and for its next batches
 * INSERT met an existing key          once more, with an upsert for that table, and for its next batches
 * one of many statements was warned   once more, statement by statement, to see of what
 * a table's shape changed             once more, with its encoders and statements made anew
 * rows, for their own sake            they are looked for: the batch is told of each, DIRTY_LIMIT names the first one's place
 * the connection                      TARGET_CONNECTION_LOST; {@link #checkpoint} tells what became of the commit
 * anything else                       as {@link SqlErrors} says
 * </pre>
 *
 * <p>Confined to the lane's thread.
 */
final class MySqlLaneWriter implements LaneWriter {
    private static final Logger LOG = LoggerFactory.getLogger(MySqlLaneWriter.class);

    /** Each reason to try once more can come up for each table of a batch; this many attempts are a bug. */
    private static final int MAX_ATTEMPTS = 40;

    private final SessionHolder sessions;
    private final Checkpoints checkpoints;
    private final int lane;
    private final List<StructureItem> actions;
    private final List<StructureItem> told;
    private final CompiledTables tables;
    private final OrderChoice order = new OrderChoice();
    private MySqlSession session;
    private BatchApplier applier;
    private boolean isRenewed;
    private boolean isRefused;

    MySqlLaneWriter(
            SessionHolder sessions,
            Checkpoints checkpoints,
            int lane,
            Dialect dialect,
            List<StructureItem> actions,
            List<StructureItem> told) {
        this.actions = List.copyOf(actions);
        this.told = List.copyOf(told);
        this.sessions = sessions;
        this.checkpoints = checkpoints;
        this.lane = lane;
        tables = new CompiledTables(dialect);
    }

    @Override
    public Checkpoint checkpoint() {
        // FOR UPDATE waits for the commit of a session that is lost to us but not to the server.
        List<Checkpoint> found = sessions.run(
                "reading the checkpoint", session -> session.inTransaction(() -> checkpoints.readLane(session, lane)));
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
            ApplyResult result = applier().apply(batch, expected, next);
            isSessionSound = true;
            return result;
        } catch (SQLException e) {
            if (SqlErrors.isConnectionLost(e)) {
                throw SqlErrors.of(e, "applying a batch");
            }
            rollback();
            isSessionSound = true;
            if (batch.isReordered() && SqlErrors.isRowsFault(e)) {
                isRefused = true;
                return null;
            }
            if (isAnotherWay(e, batch)) {
                return null;
            }
            throw reason(e, batch, expected, next);
        } catch (LoadNotExactException e) {
            rollback();
            isSessionSound = true;
            doNotLoad(batch.run(applier.transaction().failedRun()).table());
            return null;
        } catch (WarnedException e) {
            rollback();
            isSessionSound = true;
            if (!applier.transaction().becomeCareful()) {
                throw new MillraceException(ErrorCode.INVARIANT, "a single statement was one of many: lane=" + lane, e);
            }
            return null;
        } catch (FencedException e) {
            rollback();
            isSessionSound = true;
            throw new MillraceException(
                    ErrorCode.TARGET_FENCED,
                    "the lane's checkpoint is not the one that was expected: lane=" + lane + ", epoch="
                            + expected.epoch() + ", logIndex=" + expected.logIndex());
        } catch (RowFault e) {
            int run = applier.transaction().run();
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

    private BatchApplier applier() {
        MySqlSession current = sessions.session();
        if (applier == null || session != current) {
            tables.clear();
            session = current;
            applier = new BatchApplier(current, checkpoints, tables, actions, told);
        }
        return applier;
    }

    private void rollback() {
        try {
            session.rollback();
        } catch (SQLException e) {
            throw SqlErrors.of(e, "rolling a batch back");
        }
    }

    private void drop() {
        sessions.drop();
        applier = null;
        session = null;
    }

    private void doNotLoad(TargetTable table) {
        LOG.debug("LOAD DATA did not take every row as it is; INSERT is used for a while: table={}", table.name());
        tables.doNotLoad(table.name().toString());
    }

    private boolean isAnotherWay(SQLException error, Batch batch) {
        if (SqlErrors.isShapesFault(error) && !isRenewed) {
            isRenewed = true;
            tables.clear();
            return true;
        }
        int run = applier.transaction().failedRun();
        return run >= 0 && applier.isUpsertedNow(batch.run(run), error);
    }

    private MillraceException reason(SQLException error, Batch batch, Checkpoint expected, Checkpoint next) {
        if (!SqlErrors.isRowsFault(error)) {
            return SqlErrors.of(error, "applying a batch");
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
