package io.millrace.writer.mysql.batch;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.row.ImageFlyweight;
import io.millrace.writer.ApplyResult;
import io.millrace.writer.Batch;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.Run;
import io.millrace.writer.RunOperation;
import io.millrace.writer.StructureItem;
import io.millrace.writer.mysql.connection.MySqlSession;
import io.millrace.writer.mysql.connection.Pipeline;
import io.millrace.writer.mysql.connection.SqlOutput;
import io.millrace.writer.mysql.connection.StatementException;
import io.millrace.writer.mysql.control.MySqlCheckpoints;
import io.millrace.writer.sql.BatchSteps;
import io.millrace.writer.sql.RowFault;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * One attempt at one batch, in one transaction.
 *
 * <pre>
 *   compare-and-set, run, run, …    sent together where they are small
 *   COMMIT                          alone, once all answers are what they must be
 * </pre>
 *
 * <p>A run of many new rows goes by LOAD DATA, others by statements of many rows, and single updates where nothing else is right.
 * Confined to the lane's thread; it allocates per statement sent, not per row.
 */
public final class BatchApplier implements BatchSteps {
    /** From here on LOAD DATA's further round trip costs less than the parsing of literals. */
    public static final int LOAD_ROWS = 200;

    public static final int STATEMENT_ROWS = 2_000;

    /** Keys of one DELETE: longer lists take the optimizer more time than they save. */
    public static final int DELETE_ROWS = 500;

    private static final byte[] IN = {' ', 'I', 'N', ' ', '('};
    private static final byte[] OR = {' ', 'O', 'R', ' '};

    private final MySqlSession session;
    private final MySqlCheckpoints checkpoints;
    private final CompiledTables tables;
    private final Transaction transaction;
    private final Pipeline pipeline;
    private final RowOrder order = new RowOrder();
    private final LoadData load;
    private final MySqlKeyActions actions;
    private boolean isLoading;

    /**
     * @param actions foreign keys whose actions the source does not tell
     * @param told foreign keys whose actions it tells
     */
    BatchApplier(
            MySqlSession session,
            MySqlCheckpoints checkpoints,
            CompiledTables tables,
            List<StructureItem> actions,
            List<StructureItem> told) {
        this.session = session;
        this.checkpoints = checkpoints;
        this.tables = tables;
        transaction = new Transaction(session);
        pipeline = session.pipeline();
        load = new LoadData(session, transaction);
        this.actions = new MySqlKeyActions(session, transaction, actions, told);
        isLoading = session.takesLocalFiles();
    }

    Transaction transaction() {
        return transaction;
    }

    /** Applies and commits. After an exception the transaction may still be open. */
    ApplyResult apply(Batch batch, Checkpoint expected, Checkpoint next) throws SQLException {
        isLoading = session.takesLocalFiles();
        begin(expected, next);
        for (int run = 0; run < batch.runCount(); run++) {
            transaction.run(run);
            apply(batch.run(run), 0, batch.run(run).count());
        }
        transaction.flush();
        session.execute("COMMIT");
        return transaction.result();
    }

    @Override
    public void begin(Checkpoint expected, Checkpoint next) throws SQLException {
        transaction.clear();
        actions.begin();
        checkpoints.move(pipeline, expected, next);
        transaction.fence();
    }

    /** Goes on in an open transaction, behind rows that were written otherwise. */
    void reset() {
        isLoading = session.takesLocalFiles();
        pipeline.reset();
    }

    /** LOAD DATA cannot say which row it was. */
    void doNotLoad() {
        isLoading = false;
    }

    /**
     * Whether an INSERT met an existing key, so that rows of the table are upserted from now on. Not where source tables share it:
     * the row that stands there is another table's.
     */
    @Override
    public boolean isUpsertedNow(Run run, Exception failed) {
        boolean isNew = failed instanceof StatementException refused
                && refused.getErrorCode() == StatementException.DUPLICATE_ENTRY
                && run.operation() == RunOperation.INSERT
                && !run.table().isShared()
                && !tables.isUpserted(run.table())
                && tables.isKey(run.table(), refused.key());
        if (isNew) {
            tables.upsert(run.table().name().toString());
        }
        return isNew;
    }

    /** Nothing is deferred here. */
    @Override
    public void speak() {}

    @Override
    public void flush() throws SQLException {
        transaction.flush();
    }

