package io.millrace.lane.row;

import io.millrace.ddl.DdlEvent;
import io.millrace.error.ErrorCode;
import io.millrace.error.ErrorKind;
import io.millrace.error.MillraceException;
import io.millrace.lane.batch.BatchOrigins;
import io.millrace.lane.batch.LaneBatch;
import io.millrace.lane.change.ChangeRecord;
import io.millrace.lane.change.PolicyJudge;
import io.millrace.lane.change.SkippedTransaction;
import io.millrace.lane.count.TableNumbers;
import io.millrace.lane.count.Tally;
import io.millrace.lane.table.LaneLayout;
import io.millrace.lane.table.LoadEnds;
import io.millrace.lane.table.TableBinding;
import io.millrace.load.LoadGate;
import io.millrace.mapping.TablePlan;
import io.millrace.mapping.TaskPlan;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.row.Operation;
import io.millrace.schema.TableSchema;
import io.millrace.wal.FrameHandler;
import io.millrace.wal.RowsFlyweight;
import io.millrace.writer.Checkpoint;
import java.util.Optional;

/**
 * Takes a lane's own rows out of the log's frames, asks the table's policies, and hands what they let pass to {@link RowTaker}.
 *
 * <p>Confined to a lane. Hot path: allocates nothing per row.
 */
public final class RowRouter implements FrameHandler {
    private final int lane;
    private final LaneLayout layout;
    private final TaskPlan plan;
    private final TableBinding[] bindings;
    private final LaneBatch batch;
    private final LaneCursor cursor;
    private final RowJudge judge;
    private final KeyChanges keyChanges;
    private final LackedRows lackedRows;
    private final LoadEnds ends;
    private final LoadGate gate;
    private final PolicyJudge policies;
    private final StatementBarrier barrier;
    private final RowRewriting rewriting;
    private final RowTaker taker;
    private final ChangeRecord record = new ChangeRecord();
    private final TableNumbers numbers = new TableNumbers();
    private final BatchOrigins origins = new BatchOrigins();
    private final SkippedTransaction skipped;

    private long rowNumber;
    private long repeated;
    private long oldestCommitMicros;

    public RowRouter(
            int lane,
            LaneLayout layout,
            TaskPlan plan,
            TableBinding[] bindings,
            LaneBatch batch,
            Checkpoint start,
            LoadEnds ends,
            LoadGate gate,
            Tally tally,
            RowRewriting rewriting) {
        this.lane = lane;
        this.layout = layout;
        this.plan = plan;
        this.bindings = bindings;
        this.batch = batch;
        this.ends = ends;
        this.gate = gate;
        policies = new PolicyJudge(plan);
        this.rewriting = rewriting;
        cursor = new LaneCursor(start);
        judge = new RowJudge(batch, tally);
        lackedRows = new LackedRows(gate.rowsAgain(), ends, rewriting);
        keyChanges = new KeyChanges(lane, layout, batch, cursor, judge, lackedRows, tally);
        taker = new RowTaker(cursor, tally, judge, keyChanges, rewriting);
        barrier = new StatementBarrier(plan);
        skipped = new SkippedTransaction(lane);
    }

    public SkippedTransaction skipped() {
        return skipped;
    }

    public LaneCursor cursor() {
        return cursor;
    }

    public RowJudge judge() {
        return judge;
    }

    public LackedRows lackedRows() {
        return lackedRows;
    }

    public KeyChanges keyChanges() {
        return keyChanges;
    }

    /** A statement that was met and that nothing may pass: whatever stands behind it was left alone. */
    public StatementBarrier barrier() {
        return barrier;
    }

    /** Whether rows of the last document are not through yet: nothing may be read or applied before. */
    public boolean isHeldUp() {
        return judge.isWaiting() || keyChanges.isHolding();
    }

    /** Rows that were read at the place where the index stands. */
    public long rowNumber() {
        return rowNumber;
    }

    /** Bytes of own rows since the last {@link #clear}. */
    public long bytes() {
        return taker.bytes();
    }

