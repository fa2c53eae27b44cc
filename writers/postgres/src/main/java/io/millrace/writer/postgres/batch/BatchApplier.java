package io.millrace.writer.postgres.batch;

import io.millrace.connection.DriverErrors;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.row.ImageFlyweight;
import io.millrace.writer.ApplyResult;
import io.millrace.writer.Batch;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.Run;
import io.millrace.writer.RunOperation;
import io.millrace.writer.TargetTable;
import io.millrace.writer.postgres.connection.Pipeline;
import io.millrace.writer.postgres.connection.PostgresSession;
import io.millrace.writer.postgres.connection.SqlStates;
import io.millrace.writer.postgres.control.PostgresCheckpoints;
import io.millrace.writer.sql.BatchSteps;
import io.millrace.writer.sql.RowFault;
import java.sql.SQLException;
import java.util.BitSet;
import java.util.List;
import org.postgresql.core.Query;

/**
 * One attempt at one batch, in one transaction.
 *
 * <pre>
 *   BEGIN, compare-and-set, run, run, … , COMMIT     sent together where they are small
 * </pre>
 *
 * <p>A run of many new rows goes by COPY, everything else by statements over arrays. What waits in the pipeline is sent when
 * it is large, before a COPY, and where an answer decides what follows. Confined to the lane's thread; it allocates per
 * statement, not per row.
 */
public final class BatchApplier implements BatchSteps {
    /** From here on COPY's two further round trips cost less than the array statement's second pass over the values. */
    public static final int COPY_ROWS = 500;

    /** Up to here the rows that an update might miss are sent along again, rather than waiting for its count. */
    public static final int HEAL_TOGETHER_ROWS = 50;

    public static final int FLUSH_BYTES = 4 * 1024 * 1024;
    public static final int FLUSH_STATEMENTS = 100;
    public static final int STATEMENT_ROWS = 10_000;

    private final PostgresSession session;
    private final PostgresCheckpoints checkpoints;
    private final CompiledTables tables;
    private final CopyWriter copy;
    private final Tally tally = new Tally();
    private final BitSet columnSet = new BitSet();
    private final PostgresKeyActions actions;
    private final Query begin;
    private final Query commit;
    private final Query move;
    private int run;

    BatchApplier(
            PostgresSession session, PostgresCheckpoints checkpoints, CompiledTables tables, PostgresKeyActions actions)
            throws SQLException {
        this.session = session;
        this.actions = actions;
        this.checkpoints = checkpoints;
        this.tables = tables;
        copy = new CopyWriter(session);
        begin = session.prepare("BEGIN");
        commit = session.prepare("COMMIT");
        move = session.prepare(checkpoints.move());
    }

    /** Which run of the batch was being encoded when a {@link RowFault} came out. */
    int run() {
        return run;
    }

    /** Applies and commits. After an exception the transaction may still be open. */
    ApplyResult apply(Batch batch, Checkpoint expected, Checkpoint next) throws SQLException {
        tables.prepare(batch, session);
        begin(expected, next);
        for (run = 0; run < batch.runCount(); run++) {
            apply(batch.run(run));
        }
        session.pipeline().add(commit);
        flush();
        return tally.result();
    }

    @Override
    public void begin(Checkpoint expected, Checkpoint next) {
        tally.clear();
        actions.begin();
        session.pipeline().reset();
        session.pipeline().add(begin);
        checkpoints.move(session.pipeline(), move, expected, next);
    }

    /**
     * Whether an INSERT met an existing key, so that rows of the table are upserted from now on. Not where source tables share it:
     * the row that stands there is another table's.
     */
    @Override
    public boolean isUpsertedNow(Run run, Exception failed) {
        boolean isNew = failed instanceof SQLException refused
                && DriverErrors.stateOf(refused).equals(SqlStates.UNIQUE_VIOLATION)
                && run.operation() == RunOperation.INSERT
                && !run.table().isShared()
                && !tables.isUpserted(run.table());
        if (isNew) {
            tables.upsert(run.table().name().toString());
        }
        return isNew;
    }

    /** Adds a run to the open transaction. */
    void apply(Run run) throws SQLException {
        apply(run, 0, run.count());
    }

    @Override
    public void apply(Run run, int from, int to) throws SQLException {
        CompiledTable table = tables.of(run.table(), session);
        switch (run.operation()) {
            case INSERT -> insert(run, table, from, to);
            case UPSERT -> upsert(run, table, from, to);
            case UPDATE, UPDATE_IF_THERE -> update(run, table, from, to);
            case REKEY -> rekey(run, table, from, to);
            case DELETE -> delete(run, table, from, to);
            case MARK -> remove(run, table, table.statements().mark(), from, to);
        }
    }