    @Override
    public void apply(Run run, int from, int to) throws SQLException {
        CompiledTable table = tables.of(run.table(), session);
        switch (run.operation()) {
            case INSERT -> insert(run, table, from, to);
            case UPSERT -> upsert(run, table, from, to, false);
            case UPDATE, UPDATE_IF_THERE -> update(run, table, from, to);
            case REKEY -> rekey(run, table, from, to);
            case DELETE, MARK -> delete(run, table, from, to);
        }
    }

    private void insert(Run run, CompiledTable table, int from, int to) throws SQLException {
        if (tables.isUpserted(run.table())) {
            transaction.fellBack();
            upsert(run, table, from, to, false);
            return;
        }
        requireComplete(run, table, from, to);
        order.of(run, from, to, table.order());
        if (isLoading && to - from >= LOAD_ROWS && tables.isLoaded(run.table())) {
            load(run, table, from, to);
            return;
        }
        for (int at = from; at < to; ) {
            at = insertSome(run, table, at, to);
        }
    }

    /** Large rows go by INSERT, whose values stay where they lie until it is sent. */
    private void load(Run run, CompiledTable table, int from, int to) throws SQLException {
        for (int at = from; at < to; ) {
            transaction.flush();
            at = load.load(table, run, at, to, order);
            if (at < to) {
                at = insertSome(run, table, at, at + 1);
            }
        }
    }

    private int insertSome(Run run, CompiledTable table, int from, int to) throws SQLException {
        int end = putRows(run, table, from, to);
        transaction.insert(end - from);
        return end;
    }

    /** Begins an insert of rows, as many as a statement takes; returns where it ends. */
    private int putRows(Run run, CompiledTable table, int from, int to) {
        pipeline.begin();
        SqlOutput output = pipeline.output();
        table.putInsertHead(output);
        int at = from;
        while (at < to && at - from < STATEMENT_ROWS) {
            int before = output.length();
            if (at > from) {
                output.putByte(',');
            }
            int row = order.at(at);
            table.putRow(run.row(row), output, row);
            if (at > from && pipeline.statementBytes() > session.statementBytes()) {
                output.length(before);
                return at;
            }
            at++;
        }
        return at;
    }

    private void upsert(Run run, CompiledTable table, int from, int to, boolean isHealing) throws SQLException {
        requireComplete(run, table, from, to);
        if (!table.canUpsert() || (isHealing && to - from == 1)) {
            updateOrInsert(run, table, from, to, isHealing);
            return;
        }
        order.of(run, from, to, table.order());
        for (int at = from; at < to; ) {
            int end = putRows(run, table, at, to);
            if (isHealing && end - at == 1) {
                // Of a single row the server does not say whether it was there.
                pipeline.drop();
                int row = order.at(at);
                updateOrInsert(run, table, row, row + 1, true);
                order.of(run, from, to, table.order());
            } else {
                table.putUpsertTail(pipeline.output());
                transaction.upsert(end - at, isHealing);
            }
            at = end;
        }
    }

    /** For tables in which an insert may meet another row than that of its key. Updates first: they leave what inserts may take. */
    private void updateOrInsert(Run run, CompiledTable table, int from, int to, boolean isHealing) throws SQLException {
        transaction.flush();
        transaction.clearMissed();
        boolean isKeySet = table.hasOnlyKey() || (!isHealing && table.hasTextKey());
        for (int row = from; row < to; row++) {
            putUpdate(run, table, row, isKeySet);
        }
        transaction.flush();
        for (int i = 0; i < transaction.missedCount(); i++) {
            int row = transaction.missed(i);
            order.of(run, row, row + 1, Optional.empty());
            putRows(run, table, row, row + 1);
            transaction.insert(1);
            if (isHealing) {
                transaction.healed();
            }
        }
        transaction.clearMissed();
    }

    private void putUpdate(Run run, CompiledTable table, int row, boolean isKeySet) throws SQLException {
        pipeline.begin();
        ImageFlyweight image = run.row(row);
        table.putSet(image, isKeySet, pipeline.output(), row);
        table.putKey(image, pipeline.output(), row);
        transaction.update(row);
    }

    private void delete(Run run, CompiledTable table, int from, int to) throws SQLException {
        if (run.operation() == RunOperation.DELETE
                && actions.isParent(run.table().name())) {
            transaction.flush();
            actions.remove(run, table, from, to);
        }
        if (run.refusesMissing()) {
            transaction.flush();
        }
        long missing = transaction.missing();
        order.of(run, from, to, table.order());
        for (int at = from; at < to; ) {
            int end = Math.min(to, at + DELETE_ROWS);
            pipeline.begin();
            if (table.key().length == 1) {
                putKeys(run, table.key()[0], table, at, end);
            } else {
                putCompositeKeys(run, table, at, end);
            }
            transaction.delete(end - at);
            if (run.refusesMissing()) {
                transaction.flush();
                if (transaction.missing() > missing) {
                    throw RowFault.noRow("reason=delete met no row", order.at(at));
                }
            }
            at = end;
        }
    }

