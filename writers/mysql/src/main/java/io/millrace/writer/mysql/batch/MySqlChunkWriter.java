package io.millrace.writer.mysql.batch;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.KeyBound;
import io.millrace.writer.LedgerEntry;
import io.millrace.writer.Refusal;
import io.millrace.writer.TargetTable;
import io.millrace.writer.mysql.connection.Dialect;
import io.millrace.writer.mysql.connection.Identifiers;
import io.millrace.writer.mysql.connection.MySqlSession;
import io.millrace.writer.mysql.connection.SqlErrors;
import io.millrace.writer.mysql.control.MySqlCheckpoints;
import io.millrace.writer.mysql.control.MySqlLoadLedger;
import io.millrace.writer.mysql.control.StandingRows;
import io.millrace.writer.sql.CopiedRows;
import io.millrace.writer.sql.RowFault;
import io.millrace.writer.sql.RowSearch;
import io.millrace.writer.sql.Savepoint;
import io.millrace.writer.sql.SessionHolder;
import io.millrace.writer.sql.SqlChunkWriter;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Chunks of a load by LOAD DATA, some thousand rows a statement. Rows that a LOAD DATA does not take as they are go by INSERT, which says
 * why.
 *
 * <p>A table that the transaction has touched cannot be altered before its end, so it is compiled behind its first use there
 * (EXACTNESS 41). Confined to one thread.
 */
public final class MySqlChunkWriter extends SqlChunkWriter<MySqlSession> {
    private static final int MAX_ROWS = 10_000;

    private final MySqlCheckpoints checkpoints;
    private final MySqlLoadLedger ledger;
    private final CompiledTables tables;
    private final CopiedRows buffer = new CopiedRows(MAX_ROWS);
    private BatchApplier applier;
    private CompiledTable table;
    private int row;

    public MySqlChunkWriter(
            SessionHolder<MySqlSession> sessions,
            MySqlCheckpoints checkpoints,
            MySqlLoadLedger ledger,
            Dialect dialect) {
        super(sessions, SqlErrors.FAULTS, checkpoints);
        this.checkpoints = checkpoints;
        this.ledger = ledger;
        tables = new CompiledTables(dialect);
    }

    @Override
    protected void onSession(MySqlSession session) {
        applier = new BatchApplier(session, checkpoints, tables, List.of(), List.of());
    }

    @Override
    protected void onChunk() {
        tables.clear();
        tables.nextBatch();
        applier.transaction().clear();
    }

    @Override
    protected void remove(
            MySqlSession session, List<TargetTable> some, Optional<KeyBound> lower, Optional<KeyBound> upper)
            throws SQLException {
        StandingRows.remove(session, some, lower, upper);
    }

    @Override
    protected void open(MySqlSession session, TargetTable target) throws SQLException {
        session.execute("SELECT 1 FROM " + Identifiers.quote(target.name()) + " LIMIT 0");
        table = tables.of(target, session);
        row = 0;
        buffer.begin(target, doesOverwrite());
    }

    @Override
    protected void end(MySqlSession session, LedgerEntry entry) throws SQLException {
        send(session);
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
            flush();
        }
    }

    /** Writes what is buffered, by the fastest way that takes it as it is. */
    @Override
    protected void send(MySqlSession session) throws SQLException {
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
            again(session);
        } catch (RowFault e) {
            if (refusals() == null) {
                throw e;
            }
            again(session);
        } catch (SQLException e) {
            if (!SqlErrors.isRowsFault(e)) {
                throw e;
            }
            again(session);
        }
        row += buffer.count();
        buffer.clear();
    }

    /** Once more, by statements that name what they refuse. */
    private void again(MySqlSession session) throws SQLException {
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
        if (refusals() == null) {
            throw dirty(Integer.toString(row + number), why.reason(), cause);
        }
        refusals().refuse(row + number, buffer.row(number), why);
        return RowSearch.Then.GO_ON;
    }

    @Override
    protected String place(Exception error) {
        return error instanceof RowFault fault ? Integer.toString(row + fault.row()) : "up to " + row;
    }

    @Override
    protected void commit(MySqlSession session) throws SQLException {
        session.execute("COMMIT");
    }

    /** A statement that waits goes with the roll-back. */
    @Override
    protected void cancel() {}
}
