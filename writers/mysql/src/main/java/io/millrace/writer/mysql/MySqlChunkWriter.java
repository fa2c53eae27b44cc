package io.millrace.writer.mysql;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.KeyBound;
import io.millrace.writer.ChunkWriter;
import io.millrace.writer.LedgerEntry;
import io.millrace.writer.Refusal;
import io.millrace.writer.RowRefusals;
import io.millrace.writer.TargetTable;
import io.millrace.writer.sql.OutputOverflowException;
import io.millrace.writer.sql.RowFault;
import io.millrace.writer.sql.RowSearch;
import io.millrace.writer.sql.Savepoint;
import io.millrace.writer.sql.SessionHolder;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Chunks of a load by LOAD DATA, some thousand rows a statement, each chunk in one transaction with its ledger entry. Rows that a
 * LOAD DATA does not take as they are go by INSERT, which says why.
 *
 * <p>A table that the transaction has touched cannot be altered before its end, so it is compiled behind its first use there
 * (EXACTNESS 41). The commit holds a shared lock on the task's first checkpoint, for which a process that takes over waits. Confined to
 * one thread.
 */
final class MySqlChunkWriter implements ChunkWriter {
    private final SessionHolder<MySqlSession> sessions;
    private final MySqlCheckpoints checkpoints;
    private final MySqlLoadLedger ledger;
    private final CompiledTables tables;
    private final RowBuffer buffer = new RowBuffer();
    private MySqlSession session;
    private BatchApplier applier;
    private CompiledTable table;
    private int row;
    private RowRefusals refusals;
    private boolean doesOverwrite;
    private List<TargetTable> replaced = List.of();
    private Optional<KeyBound> lower = Optional.empty();
    private Optional<KeyBound> upper = Optional.empty();

    MySqlChunkWriter(
            SessionHolder<MySqlSession> sessions,
            MySqlCheckpoints checkpoints,
            MySqlLoadLedger ledger,
            Dialect dialect) {
        this.sessions = sessions;
        this.checkpoints = checkpoints;
        this.ledger = ledger;
        tables = new CompiledTables(dialect);
    }

    @Override
    public void leaveOut(RowRefusals some) {
        refusals = some;
    }

    @Override
    public void overwrite() {
        doesOverwrite = true;
    }

    @Override
    public void replace(List<TargetTable> some, Optional<KeyBound> from, Optional<KeyBound> to) {
        replaced = List.copyOf(some);
        lower = from;
        upper = to;
    }

    @Override
    public void begin(TargetTable target) {
        run("beginning a chunk", () -> {
            if (session == null) {
                session = sessions.session();
                applier = new BatchApplier(session, checkpoints, tables, List.of(), List.of());
            }
            tables.clear();
            tables.nextBatch();
            applier.transaction().clear();
            session.execute("START TRANSACTION");
            StandingRows.remove(session, replaced, lower, upper);
            replaced = List.of();
            open(target);
        });
    }

    @Override
    public void proceed(LedgerEntry done, TargetTable next) {
        run("going on to the next table", () -> {
            end(done);
            open(next);
        });
    }

    private void open(TargetTable target) throws SQLException {
        session.execute("SELECT 1 FROM " + Identifiers.quote(target.name()) + " LIMIT 0");
        table = tables.of(target, session);
        row = 0;
        buffer.begin(target, doesOverwrite);
    }

    private void end(LedgerEntry entry) throws SQLException {
        write();
        ledger.insert(session, entry);
    }

    @Override
    public void row(ImageFlyweight image) {
        if (!table.isComplete(image)) {
            throw new MillraceException(
                    ErrorCode.INVARIANT,
                    "image lacks columns: table=" + table.plan().name());
        }
        if (buffer.add(image)) {
            run("loading a chunk", this::write);
        }
    }

    @Override
    public void flush() {
        run("loading a chunk", this::write);
    }

    /** Writes what is buffered, by the fastest way that takes it as it is. */
    private void write() throws SQLException {
        if (buffer.count() == 0) {
            return;
        }
        session.execute("SAVEPOINT loaded");
        applier.reset();
        try {
            applier.apply(buffer, 0, buffer.count());
            applier.transaction().flush();
        } catch (LoadNotExactException | WarnedException e) {
            tables.doNotLoad(table.plan().name().toString());
            again();
        } catch (RowFault e) {
            if (refusals == null) {
                throw dirty(row + e.row(), e.getMessage(), e);
            }
            again();
        } catch (SQLException e) {
            if (!SqlErrors.isRowsFault(e)) {
                throw e;
            }
            again();
        }
        row += buffer.count();
        buffer.clear();
    }

    /** Once more, by statements that name what they refuse. */
    private void again() throws SQLException {
        session.pipeline().reset();
        session.execute("ROLLBACK TO SAVEPOINT loaded");
        applier.doNotLoad();
        applier.transaction().becomeCareful();
        try {
            Savepoint savepoint = session.savepoint();
            new RowSearch(
                            (from, to) -> savepoint.attempt(() -> {
                                applier.apply(buffer, from, to);
                                applier.flush();
                            }),
                            this::refuse)
                    .apply(buffer.count());
        } finally {
            applier.transaction().becomeCareless();
        }
    }

    private RowSearch.Then refuse(int number, Exception cause) {
        Refusal why = SqlErrors.FAULTS.refusal(cause);
        if (refusals == null) {
            throw dirty(row + number, why.reason(), cause);
        }
        refusals.refuse(row + number, buffer.row(number), why);
        return RowSearch.Then.GO_ON;
    }

    @Override
    public void commit(LedgerEntry entry, long epoch) {
        run("committing a chunk", () -> {
            end(entry);
            checkpoints.requireEpoch(session, epoch);
            session.execute("COMMIT");
        });
    }

    @Override
    public void rollback() {
        if (session != null) {
            run("rolling a chunk back", session::rollback);
        }
    }

    private interface Work {
        void run() throws SQLException;
    }

    private void run(String doing, Work work) {
        try {
            work.run();
        } catch (SQLException e) {
            throw SqlErrors.of(e, doing);
        } catch (OutputOverflowException e) {
            throw new MillraceException(
                    ErrorCode.ROW_TOO_LARGE,
                    e.getMessage() + ", table=" + table.plan().name(),
                    e);
        }
    }

    private MillraceException dirty(int at, String reason, Throwable cause) {
        return new MillraceException(
                ErrorCode.DIRTY_LIMIT,
                "a row of a chunk cannot be written: table=" + table.plan().name() + ", row=" + at + ", " + reason,
                cause);
    }

    @Override
    public void close() {
        session = null;
        applier = null;
        sessions.close();
    }
}