    private void putKeys(Run run, CompiledColumn key, CompiledTable table, int from, int to) {
        SqlOutput output = pipeline.output();
        putRemovalHead(run, table, output);
        output.putBytes(key.quotedBytes());
        output.putBytes(IN);
        for (int at = from; at < to; at++) {
            if (at > from) {
                output.putByte(',');
            }
            int row = order.at(at);
            key.putLiteral(run.row(row), output, row);
        }
        output.putByte(')');
    }

    private static void putRemovalHead(Run run, CompiledTable table, SqlOutput output) {
        if (run.operation() == RunOperation.MARK) {
            table.putMarkHead(output);
        } else {
            table.putDeleteHead(output);
        }
    }

    /** Not rows in a list of rows, which not every server finds by an index. */
    private void putCompositeKeys(Run run, CompiledTable table, int from, int to) {
        SqlOutput output = pipeline.output();
        putRemovalHead(run, table, output);
        for (int at = from; at < to; at++) {
            if (at > from) {
                output.putBytes(OR);
            }
            int row = order.at(at);
            table.putKey(run.row(row), output, row);
        }
    }

    private void update(Run run, CompiledTable table, int from, int to) throws SQLException {
        for (int row = from; row < to; ) {
            boolean isComplete = isHealed(run, table, row);
            int end = row + 1;
            while (end < to && isComplete == isHealed(run, table, end)) {
                end++;
            }
            if (isComplete) {
                upsert(run, table, row, end, true);
            } else {
                updatePartial(run, table, row, end);
            }
            row = end;
        }
    }

    /** Whether a row that is not there is inserted. */
    private static boolean isHealed(Run run, CompiledTable table, int row) {
        return run.operation() == RunOperation.UPDATE && !run.refusesMissing() && table.isComplete(run.row(row));
    }

    /** A partial image that meets no row cannot be written: there is nothing to fill its other columns with. */
    private void updatePartial(Run run, CompiledTable table, int from, int to) throws SQLException {
        boolean mayBeMissing = run.operation() == RunOperation.UPDATE_IF_THERE;
        transaction.flush();
        transaction.clearMissed();
        for (int row = from; row < to; row++) {
            ImageFlyweight image = run.row(row);
            requireKey(image, table);
            if (table.hasMoreThanKey(image)) {
                putUpdate(run, table, row, false);
            }
        }
        transaction.flush();
        boolean isMissing = transaction.missedCount() > 0;
        int first = isMissing ? transaction.missed(0) : -1;
        transaction.clearMissed();
        if (isMissing && !mayBeMissing) {
            String image = table.isComplete(run.row(first)) ? "" : " without a full image";
            throw RowFault.noRow("reason=update" + image + " met no row", first);
        }
    }

    /** One by one: the key that one of them leaves may be the one that the next one takes. */
    private void rekey(Run run, CompiledTable table, int from, int to) throws SQLException {
        for (int row = from; row < to; row++) {
            transaction.flush();
            transaction.clearMissed();
            if (actions.isParent(run.table().name())) {
                actions.change(run, table, row);
            }
            if (table.doesMark()) {
                pipeline.begin();
                table.putDeleteMarked(run.row(row), pipeline.output(), row);
                transaction.removeAny();
            }
            pipeline.begin();
            table.putSet(run.row(row), true, pipeline.output(), row);
            table.putKey(run.before(row), pipeline.output(), row);
            transaction.update(row);
            transaction.flush();
            boolean isMissing = transaction.missedCount() > 0;
            transaction.clearMissed();
            if (!isMissing || run.makesNoRow()) {
                continue;
            }
            if (!table.isComplete(run.row(row))) {
                throw RowFault.noRow("reason=change of a key without a full image met no row", row);
            }
            if (run.refusesMissing()) {
                throw RowFault.noRow("reason=change of a key met no row", row);
            }
            upsert(run, table, row, row + 1, false);
            transaction.healed();
        }
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

    private static void requireKey(ImageFlyweight image, CompiledTable table) {
        if (!table.hasKey(image)) {
            throw new MillraceException(
                    ErrorCode.INVARIANT,
                    "image lacks its key: table=" + table.plan().name() + ", operation=" + RunOperation.UPDATE);
        }
    }
}
