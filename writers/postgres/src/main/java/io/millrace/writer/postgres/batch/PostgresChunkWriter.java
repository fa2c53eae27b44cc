package io.millrace.writer.postgres.batch;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.KeyBound;
import io.millrace.row.RawForm;
import io.millrace.writer.LedgerEntry;
import io.millrace.writer.TargetTable;
import io.millrace.writer.TypeOptions;
import io.millrace.writer.postgres.connection.PostgresSession;
import io.millrace.writer.postgres.connection.SqlStates;
import io.millrace.writer.postgres.control.PostgresCheckpoints;
import io.millrace.writer.postgres.control.PostgresLoadLedger;
import io.millrace.writer.postgres.control.StandingRows;
import io.millrace.writer.sql.OutputOverflowException;
import io.millrace.writer.sql.RowFault;
import io.millrace.writer.sql.SessionHolder;
import io.millrace.writer.sql.SqlChunkWriter;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Chunks of a load by COPY BINARY. A table that has columns without a binary form is written by arrays instead, some thousand rows a
 * statement, and so is one of which rows are written over. Confined to one thread.
 */
public final class PostgresChunkWriter extends SqlChunkWriter<PostgresSession> {
    private final PostgresLoadLedger ledger;
    private final CompiledTables tables;
    private CopyWriter copy;
    private RowBuffer buffer; // null where rows go by COPY
    private CompiledTable table;
    private int row;

    public PostgresChunkWriter(
            SessionHolder<PostgresSession> sessions,
            PostgresCheckpoints checkpoints,
            PostgresLoadLedger ledger,
            TypeOptions options) {
        super(sessions, SqlStates.FAULTS, checkpoints);
        this.ledger = ledger;
        tables = new CompiledTables(options);
    }

    @Override
    protected void onSession(PostgresSession session) {
        copy = new CopyWriter(session);
    }

    @Override
    protected void onChunk() {
        tables.clear();
    }

    @Override
    protected void remove(
            PostgresSession session, List<TargetTable> some, Optional<KeyBound> lower, Optional<KeyBound> upper)
            throws SQLException {
        StandingRows.remove(session, some, lower, upper);
    }

    @Override
    protected void open(PostgresSession session, TargetTable target) throws SQLException {
        session.pipeline().flush();
        table = tables.of(target, session);
        row = 0;
        copy.lock(table);
        session.pipeline().flush();
        if (!table.shape().stands(session)) {
            throw new MillraceException(
                    ErrorCode.TARGET_BUSY, "a target table was altered just now: table=" + target.name());
        }
        if (table.isCopyable() && refusals() == null && !doesOverwrite()) {
            buffer = null;
            copy.begin(table);
        } else {
            buffer = new RowBuffer(table, session, refusals(), doesOverwrite());
        }
    }

    @Override
    protected void end(PostgresSession session, LedgerEntry entry) throws SQLException {
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
            throw dirty(e, e.getMessage());
        } catch (OutputOverflowException e) {
            throw tooLarge(e);
        }
    }

    /** Columns of the same types take the same bytes: what the server makes of them is what it made of a value we encoded. */
    @Override
    public boolean openRaw(RawForm form) {
        if (doesOverwrite()
                || !form.name().equals(RawForm.POSTGRES_COPY)
                || !table.shape().hasTypes(form.types())) {
            return false;
        }
        if (buffer != null) {
            buffer = null;
            run("beginning a chunk", session -> copy.begin(table));
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
        } catch (OutputOverflowException e) {
            throw tooLarge(e);
        }
    }

    @Override
    protected void send(PostgresSession session) throws SQLException {
        if (buffer != null) {
            buffer.flush();
        }
    }

    /** The server answers to a COPY as a whole, so the row is known only where an encoder refused it. */
    @Override
    protected String place(Exception error) {
        if (!(error instanceof RowFault fault)) {
            return "up to " + row;
        }
        return Integer.toString(buffer == null ? fault.row() : buffer.written() + fault.row());
    }

    @Override
    protected void commit(PostgresSession session) throws SQLException {
        session.pipeline().add(session.prepare("COMMIT"));
        session.pipeline().flush();
    }

    @Override
    protected void cancel() {
        if (copy != null) {
            copy.cancel();
        }
    }
}
