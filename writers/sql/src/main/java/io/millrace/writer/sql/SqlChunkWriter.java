package io.millrace.writer.sql;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.row.KeyBound;
import io.millrace.writer.ChunkWriter;
import io.millrace.writer.LedgerEntry;
import io.millrace.writer.RowRefusals;
import io.millrace.writer.TargetTable;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Chunks of a load, each in one transaction with its ledger entry:
 *
 * <pre>
 *  begin                                    row…     proceed                          row…     commit
 *  BEGIN, rows that stand go, table opens   ──────▶  rows end, entry, table opens     ──────▶  rows end, entry, epoch, COMMIT
 * </pre>
 *
 * <p>The epoch is that of the task's first checkpoint, whose row is then locked until the commit: a process that takes over waits for it,
 * lanes do not. Which way rows go is each writer's own. Confined to one thread.
 */
public abstract class SqlChunkWriter<S extends SqlSession> implements ChunkWriter {
    private final SessionHolder<S> sessions;
    private final ServerFaults faults;
    private final Checkpoints<S> checkpoints;
    private S session;
    private TargetTable table; // null until one is opened
    private RowRefusals refusals;
    private boolean doesOverwrite;
    private List<TargetTable> replaced = List.of();
    private Optional<KeyBound> lower = Optional.empty();
    private Optional<KeyBound> upper = Optional.empty();

    protected SqlChunkWriter(SessionHolder<S> sessions, ServerFaults faults, Checkpoints<S> checkpoints) {
        this.sessions = sessions;
        this.faults = faults;
        this.checkpoints = checkpoints;
    }

    // ---- what a writer does

    /** Makes what writes to a session. */
    protected abstract void onSession(S current) throws SQLException;

    /** A chunk begins: tables may have changed since the one before. */
    protected abstract void onChunk();

    /** Removes rows that stand. */
    protected abstract void remove(S current, List<TargetTable> tables, Optional<KeyBound> from, Optional<KeyBound> to)
            throws SQLException;

    /** Holds a table in its shape until the transaction ends, and makes the way for its rows. */
    protected abstract void open(S current, TargetTable target) throws SQLException;

    /** Writes rows that were not written yet. */
    protected abstract void send(S current) throws SQLException;

    /** Ends a table's rows and adds its entry, which may wait for the next table or the commit. */
    protected abstract void end(S current, LedgerEntry entry) throws SQLException;

    /** Commits what was sent and what waits. */
    protected abstract void commit(S current) throws SQLException;

    /** Gives up what is under way in the transaction. */
    protected abstract void cancel();

    /** Where a row that cannot be written stands among those of the open table, as well as an error tells. */
    protected abstract String place(Exception error);

    // ---- what it is told

    /** Takes rows that are left out; null where the first one ends the chunk. */
    protected final RowRefusals refusals() {
        return refusals;
    }

    /** Whether a row that stands under the key of a new one is written over. */
    protected final boolean doesOverwrite() {
        return doesOverwrite;
    }

    /** Something done in the transaction. */
    @FunctionalInterface
    protected interface Work<S> {
        void with(S session) throws SQLException;
    }

    /** Does it, and turns errors of the driver and of rows into ours. */
    protected final void run(String doing, Work<S> work) {
        try {
            work.with(session);
        } catch (SQLException e) {
            throw failed(e, doing);
        } catch (RowFault e) {
            throw dirty(e, e.getMessage());
        } catch (OutputOverflowException e) {
            throw tooLarge(e);
        }
    }

    /** The server's answer, as one of our errors. */
    protected final MillraceException failed(SQLException error, String doing) {
        return table != null && faults.isRowsFault(error)
                ? dirty(error, faults.refusal(error).reason())
                : faults.of(error, doing);
    }

    /** A row that cannot be written. */
    protected final MillraceException dirty(Exception error, String reason) {
        return dirty(place(error), reason, error);
    }

    /** The same of a row whose place is known. */
    protected final MillraceException dirty(String place, String reason, Exception error) {
        return new MillraceException(
                ErrorCode.DIRTY_LIMIT,
                "a row of a chunk cannot be written: table=" + table.name() + ", row=" + place + ", " + reason,
                error);
    }

    protected final MillraceException tooLarge(OutputOverflowException error) {
        return new MillraceException(ErrorCode.ROW_TOO_LARGE, error.getMessage() + ", table=" + table.name(), error);
    }

    // ---- a chunk

    @Override
    public final void leaveOut(RowRefusals some) {
        refusals = some;
    }

    @Override
    public final void overwrite() {
        doesOverwrite = true;
    }

    @Override
    public final void replace(List<TargetTable> some, Optional<KeyBound> from, Optional<KeyBound> to) {
        replaced = List.copyOf(some);
        lower = from;
        upper = to;
    }

    @Override
    public final void begin(TargetTable target) {
        table = null;
        if (session == null) {
            session = sessions.session();
            run("beginning a chunk", this::onSession);
        }
        onChunk();
        run("beginning a chunk", current -> {
            current.begin();
            remove(current, replaced, lower, upper);
            replaced = List.of();
            openNext(current, target);
        });
    }

    @Override
    public final void proceed(LedgerEntry done, TargetTable next) {
        run("going on to the next table", current -> {
            end(current, done);
            openNext(current, next);
        });
    }

    private void openNext(S current, TargetTable target) throws SQLException {
        table = target;
        open(current, target);
    }

    @Override
    public final void flush() {
        run("loading a chunk", this::send);
    }

    @Override
    public final void commit(LedgerEntry entry, long epoch) {
        run("committing a chunk", current -> {
            end(current, entry);
            checkpoints.requireEpoch(current, epoch);
            commit(current);
        });
    }

    @Override
    public final void rollback() {
        if (session != null) {
            cancel();
            run("rolling a chunk back", SqlSession::rollback);
        }
    }

    @Override
    public final void close() {
        cancel();
        session = null;
        sessions.close();
    }
}
