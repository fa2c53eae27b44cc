package io.millrace.lane;

import io.millrace.ddl.DdlEvent;
import io.millrace.load.LoadGate;
import io.millrace.mapping.RowPolicies;
import io.millrace.mapping.TablePlan;
import io.millrace.mapping.TaskPlan;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.Operation;
import io.millrace.schema.TableSchema;
import io.millrace.wal.FrameHandler;
import io.millrace.wal.RowsFlyweight;
import io.millrace.writer.Checkpoint;
import java.util.Optional;

/**
 * Takes a lane's own rows out of the log's frames, and hands each to {@link RowJudge}, or to {@link KeyChanges} where it is a change
 * of a key that must be one statement. Any other change of a key is two rows: the old key's lane removes, the new key's lane
 * writes (EXACTNESS 24).
 *
 * <p>Confined to a lane. Hot path: allocates nothing per row.
 */
final class RowRouter implements FrameHandler {
    private final int lane;
    private final LaneLayout layout;
    private final TaskPlan plan;
    private final TableBinding[] bindings;
    private final LaneBatch batch;
    private final LaneCursor cursor;
    private final Tally tally;
    private final RowJudge judge;
    private final KeyChanges keyChanges;
    private final LoadEnds ends;
    private final LoadGate gate;
    private final PolicyJudge policies;
    private final StatementBarrier barrier;
    private final RowRewriting rewriting;
    private final ChangeRecord record = new ChangeRecord();
    private final TableNumbers numbers = new TableNumbers();
    private final BatchOrigins origins = new BatchOrigins();

    private PolicyJudge.Outcome policy = PolicyJudge.Outcome.APPLIED; // of the row that is taken
    private long rowNumber;
    private long bytes;
    private long repeated;
    private long unfollowed;
    private long oldestCommitMicros;

    RowRouter(
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
        this.tally = tally;
        policies = new PolicyJudge(plan);
        this.rewriting = rewriting;
        cursor = new LaneCursor(start);
        judge = new RowJudge(batch, tally);
        keyChanges = new KeyChanges(lane, layout, batch, cursor, judge, tally);
        barrier = new StatementBarrier(plan);
    }

    LaneCursor cursor() {
        return cursor;
    }

    RowJudge judge() {
        return judge;
    }

    KeyChanges keyChanges() {
        return keyChanges;
    }

    /** A statement that was met and that nothing may pass: whatever stands behind it was left alone. */
    StatementBarrier barrier() {
        return barrier;
    }

    /** Whether rows of the last document are not through yet: nothing may be read or applied before. */
    boolean isHeldUp() {
        return judge.isWaiting() || keyChanges.isHolding();
    }

    /** Rows that were read at the place where the index stands. */
    long rowNumber() {
        return rowNumber;
    }

    /** Bytes of own rows since the last {@link #clear}. */
    long bytes() {
        return bytes;
    }

    /** Own row changes that the log held again although they had been applied before. */
    long repeated() {
        return repeated;
    }

    /** Changes of parents after which a foreign key's action may have changed children that nobody follows. */
    long unfollowed() {
        return unfollowed;
    }

    /** Bytes that rewritten rows take. */
    long rewrittenBytes() {
        return rewriting.bytes();
    }

    /** Nobody refers to rows any more: neither to the log's nor to rewritten ones. */
    void release() {
        rewriting.clear();
    }

    /** When the source committed the oldest change of the batch, 0 where there is none. */
    long oldestCommitMicros() {
        return oldestCommitMicros;
    }

    /** Where the batch's changes come from. */
    BatchOrigins origins() {
        return origins;
    }