    /** Own row changes that the log held again although they had been applied before. */
    public long repeated() {
        return repeated;
    }

    /** Changes of parents after which a foreign key's action may have changed children that nobody follows. */
    public long unfollowed() {
        return taker.unfollowed();
    }

    /** Bytes that rewritten rows take. */
    public long rewrittenBytes() {
        return rewriting.bytes();
    }

    /** Nobody refers to rows any more: neither to the log's nor to rewritten ones. */
    public void release() {
        rewriting.clear();
    }

    /** When the source committed the oldest change of the batch, 0 where there is none. */
    public long oldestCommitMicros() {
        return oldestCommitMicros;
    }

    /** Where the batch's changes come from. */
    public BatchOrigins origins() {
        return origins;
    }

    /** The batch is at the target. */
    public void clear() {
        if (!isHeldUp()) {
            origins.clear();
        }
        taker.clear();
        oldestCommitMicros = 0;
    }

    @Override
    public void onSchema(int tableNumber, TableSchema schema) {
        Optional<TablePlan> table = plan.ofSource(schema.table());
        if (table.isEmpty()) {
            numbers.put(tableNumber, null, "");
        } else {
            String difference = table.get().difference(schema).orElse("");
            numbers.put(tableNumber, bindings[table.get().number()], difference);
        }
    }

    @Override
    public void onDdl(DdlEvent event) {
        barrier.onDdl(event);
        if (barrier.isMet()) {
            cursor.onBarrier();
        }
    }

    @Override
    public void onBegin(TransactionId transaction) {
        if (!barrier.isMet()) {
            cursor.onBegin(transaction);
            skipped.onBegin(transaction);
        }
    }

    @Override
    public void onCommit(TransactionId transaction) {
        if (barrier.isMet()) {
            return;
        }
        cursor.onCommit(transaction);
        barrier.onCommit();
        skipped.onCommit();
        origins.commit(transaction);
        if (policies.hasPolicies()) {
            passEnds();
        }
        if (oldestCommitMicros == 0 && (!batch.isEmpty() || isHeldUp())) {
            oldestCommitMicros = transaction.commitTimeMicros;
        }
    }

    @Override
    public void onPrepare(TransactionId prepare) {
        if (!barrier.isMet()) {
            cursor.onPrepare(prepare);
        }
    }

    @Override
    public void onResolve(TransactionId prepare) {
        if (!barrier.isMet()) {
            cursor.onResolve(prepare);
        }
    }

    @Override
    public void onHeartbeat(SourcePosition position, long sourceTimeMicros) {
        if (!barrier.isMet()) {
            cursor.onHeartbeat(position);
            if (policies.hasPolicies()) {
                passEnds();
            }
        }
    }

    /** Policies begin between two transactions: the same change is never judged by one and, after a kill, by another rule. */
    private void passEnds() {
        for (TableBinding table : ends.pass(cursor.position())) {
            if (keyChanges.isHolding()) {
                keyChanges.holdEnd(table);
            } else {
                batch.tighten(table);
            }
        }
    }

    /** Between documents: the newest view may have told of an end that lies behind. No row that was read waits for a chunk. */
    public void passKnownEnds() {
        if (policies.hasPolicies()) {
            passEnds();
        }
    }

    @Override
    public void onDocumentEnd(long nextIndex, boolean isInsideTransaction) {
        if (barrier.isMet()) {
            return;
        }
        cursor.onDocumentEnd(nextIndex);
        if (!cursor.isReadBack()) {
            rowNumber = 0;
            barrier.onIndex();
        }
    }

    @Override
    public void onRows(RowsFlyweight rows) {
        if (barrier.isMet()) {
            return;
        }
        try {
            take(rows);
        } catch (MillraceException e) {
            throw skippable(e);
        }
    }

    /** What is wrong with rows of a transaction says how a person passes it. */
    private MillraceException skippable(MillraceException e) {
        boolean isOfRows = e.code().kind() == ErrorKind.DATA && e.code() != ErrorCode.SCHEMA_MISMATCH;
        return isOfRows
                ? new MillraceException(
                        e.code(), e.getMessage() + ", skip=" + SkippedTransaction.placeOf(cursor.transaction()), e)
                : e;
    }

