package io.millrace.writer.postgres;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.KeyBound;
import io.millrace.row.RawForm;
import io.millrace.writer.ChunkWriter;
import io.millrace.writer.LedgerEntry;
import io.millrace.writer.RowRefusals;
import io.millrace.writer.TargetTable;
import io.millrace.writer.TypeOptions;
import io.millrace.writer.sql.RowFault;
import io.millrace.writer.sql.SessionHolder;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Chunks of a load by COPY BINARY, each in one transaction with its ledger entry. A table that has columns without a binary
 * form is written by arrays instead, some thousand rows a statement, and so is one of which rows are written over.
 *
 * <p>The commit holds a key-share lock on the task's first checkpoint: a process that takes over waits for it, lanes do not.
 * Confined to one thread.
 */
final class PostgresChunkWriter implements ChunkWriter {
    private final SessionHolder<PostgresSession> sessions;
    private final PostgresCheckpoints checkpoints;
    private final PostgresLoadLedger ledger;
    private final CompiledTables tables;
    private PostgresSession session;
    private CopyWriter copy;
    private RowBuffer buffer;
    private CompiledTable table;
    private int row;
    private RowRefusals refusals;
    private boolean doesOverwrite;
    private List<TargetTable> replaced = List.of();
    private Optional<KeyBound> lower = Optional.empty();
    private Optional<KeyBound> upper = Optional.empty();

    PostgresChunkWriter(
            SessionHolder<PostgresSession> sessions,
            PostgresCheckpoints checkpoints,
            PostgresLoadLedger ledger,
            TypeOptions options) {
        this.sessions = sessions;
        this.checkpoints = checkpoints;
        this.ledger = ledger;
        tables = new CompiledTables(options);
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
                copy = new CopyWriter(session);
            }
            tables.clear();
            session.execute("BEGIN");
            StandingRows.remove(session, replaced, lower, upper);
            replaced = List.of();
            open(target);
        });
    }

    @Override
    public void proceed(LedgerEntry done, TargetTable next) {
        run("going on to the next table", () -> {
            end(done);
            session.pipeline().flush();
            open(next);
        });
    }

    private void open(TargetTable target) throws SQLException {
        table = tables.of(target, session);
        row = 0;
        copy.lock(table);
        session.pipeline().flush();
        if (!table.shape().stands(session)) {
            throw new MillraceException(
                    ErrorCode.TARGET_BUSY, "a target table was altered just now: table=" + target.name());
        }
        if (table.isCopyable() && refusals == null && !doesOverwrite) {
            buffer = null;
            copy.begin(table);
        } else {
            buffer = new RowBuffer(table, session, refusals, doesOverwrite);
        }
    }

    /** Ends the rows of a table and adds its entry, which is not sent yet. */
    private void end(LedgerEntry entry) throws SQLException {
        if (buffer == null) {
            copy.end();
        } else {
            buffer.flush();
        }
        ledger.insert(session.pipeline(), session.prepare(ledger.insertion()), entry);
    }

    @Override
    public void row(ImageFlyweight image) {
        if (!table.isComplete(image)) {
            throw new MillraceException(
                    ErrorCode.INVARIANT,
                    "image lacks columns: table=" + table.plan().name());
        }
        try {
            if (buffer == null) {
                copy.row(table, image, row);
            } else {
                buffer.add(image);
            }
            row++;
        } catch (SQLException e) {
            throw failed(e, "loading a chunk");
        } catch (RowFault e) {
            throw dirty(e.getMessage(), e);
        }
    }

    /** Columns of the same types take the same bytes: what the server makes of them is what it made of a value we encoded. */
    @Override
    public boolean openRaw(RawForm form) {
        if (doesOverwrite
                || !form.name().equals(RawForm.POSTGRES_COPY)
                || !table.shape().hasTypes(form.types())) {
            return false;
        }
        if (buffer != null) {
            buffer = null;
            run("beginning a chunk", () -> copy.begin(table));
        }
        return true;
    }

    @Override
    public void rawRow(byte[] bytes, int offset, int length) {
        try {
            copy.raw(bytes, offset, length);
            row++;
        } catch (SQLException e) {
            throw failed(e, "loading a chunk");
        }
    }

    @Override
    public void flush() {
        if (buffer != null) {
            run("loading a chunk", buffer::flush);
        }
    }

    @Override
    public void commit(LedgerEntry entry, long epoch) {
        run("committing a chunk", () -> {
            end(entry);
            checkpoints.requireEpoch(session, epoch);
            session.pipeline().add(session.prepare("COMMIT"));
            session.pipeline().flush();
        });
    }

    @Override
    public void rollback() {
        if (session != null) {
            copy.cancel();
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
            throw failed(e, doing);
        } catch (RowFault e) {
            throw dirty(e.getMessage(), e);
        }
    }

    private MillraceException failed(SQLException error, String doing) {
        return SqlStates.isRowsFault(error) ? dirty(SqlStates.description(error), error) : SqlStates.of(error, doing);
    }

    /** The server answers to a COPY as a whole, so the row is known only where an encoder refused it. */
    private MillraceException dirty(String reason, Throwable cause) {
        return new MillraceException(
                ErrorCode.DIRTY_LIMIT,
                "a row of a chunk cannot be written: table=" + table.plan().name() + ", row="
                        + (cause instanceof RowFault fault ? Integer.toString(fault.row()) : "up to " + row) + ", "
                        + reason,
                cause);
    }

    @Override
    public void close() {
        if (copy != null) {
            copy.cancel();
        }
        session = null;
        copy = null;
        sessions.close();
    }
}