    /** The batch is at the target. */
    void clear() {
        if (!isHeldUp()) {
            origins.clear();
        }
        bytes = 0;
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
        }
    }

    @Override
    public void onCommit(TransactionId transaction) {
        if (barrier.isMet()) {
            return;
        }
        cursor.onCommit(transaction);
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
    void passKnownEnds() {
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
        TableBinding table = numbers.planned(rows.tableNumber());
        boolean isIgnored = table == null;
        Operation operation = rows.operation();
        int pinned = isIgnored ? -1 : table.pinnedLane();
        boolean isJoined = !isIgnored && table.isJoined();
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
            policy = isIgnored ? PolicyJudge.Outcome.IGNORED : policyOf(table, operation, rows, isOfOneLane);
            if (isIgnored || isDropped(table, isOfOneLane)) {
                drop(isNewMine, policy);
            } else {
                if (!isNamed) {
                    origins.rows(cursor.nextIndex(), cursor.transaction(), rowNumber - rows.rowOrdinal());
                    isNamed = true;
                }
                batch.from(origins.origin(rows.rowOrdinal()));
                take(table, operation, rows, isNewMine, isOldMine);
            }
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
    private boolean isDropped(TableBinding table, boolean isOfOneLane) {
        return policy != PolicyJudge.Outcome.APPLIED
                && table.load().isPassed()
                && (isOfOneLane || gate.haveAllPassed());
    }

    private void drop(boolean isNewMine, PolicyJudge.Outcome why) {
        if (!isNewMine) {
            return;
        }
        if (!keyChanges.isHolding()) {
            tally.in();
            tally.dropped(why);
        } else if (why == PolicyJudge.Outcome.FILTERED) {
            keyChanges.holdFiltered(rowNumber);
        } else {
            keyChanges.holdIgnored(rowNumber);
        }
    }

    private void take(
            TableBinding table, Operation operation, RowsFlyweight rows, boolean isNewMine, boolean isOldMine) {
        if (table.isAppended()) {
            append(table, operation, rows, isNewMine, isOldMine);
            return;
        }
        RowRewriting.Outcome outcome = RowRewriting.Outcome.STAYS;
        if (table.isRewritten()) {
            outcome = rewriting.rewrite(table, operation, rows, cursor.transaction(), record);
            if (outcome == RowRewriting.Outcome.LEFT_OUT) {
                drop(isNewMine, PolicyJudge.Outcome.FILTERED);
                return;
            }
        } else {
            record.wrap(rows.rowAddress(), rows.rowLength());
        }
        bytes += rows.rowLength();
        if (table.isUnfollowed() && isNewMine && operation.hasBefore() && !record.haveKeysRested()) {
            boolean isSame = operation == Operation.UPDATE && table.isSameUnfollowed(record.before(), record.after());
            unfollowed += isSame ? 0 : 1;
        }
        switch (operation) {
            case INSERT -> putAfter(table, ChangeKind.INSERT, record.after(), rows.keyHash());
            case DELETE -> {
                boolean isAlone = table.isParent() && record.haveKeysRested();
                byte kind = isAlone ? ChangeKind.DELETE_ALONE : ChangeKind.DELETE;
                putBefore(table, kind, record.before(), rows.keyHash());
            }
            case UPDATE -> {
                switch (outcome) {
                    case ENTERS -> enter(table, rows, isNewMine);
                    case LEAVES -> leave(table, rows, isNewMine, isOldMine);
                    default -> update(table, rows, isNewMine, isOldMine);
                }
            }
        }
    }

    /** Every change is a row; one of the key is two: the old key's lane writes that its row went. */
    private void append(
            TableBinding table, Operation operation, RowsFlyweight rows, boolean isNewMine, boolean isOldMine) {
        if (policy != PolicyJudge.Outcome.APPLIED && table.load().isPassed()) {
            drop(isNewMine, policy);
            return;
        }
        record.wrap(rows.rowAddress(), rows.rowLength());
        bytes += rows.rowLength();
        boolean isMove = operation == Operation.UPDATE
                && record.hasBefore()
                && !(rows.keyHash() == rows.beforeKeyHash() && table.isSameKey(record.before(), record.after()));
        if (isMove && isOldMine && append(table, Operation.DELETE, rows)) {
            putAfter(table, ChangeKind.MOVE_OUT, record.after(), rows.beforeKeyHash());
        }
        if (!isNewMine) {
            return;
        }
        if (!append(table, operation, rows)) {
            drop(true, PolicyJudge.Outcome.FILTERED);
            return;
        }
        byte kind = switch (operation) {
            case INSERT -> ChangeKind.INSERT;
            case UPDATE -> ChangeKind.UPDATE;
            case DELETE -> ChangeKind.DELETE;
        };
        putAfter(table, kind, record.after(), rows.keyHash());
    }

    private boolean append(TableBinding table, Operation word, RowsFlyweight rows) {
        return rewriting.append(table, word, rows, cursor.transaction(), record) != RowRewriting.Outcome.LEFT_OUT;
    }

    /** A filter passes the new row and did not pass the old one; where no update makes a row it does not come. */
    private void enter(TableBinding table, RowsFlyweight rows, boolean isNewMine) {
        RowPolicies ofTable = table.plan().policies();
        if (table.load().isPassed() && policy != PolicyJudge.Outcome.APPLIED) {
            drop(isNewMine, policy);
        } else if (table.load().isPassed() && ofTable.makeNoRow()) {
            drop(isNewMine, ofTable.ignoresInserts() ? PolicyJudge.Outcome.IGNORED : PolicyJudge.Outcome.FILTERED);
        } else if (isNewMine) {
            putAfter(table, ChangeKind.INSERT, record.after(), rows.keyHash());
        }
    }

    /**
     * A filter does not pass the new row: the old one goes. Where its key changed and is another lane's, that lane removes it, and the
     * new key's counts the change as filtered.
     */
    private void leave(TableBinding table, RowsFlyweight rows, boolean isNewMine, boolean isOldMine) {
        if (table.load().isPassed() && policy != PolicyJudge.Outcome.APPLIED) {
            drop(isNewMine, policy);
        } else if (!record.hasBefore()) {
            putAfter(table, ChangeKind.DELETE, record.after(), rows.keyHash());
        } else if (isOldMine) {
            byte kind = isNewMine ? ChangeKind.DELETE : ChangeKind.MOVE_OUT;
            putBefore(table, kind, record.before(), rows.beforeKeyHash());
        } else {
            drop(isNewMine, PolicyJudge.Outcome.FILTERED);
        }
    }

    private void update(TableBinding table, RowsFlyweight rows, boolean isNewMine, boolean isOldMine) {
        ImageFlyweight after = record.after();
        if (!record.hasBefore()) {
            putAfter(table, ChangeKind.UPDATE, after, rows.keyHash());
            return;
        }
        if (table.isParent() && (table.load().isPassed() || table.plan().isGrouped()) && isOtherParent(table, after)) {
            keyChanges.change(table, record, rows, rowNumber, isNewMine, isOldMine, policy);
            return;
        }
        if (rows.keyHash() == rows.beforeKeyHash() && table.isSameKey(record.before(), after)) {
            boolean isSame = table.isSameUnique(record.before(), after);
            putAfter(table, isSame ? ChangeKind.UPDATE : ChangeKind.UPDATE_UNIQUE, after, rows.keyHash());
            return;
        }
        if (isOneStatement(table, isNewMine && isOldMine) || !table.isWritable(after)) {
            keyChanges.change(table, record, rows, rowNumber, isNewMine, isOldMine, policy);
            return;
        }
        if (isOldMine) {
            putBefore(table, ChangeKind.MOVE_OUT, record.before(), rows.beforeKeyHash());
        }
        if (isNewMine) {
            putAfter(table, ChangeKind.MOVE_IN, after, rows.keyHash());
        }
    }

    /** Whether a change of a key hangs on the row that it meets, or on what both lanes know of the load's end. */
    private static boolean isOneStatement(TableBinding table, boolean isOfOneLane) {
        RowPolicies policies = table.plan().policies();
        return (table.load().isPassed() && policies.makeNoRow())
                || policies.refuseMissing()
                || (policies.mayDropUpdates() && !isOfOneLane);
    }

    /** Whether what foreign keys with actions refer to changes. What becomes of children is told by both images of a parent. */
    private boolean isOtherParent(TableBinding table, ImageFlyweight after) {
        ImageFlyweight before = record.before();
        requireParent(table, before);
        requireParent(table, after);
        return !table.isSameParent(before, after);
    }

    private static void requireParent(TableBinding table, ImageFlyweight image) {
        if (!table.hasParentColumns(image)) {
            throw table.lacksColumns();
        }
    }

    private void putBefore(TableBinding table, byte kind, ImageFlyweight image, long hash) {
        put(table, kind, image, record.beforeAddress(), record.beforeLength(), hash);
    }

    private void putAfter(TableBinding table, byte kind, ImageFlyweight image, long hash) {
        put(table, kind, image, record.afterAddress(), record.afterLength(), hash);
    }

    private void put(TableBinding table, byte kind, ImageFlyweight image, long address, int length, long hash) {
        boolean isByKey = ChangeKind.isRemoval(kind) || ChangeKind.isUpdate(kind);
        boolean isSent = isByKey ? table.hasKey(image) : table.isWritable(image);
        if (!isSent) {
            throw table.lacksColumns();
        }
        if (ChangeKind.isRemoval(kind) && table.isParent()) {
            requireParent(table, image);
        }
        if (keyChanges.isHolding()) {
            keyChanges.hold(table, kind, rowNumber, address, length, hash);
            return;
        }
        if (kind != ChangeKind.MOVE_OUT) {
            tally.in();
        }
        judge.take(table, kind, image, address, length, hash, cursor.transaction());
    }
}