    private void take(RowsFlyweight rows) {
        TableBinding table = skipped.isOpen() ? null : numbers.planned(rows.tableNumber());
        boolean isIgnored = table == null;
        Operation operation = rows.operation();
        int pinned = isIgnored ? -1 : table.pinnedLane();
        boolean isJoined = !isIgnored && table.isJoined();
        if (judge.isJoining()) {
            holdStand(rows);
        }
        cursor.onRows(rows.rowOrdinal() + 1 + rows.count());
        boolean isNamed = false;
        while (rows.next()) {
            rowNumber++;
            boolean isByTarget = isJoined && pinned < 0;
            long hash = isByTarget ? joinedHash(table, rows, operation == Operation.DELETE) : rows.keyHash();
            boolean isNewMine = (pinned < 0 ? layout.laneOf(hash) : pinned) == lane;
            boolean isOldMine = isNewMine;
            if (operation == Operation.UPDATE && pinned < 0) {
                long before = isByTarget ? joinedHash(table, rows, true) : rows.beforeKeyHash();
                isOldMine = layout.laneOf(before) == lane;
            }
            if (!isNewMine && !isOldMine) {
                continue;
            }
            if (cursor.isBehind(rows.rowOrdinal())) {
                repeated += isNewMine ? 1 : 0;
                continue;
            }
            boolean isOfOneLane = isNewMine == isOldMine;
            PolicyJudge.Outcome policy =
                    isIgnored ? PolicyJudge.Outcome.IGNORED : policyOf(table, operation, rows, isOfOneLane);
            taker.begin(rowNumber, policy, isNewMine, isOldMine);
            if (isIgnored) {
                taker.drop(policy);
            } else if (isDropped(table, policy, isOfOneLane)) {
                taker.drop(table, operation, rows, policy);
            } else {
                if (!isNamed) {
                    origins.rows(cursor.nextIndex(), cursor.transaction(), rowNumber - rows.rowOrdinal());
                    isNamed = true;
                }
                batch.from(origins.origin(rows.rowOrdinal()));
                taker.take(table, operation, rows);
            }
        }
    }

    /** Rows that the lane has applied before, of a log that was filled anew, are passed whatever is loaded. */
    private void holdStand(RowsFlyweight rows) {
        boolean isAllBehind = cursor.isBehind(rows.rowOrdinal() + rows.count());
        if (!isAllBehind && (keyChanges.isHolding() || judge.holds(cursor.transaction()))) {
            keyChanges.holdStand(rowNumber + 1, cursor.firstAhead(rows.rowOrdinal() + 1));
        }
    }

    /** The hash of the row's key, or of that from before the change. */
    private long joinedHash(TableBinding table, RowsFlyweight rows, boolean isBefore) {
        record.wrap(rows.rowAddress(), rows.rowLength());
        return table.joinedHash(isBefore && record.hasBefore() ? record.before() : record.after());
    }

    /** What policies make of the change; of one lane alone they are asked behind the load's end. */
    private PolicyJudge.Outcome policyOf(
            TableBinding table, Operation operation, RowsFlyweight rows, boolean isOfOneLane) {
        boolean isAsked =
                policies.hasPolicies() && (!isOfOneLane || table.load().isPassed());
        return isAsked ? policies.of(table, operation, rows) : PolicyJudge.Outcome.APPLIED;
    }

    /**
     * Behind the load only: before its end a change may come again, and is harmless only where those behind it come, too. While lanes
     * pass that end, two of them meet over a change of a key: one may not know of it yet.
     */
    private boolean isDropped(TableBinding table, PolicyJudge.Outcome policy, boolean isOfOneLane) {
        return policy != PolicyJudge.Outcome.APPLIED
                && table.load().isPassed()
                && (isOfOneLane || gate.haveAllPassed());
    }
}