    /** Sends what waits and counts its answers. */
    @Override
    public void flush() throws SQLException {
        if (session.pipeline().size() == 0) {
            return;
        }
        session.pipeline().flush();
        tally.count(session.pipeline());
    }

    @Override
    public void speak() throws SQLException {
        flush();
        session.execute("SET CONSTRAINTS ALL IMMEDIATE");
    }

    private void insert(Run run, CompiledTable table, int from, int to) throws SQLException {
        if (tables.isUpserted(run.table())) {
            tally.fellBack();
            upsert(run, table, from, to);
            return;
        }
        requireComplete(run, table, from, to);
        if (table.isCopyable() && (to - from >= COPY_ROWS || isLarge(run, from, to))) {
            copy.lock(table);
            flush();
            copy.copy(table, run, from, to);
            return;
        }
        for (int row = from; row < to; ) {
            int end = statementEnd(run, row, to);
            add(table.statements().insert(), table.columns(), run, row, end);
            row = end;
        }
    }

    private void upsert(Run run, CompiledTable table, int from, int to) throws SQLException {
        requireComplete(run, table, from, to);
        for (int row = from; row < to; ) {
            int end = tables.isSingle(run.table()) ? row + 1 : statementEnd(run, row, to);
            if (table.hasKeyIndex()) {
                add(table.statements().upsert(), table.columns(), run, row, end);
            } else {
                add(table.statements().delete(), table.key(), run, row, end);
                add(table.statements().insert(), table.columns(), run, row, end);
            }
            row = end;
        }
    }

    private void delete(Run run, CompiledTable table, int from, int to) throws SQLException {
        if (actions.isParent(run.table().name())) {
            flush();
            actions.remove(run, table, from, to);
        }
        remove(run, table, table.statements().delete(), from, to);
    }

    private void remove(Run run, CompiledTable table, Query query, int from, int to) throws SQLException {
        for (int row = from; row < to; ) {
            int end = statementEnd(run, row, to);
            if (run.refusesMissing()) {
                flush();
                add(query, table.key(), run, row, end);
                flush();
                if (session.pipeline().count(0) < end - row) {
                    throw RowFault.noRow("reason=delete met no row", row);
                }
                row = end;
                continue;
            }
            tally.expectDeleted(session.pipeline().size(), end - row);
            add(query, table.key(), run, row, end);
            row = end;
        }
    }

    private void update(Run run, CompiledTable table, int from, int to) throws SQLException {
        for (int row = from; row < to; ) {
            ImageFlyweight first = run.row(row);
            boolean isComplete = run.operation() == RunOperation.UPDATE && table.isComplete(first);
            List<CompiledColumn> columns = isComplete ? table.columns() : table.present(first);
            int end = isComplete ? completeEnd(run, table, row, to) : sameColumnsEnd(run, table, first, row, to);
            for (int at = row; at < end; ) {
                int statementEnd = tables.isSingle(run.table()) ? at + 1 : statementEnd(run, at, end);
                if (isComplete) {
                    updateComplete(run, table, at, statementEnd);
                } else {
                    updatePartial(run, table, columns, at, statementEnd);
                }
                at = statementEnd;
            }
            row = end;
        }
    }

    private void updateComplete(Run run, CompiledTable table, int from, int to) throws SQLException {
        if (run.refusesMissing()) {
            requireRows(run, table, from, to);
            return;
        }
        if (!table.hasOnlyKey()) {
            if (to - from > HEAL_TOGETHER_ROWS) {
                flush();
                add(table.statements().update(), table.columns(), run, from, to);
                int statement = session.pipeline().size() - 1;
                flush();
                if (statement >= 0 && session.pipeline().count(statement) == to - from) {
                    return;
                }
            } else {
                add(table.statements().update(), table.columns(), run, from, to);
            }
        }
        tally.expectHealed(session.pipeline().size());
        add(table.statements().heal(), table.columns(), run, from, to);
    }

    /** Which of several rows is missing is not told: whoever looks for it tries fewer. */
    private void requireRows(Run run, CompiledTable table, int from, int to) throws SQLException {
        if (table.hasOnlyKey()) {
            return; // it changes nothing
        }
        flush();
        add(table.statements().update(), table.columns(), run, from, to);
        flush();
        if (session.pipeline().count(0) < to - from) {
            throw RowFault.noRow("reason=update met no row", from);
        }
    }

