package io.millrace.lane.row;

import io.millrace.lane.change.ChangeKind;
import io.millrace.lane.change.ChangeRecord;
import io.millrace.lane.change.PolicyJudge;
import io.millrace.lane.count.Tally;
import io.millrace.lane.table.TableBinding;
import io.millrace.mapping.RowPolicies;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.Operation;
import io.millrace.wal.RowsFlyweight;

/**
 * Makes of a lane's own rows, rewritten where their table says so, the changes that they are at the target, and hands each to {@link RowJudge}, or to
 * {@link KeyChanges} where it is a change of a key that must be one statement. Any other change of a key is two rows: the old key's
 * lane removes, the new key's lane writes (EXACTNESS 24).
 *
 * <p>Confined to a lane. Hot path: allocates nothing per row.
 */
final class RowTaker {
    private final LaneCursor cursor;
    private final Tally tally;
    private final RowJudge judge;
    private final KeyChanges keyChanges;
    private final RowRewriting rewriting;
    private final ChangeRecord record = new ChangeRecord();

    // Of the row that is taken.
    private long rowNumber;
    private PolicyJudge.Outcome policy = PolicyJudge.Outcome.APPLIED;
    private boolean isNewMine;
    private boolean isOldMine;

    private long bytes;
    private long unfollowed;

    RowTaker(LaneCursor cursor, Tally tally, RowJudge judge, KeyChanges keyChanges, RowRewriting rewriting) {
        this.cursor = cursor;
        this.tally = tally;
        this.judge = judge;
        this.keyChanges = keyChanges;
        this.rewriting = rewriting;
    }

    /** Bytes of rows since the last {@link #clear}. */
    long bytes() {
        return bytes;
    }

    /** Changes of parents after which a foreign key's action may have changed children that nobody follows. */
    long unfollowed() {
        return unfollowed;
    }

    /** The batch is at the target. */
    void clear() {
        bytes = 0;
    }

    /**
     * Says of the next row what is known of it.
     *
     * @param number of rows that were read at the place where the index stands
     * @param made what policies make of it
     */
    void begin(long number, PolicyJudge.Outcome made, boolean isNewKeyMine, boolean isOldKeyMine) {
        rowNumber = number;
        policy = made;
        isNewMine = isNewKeyMine;
        isOldMine = isOldKeyMine;
    }

    /** Leaves the row out; the new key's lane counts it. */
    void drop(PolicyJudge.Outcome why) {
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

    /** Leaves it out by its table's policies. */
    void drop(TableBinding table, Operation operation, RowsFlyweight rows, PolicyJudge.Outcome why) {
        if (!table.areKeysDistinct() && leavesKey(table, operation, rows)) {
            keyChanges.stay(table);
        }
        drop(why);
    }

    private boolean leavesKey(TableBinding table, Operation operation, RowsFlyweight rows) {
        if (operation != Operation.UPDATE) {
            return operation == Operation.DELETE;
        }
        record.wrap(rows.rowAddress(), rows.rowLength());
        return record.hasBefore() && !table.isSameSourceKey(record.before(), record.after());
    }

    /** Takes it. */
    void take(TableBinding table, Operation operation, RowsFlyweight rows) {
        if (table.isAppended()) {
            append(table, operation, rows);
            return;
        }
        RowRewriting.Outcome outcome = RowRewriting.Outcome.STAYS;
        if (table.isRewritten()) {
            outcome = rewriting.rewrite(table, operation, rows, cursor.transaction(), record);
            if (outcome == RowRewriting.Outcome.LEFT_OUT) {
                drop(PolicyJudge.Outcome.FILTERED);
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
                    case ENTERS -> enter(table, rows);
                    case LEAVES -> leave(table, rows);
                    default -> update(table, rows);
                }
            }
        }
    }

    /** Every change is a row; one of the key is two: the old key's lane writes that its row went. */
    private void append(TableBinding table, Operation operation, RowsFlyweight rows) {
        if (policy != PolicyJudge.Outcome.APPLIED && table.load().isPassed()) {
            drop(policy);
            return;
        }
        record.wrap(rows.rowAddress(), rows.rowLength());
        bytes += rows.rowLength();
        boolean isMove = operation == Operation.UPDATE
                && record.hasBefore()
                && !(rows.keyHash() == rows.beforeKeyHash() && table.isSameKey(record.before(), record.after()));
        if (isMove && isOldMine && rewritten(table, Operation.DELETE, rows)) {
            putAfter(table, ChangeKind.MOVE_OUT, record.after(), rows.beforeKeyHash());
        }
        if (!isNewMine) {
            return;
        }
        if (!rewritten(table, operation, rows)) {
            drop(PolicyJudge.Outcome.FILTERED);
            return;
        }
        byte kind = switch (operation) {
            case INSERT -> ChangeKind.INSERT;
            case UPDATE -> ChangeKind.UPDATE;
            case DELETE -> ChangeKind.DELETE;
        };
        putAfter(table, kind, record.after(), rows.keyHash());
    }

    private boolean rewritten(TableBinding table, Operation word, RowsFlyweight rows) {
        return rewriting.append(table, word, rows, cursor.transaction(), record) != RowRewriting.Outcome.LEFT_OUT;
    }

    /** A filter passes the new row and did not pass the old one; where no update makes a row it does not come. */
    private void enter(TableBinding table, RowsFlyweight rows) {
        RowPolicies ofTable = table.plan().policies();
        if (table.load().isPassed() && policy != PolicyJudge.Outcome.APPLIED) {
            drop(policy);
        } else if (table.load().isPassed() && ofTable.makeNoRow()) {
            drop(ofTable.ignoresInserts() ? PolicyJudge.Outcome.IGNORED : PolicyJudge.Outcome.FILTERED);
        } else if (isNewMine) {
            putAfter(table, ChangeKind.INSERT, record.after(), rows.keyHash());
        }
    }

    /**
     * A filter does not pass the new row: the old one goes. Where its key changed and is another lane's, that lane removes it, and the
     * new key's counts the change as filtered.
     */
    private void leave(TableBinding table, RowsFlyweight rows) {
        if (table.load().isPassed() && policy != PolicyJudge.Outcome.APPLIED) {
            drop(policy);
        } else if (!record.hasBefore()) {
            putAfter(table, ChangeKind.DELETE, record.after(), rows.keyHash());
        } else if (isOldMine) {
            byte kind = isNewMine ? ChangeKind.DELETE : ChangeKind.MOVE_OUT;
            putBefore(table, kind, record.before(), rows.beforeKeyHash());
        } else {
            drop(PolicyJudge.Outcome.FILTERED);
        }
    }

    private void update(TableBinding table, RowsFlyweight rows) {
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
