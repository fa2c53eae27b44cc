package io.millrace.writer.sql;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.writer.ApplyResult;
import io.millrace.writer.Batch;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.LaneWriter;
import io.millrace.writer.OrderChoice;
import io.millrace.writer.Run;
import io.millrace.writer.RunOperation;
import io.millrace.writer.TargetTable;
import java.sql.SQLException;
import java.util.List;

/**
 * A lane's batches, each in one transaction with its checkpoint. It decides what a failed attempt means:
 *
 * <pre>
 * what failed                         then
 * checkpoint's compare-and-set        TARGET_FENCED
 * a reordered batch met a constraint  once more, with the changes of tied tables in the source's order
 * what its writer knows a way for     once more, in that way
 * a table's shape changed             once more, with its encoders and statements made anew
 * rows, for their own sake            they are looked for: the batch is told of each, DIRTY_LIMIT names the first one's place
 * the connection                      TARGET_CONNECTION_LOST; {@link #checkpoint} tells what became of the commit
 * anything else                       as {@link ServerFaults} say
 * </pre>
 *
 * <p>Confined to the lane's thread.
 */
public abstract class SqlLaneWriter<S extends SqlSession> implements LaneWriter {
    private final SessionHolder<S> sessions;
    private final ServerFaults faults;
    private final int lane;
    private final int mostAttempts;
    private final OrderChoice order = new OrderChoice();
    private S session;
    private boolean isReady;
    private boolean isRenewed;
    private boolean isRefused;

    /**
     * Of one lane.
     *
     * @param mostAttempts at one batch: each reason to try once more can come up for each of its tables, and more are a bug
     */
    protected SqlLaneWriter(SessionHolder<S> sessions, ServerFaults faults, int lane, int mostAttempts) {
        this.sessions = sessions;
        this.faults = faults;
        this.lane = lane;
        this.mostAttempts = mostAttempts;
    }

    // ---- what a writer does

    /** The lane's checkpoint. It waits for the commit of a session that is lost to us but not to the server. */
    protected abstract List<Checkpoint> read(S current, int number) throws SQLException;

    /** Whatever was made for another session is made anew. */
    protected abstract void onSession(S current) throws SQLException;

    /** A batch begins, of which there may be several attempts. */
    protected abstract void onBatch();

    /** Applies and commits. After an exception the transaction may still be open. */
    protected abstract ApplyResult attempt(Batch batch, Checkpoint expected, Checkpoint next) throws SQLException;

    /** Which run of the batch was being encoded when a {@link RowFault} came out. */
    protected abstract int run();

    /** Whether an error is the compare-and-set's. */
    protected abstract boolean isFence(SQLException error);

    /** Whether the batch is to be tried once more, and then another way is taken. */
    protected abstract boolean isAnotherWay(SQLException error, Batch batch);

    /** An attempt was ended and rolled back. Returns where another one is to follow. */
    protected abstract void onEnded(AttemptException ended, Batch batch, Checkpoint expected);

    /** Statements and encoders are to be made anew. */
    protected abstract void forgetTables();

    /** Looks for rows that cannot be written; returns what is to be thrown. */
    protected abstract MillraceException search(
            S current, Exception error, Batch batch, Checkpoint expected, Checkpoint next);

    // ---- attempts

    @Override
    public final Checkpoint checkpoint() {
        List<Checkpoint> found = sessions.run("reading the checkpoint", current -> read(current, lane));
        if (found.isEmpty()) {
            throw new MillraceException(
                    ErrorCode.TARGET_FENCED, "the lane has no checkpoint at the target: lane=" + lane);
        }
        return found.get(0);
    }

    @Override
    public final ApplyResult apply(Batch batch, Checkpoint expected, Checkpoint next) {
        onBatch();
        isRenewed = false;
        Batch form = order.first(batch);
        for (int attempt = 1; attempt <= mostAttempts; attempt++) {
            isRefused = false;
            ApplyResult result = applyOnce(form, expected, next);
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
                ErrorCode.INVARIANT, "a batch was tried too often: lane=" + lane + ", attempts=" + mostAttempts);
    }

    /** One attempt; null where another one, in another way, is called for. */
    private ApplyResult applyOnce(Batch batch, Checkpoint expected, Checkpoint next) {
        boolean isSessionSound = false;
        try {
            open();
            ApplyResult result = attempt(batch, expected, next);
            isSessionSound = true;
            return result;
        } catch (SQLException e) {
            if (faults.isConnectionLost(e)) {
                throw faults.of(e, "applying a batch");
            }
            rollback();
            isSessionSound = true;
            if (batch.isReordered() && faults.isRowsFault(e)) {
                isRefused = true;
                return null;
            }
            if (isNewShape(e) || isAnotherWay(e, batch)) {
                return null;
            }
            throw reason(e, batch, expected, next);
        } catch (AttemptException e) {
            rollback();
            isSessionSound = true;
            onEnded(e, batch, expected);
            return null;
        } catch (RowFault e) {
            int run = run();
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

    private void open() throws SQLException {
        S current = sessions.session();
        if (!isReady || session != current) {
            isReady = false;
            session = current;
            onSession(current);
            isReady = true;
        }
    }

    private boolean isNewShape(SQLException error) {
        if (isRenewed || !faults.isShapesFault(error)) {
            return false;
        }
        renew();
        return true;
    }

    /** Tables are to be compiled anew, which helps a batch once. */
    protected final void renew() {
        isRenewed = true;
        forgetTables();
    }

    private void rollback() {
        try {
            session.rollback();
        } catch (SQLException e) {
            throw faults.of(e, "rolling a batch back");
        }
    }

    private void drop() {
        sessions.drop();
        isReady = false;
        session = null;
    }

    // ---- reasons

    private MillraceException reason(SQLException error, Batch batch, Checkpoint expected, Checkpoint next) {
        if (isFence(error)) {
            return fenced(expected, error);
        }
        if (!faults.isRowsFault(error)) {
            return faults.of(error, "applying a batch");
        }
        return find(error, batch, expected, next);
    }

    /** The checkpoint is somebody else's by now. */
    protected final MillraceException fenced(Checkpoint expected, Throwable cause) {
        return new MillraceException(
                ErrorCode.TARGET_FENCED,
                "the lane's checkpoint is not the one that was expected: lane=" + lane + ", epoch=" + expected.epoch()
                        + ", logIndex=" + expected.logIndex(),
                cause);
    }

    /** A row that cannot be encoded; others may be beside it. */
    private MillraceException fault(RowFault fault, int number, Batch batch, Checkpoint expected, Checkpoint next) {
        if (batch.mostRefusals() > 1 || batch.run(number).refusesMissing()) {
            return find(fault, batch, expected, next);
        }
        Run run = batch.run(number);
        batch.refuse(run, fault.row(), fault.refusal());
        return dirty(run.table(), run.operation(), number, fault.row(), fault.getMessage(), fault);
    }

    private MillraceException find(Exception error, Batch batch, Checkpoint expected, Checkpoint next) {
        MillraceException found = search(session, error, batch, expected, next);
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
    public final void rest() {
        close();
    }

    /** It opens anew when it is used again. */
    @Override
    public final void close() {
        isReady = false;
        session = null;
        sessions.close();
    }
}