    /** A partial image that meets no row cannot be written: there is nothing to fill its other columns with. */
    private void updatePartial(Run run, CompiledTable table, List<CompiledColumn> columns, int from, int to)
            throws SQLException {
        requireKey(run, table, from, to);
        if (columns.size() == table.key().size()) {
            return;
        }
        if (run.operation() == RunOperation.UPDATE_IF_THERE) {
            add(table.statements().update(columns), columns, run, from, to);
            return;
        }
        flush();
        add(table.statements().update(columns), columns, run, from, to);
        flush();
        if (session.pipeline().count(0) < to - from) {
            if (to - from == 1) {
                throw RowFault.noRow("reason=update without a full image met no row", from);
            }
            // Which of them: one by one. An update that is repeated changes nothing more.
            for (int row = from; row < to; row++) {
                updatePartial(run, table, columns, row, row + 1);
            }
        }
    }

    /** One by one: the key that one of them leaves may be the one that the next one takes. */
    private void rekey(Run run, CompiledTable table, int from, int to) throws SQLException {
        for (int row = from; row < to; row++) {
            flush();
            if (actions.isParent(run.table().name())) {
                actions.change(run, table, row);
            }
            if (table.statements().doesMark()) {
                add(table.statements().deleteMarked(), table.key(), run, row, row + 1);
                flush();
            }
            List<CompiledColumn> columns = table.present(run.row(row));
            Pipeline pipeline = session.pipeline();
            pipeline.begin(table.statements().rekey(columns));
            CompiledTable.putArrays(columns, run, row, row + 1, pipeline);
            CompiledTable.putArrays(table.key(), new OldKeys(run), row, row + 1, pipeline);
            flush();
            if (pipeline.count(0) == 1 || run.makesNoRow()) {
                continue;
            }
            if (!table.isComplete(run.row(row))) {
                throw RowFault.noRow("reason=change of a key without a full image met no row", row);
            }
            if (run.refusesMissing()) {
                throw RowFault.noRow("reason=change of a key met no row", row);
            }
            upsert(run, table, row, row + 1);
            tally.missed();
        }
    }

    private void add(Query query, List<CompiledColumn> columns, Run run, int from, int to) throws SQLException {
        Pipeline pipeline = session.pipeline();
        pipeline.begin(query);
        CompiledTable.putArrays(columns, run, from, to, pipeline);
        if (pipeline.bytes() > FLUSH_BYTES || pipeline.size() >= FLUSH_STATEMENTS) {
            flush();
        }
    }

    /** Whether rows are better not held in memory once more, as a statement's parameters are. */
    private static boolean isLarge(Run run, int from, int to) {
        long bytes = 0;
        for (int row = from; row < to; row++) {
            bytes += run.row(row).buffer().capacity();
        }
        return bytes > FLUSH_BYTES;
    }

    /** Where a statement ends: by rows, and by bytes where rows are large. */
    private static int statementEnd(Run run, int from, int to) {
        int end = Math.min(to, from + STATEMENT_ROWS);
        long bytes = 0;
        for (int row = from; row < end; row++) {
            bytes += run.row(row).buffer().capacity();
            if (bytes > FLUSH_BYTES && row > from) {
                return row;
            }
        }
        return end;
    }

    private static void requireComplete(Run run, CompiledTable table, int from, int to) {
        for (int row = from; row < to; row++) {
            if (!table.isComplete(run.row(row))) {
                throw new MillraceException(
                        ErrorCode.INVARIANT,
                        "image lacks columns: table=" + table.plan().name() + ", operation=" + run.operation());
            }
        }
    }

    private static void requireKey(Run run, CompiledTable table, int from, int to) {
        for (int row = from; row < to; row++) {
            ImageFlyweight image = run.row(row);
            for (CompiledColumn column : table.key()) {
                if (!image.isPresent(column.sourceColumn())) {
                    throw new MillraceException(
                            ErrorCode.INVARIANT,
                            "image lacks its key: table=" + table.plan().name() + ", operation=" + RunOperation.UPDATE);
                }
            }
        }
    }

    private static int completeEnd(Run run, CompiledTable table, int from, int to) {
        int end = from + 1;
        while (end < to && table.isComplete(run.row(end))) {
            end++;
        }
        return end;
    }

    private int sameColumnsEnd(Run run, CompiledTable table, ImageFlyweight first, int from, int to) {
        columnSet.clear();
        for (CompiledColumn column : table.columns()) {
            columnSet.set(column.sourceColumn(), first.isPresent(column.sourceColumn()));
        }
        int end = from + 1;
        while (end < to && table.haveSameColumns(run.row(end), columnSet)) {
            end++;
        }
        return end;
    }

    /** A run's images of before, as if they were its rows. */
    private record OldKeys(Run run) implements Run {
        @Override
        public TargetTable table() {
            return run.table();
        }

        @Override
        public RunOperation operation() {
            return run.operation();
        }

        @Override
        public int count() {
            return run.count();
        }

        @Override
        public ImageFlyweight row(int number) {
            return run.before(number);
        }

        @Override
        public ImageFlyweight before(int number) {
            return run.before(number);
        }
    }
}
