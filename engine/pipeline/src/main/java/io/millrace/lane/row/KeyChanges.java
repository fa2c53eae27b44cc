package io.millrace.lane.row;

import io.millrace.lane.batch.HeldRows;
import io.millrace.lane.batch.LaneBatch;
import io.millrace.lane.change.ChangeKind;
import io.millrace.lane.change.ChangeRecord;
import io.millrace.lane.change.PolicyJudge;
import io.millrace.lane.count.Tally;
import io.millrace.lane.table.LaneLayout;
import io.millrace.lane.table.TableBinding;
import io.millrace.load.Verdict;
import io.millrace.mapping.RowPolicies;
import io.millrace.position.TransactionId;
import io.millrace.row.ImageFlyweight;
import io.millrace.wal.RowsFlyweight;

/**
 * Changes of keys that are one statement, because their new image lacks columns or because children follow them: at once where both keys
 * are this lane's; else they and what stands behind them in their document are held until two lanes have met ({@link KeyMoves}). So are rows
 * of transactions that no lane may pass yet ({@link io.millrace.load.JoinHold}).
 * Confined to a lane.
 */
public final class KeyChanges {
    /** Of a held row that no table of the task takes. */
    private static final byte IGNORED = 0;
    /** Of the place where a table's load ends. */
    private static final byte END = -2;
    /** Of a held row that a filter leaves out. */
    private static final byte FILTERED = -1;
    /** A row that keeps its key at the target alone. */
    private static final byte STAY = -3;
    /** Of the place before rows of a transaction that may have to wait until tables are loaded that join others. */
    private static final byte STAND = -4;

    private final int lane;
    private final LaneLayout layout;
    private final LaneBatch batch;
    private final LaneCursor cursor;
    private final RowJudge judge;
    private final LackedRows lacked;
    private final Tally tally;
    private final ChangeRecord record = new ChangeRecord();
    private final ImageFlyweight image = new ImageFlyweight();
    private final HeldRows held = new HeldRows();

    KeyChanges(
            int lane,
            LaneLayout layout,
            LaneBatch batch,
            LaneCursor cursor,
            RowJudge judge,
            LackedRows lacked,
            Tally tally) {
        this.lacked = lacked;
        this.lane = lane;
        this.layout = layout;
        this.batch = batch;
        this.cursor = cursor;
        this.judge = judge;
        this.tally = tally;
    }

    /** Whether rows are held: nothing may be read before they are through, and nothing may overtake them. */
    public boolean isHolding() {
        return !held.isEmpty();
    }

    public HeldRows.Row first() {
        return held.first();
    }

    /** Whether the first of what is held is a place before rows of a transaction. */
    public boolean isAtStand() {
        return held.first().kind() == STAND;
    }

    /** Passes that place. */
    public void passStand() {
        held.removeFirst();
    }

    /**
     * Holds what comes, until the place before it may be passed.
     *
     * @param ordinal of the next row in its transaction
     */
    void holdStand(long rowNumber, long ordinal) {
        held.add(new HeldRows.Row(
                null,
                STAND,
                rowNumber,
                false,
                0,
                0,
                0,
                lane,
                new TransactionId().copyFrom(cursor.transaction()),
                0,
                PolicyJudge.Outcome.APPLIED,
                cursor.before(ordinal)));
    }

    /**
     * Takes the change at which {@code rows} stands.
     *
     * @param change the record as it is written
     * @param rowNumber rows that were read at the place where the index stands
     * @param policy what the table's policies make of it behind its load's end
     */
    void change(
            TableBinding table,
            ChangeRecord change,
            RowsFlyweight rows,
            long rowNumber,
            boolean isNewMine,
            boolean isOldMine,
            PolicyJudge.Outcome policy) {
        record.wrap(change.address(), change.length());
        if (!table.hasKey(record.before()) || !table.hasKey(record.after())) {
            throw table.lacksColumns();
        }
        if (!isHolding() && isNewMine && isOldMine && !mayLack(table)) {
            tally.in();
            changeHere(table, change.address(), change.length(), rows.keyHash(), cursor.transaction());
            return;
        }
        boolean isMeeting = isNewMine != isOldMine;
        held.add(new HeldRows.Row(
                table,
                ChangeKind.REKEY,
                rowNumber,
                isNewMine,
                change.address(),
                change.length(),
                rows.keyHash(),
                isMeeting ? otherLane(table, rows, isNewMine) : lane,
                new TransactionId().copyFrom(cursor.transaction()),
                batch.origin(),
                policy,
                cursor.before(rows.rowOrdinal())));
    }

    /** The lane of the key that is not ours, of the change at which {@link #record} stands. */
    private int otherLane(TableBinding table, RowsFlyweight rows, boolean isNewMine) {
        if (table.isJoined()) {
            return layout.laneOf(table.joinedHash(isNewMine ? record.before() : record.after()));
        }
        return layout.laneOf(isNewMine ? rows.beforeKeyHash() : rows.keyHash());
    }

    /** Holds a row that stands behind a held one. */
    void hold(TableBinding table, byte kind, long rowNumber, long address, int length, long hash) {
        held.add(row(table, kind, rowNumber, kind != ChangeKind.MOVE_OUT, address, length, hash));
    }

    /** As {@link #hold}, of a table that is not the task's. */
    void holdIgnored(long rowNumber) {
        held.add(row(null, IGNORED, rowNumber, true, 0, 0, 0));
    }

    /** A change is dropped by which a row would have left its key. */
    void stay(TableBinding table) {
        if (isHolding()) {
            held.add(row(table, STAY, 0, false, 0, 0, 0));
        } else {
            batch.stay(table);
        }
    }

    /** The table's load ends behind the rows that are held, before those that come. */
    void holdEnd(TableBinding table) {
        held.add(row(table, END, 0, false, 0, 0, 0));
    }

    /** As {@link #hold}, of a row that a filter leaves out. */
    void holdFiltered(long rowNumber) {
        held.add(row(null, FILTERED, rowNumber, true, 0, 0, 0));
    }

    private HeldRows.Row row(
            TableBinding table, byte kind, long rowNumber, boolean isNew, long address, int length, long hash) {
        return new HeldRows.Row(
                table,
                kind,
                rowNumber,
                isNew,
                address,
                length,
                hash,
                lane,
                new TransactionId().copyFrom(cursor.transaction()),
                batch.origin(),
                PolicyJudge.Outcome.APPLIED,
                null);
    }

    /** Whether the new row of the record may be one that nobody has whole. */
    private boolean mayLack(TableBinding table) {
        return table.load().isLoose() && !table.isWritable(record.after());
    }

    /** Of the record, whose row is {@code row}. */
    private LackedRows.NewRow newRow(HeldRows.Row row) {
        Verdict verdict = judge.verdict(row.table(), record.after(), row.transaction());
        return lacked.judge(
                verdict, row.table(), record, row.transaction(), row.at().position());
    }

    /**
     * A change in a load of which both keys are this lane's, and which is the first that is held.
     *
     * @return false where it waits
     */
    private boolean changeLacking(HeldRows.Row row) {
        LackedRows.NewRow made = newRow(row);
        if (made == LackedRows.NewRow.WAITS) {
            return false;
        }
        held.removeFirst();
        tally.in();
        move(row, made, true);
        if (made == LackedRows.NewRow.SKIPPED) {
            tally.skippedByLoad();
        } else {
            tally.applied(row.table(), ChangeKind.REKEY);
        }
        return true;
    }

    /** @param isCounted whether this lane counts the change */
    private void move(HeldRows.Row row, LackedRows.NewRow made, boolean isCounted) {
        if (made == LackedRows.NewRow.MOVES) {
            batch.rekey(row.table(), row.address(), row.length(), isCounted);
            return;
        }
        leave(row.table(), row.transaction());
        if (made == LackedRows.NewRow.READ) {
            ImageFlyweight read = lacked.row();
            arrive(row, read, read.buffer().addressOffset(), read.buffer().capacity());
        }
    }

    /** A change of which both keys are this lane's. Behind a load it is one statement. In a load the two keys are judged apart (EXACTNESS 39). */
    private void changeHere(TableBinding table, long address, int length, long hash, TransactionId transaction) {
        if (!table.load().isLoose()) {
            batch.rekey(table, address, length);
            tally.applied(table, ChangeKind.REKEY);
            return;
        }
        if (table.isParent() && table.plan().isGrouped()) {
            judge.take(table, ChangeKind.REKEY, image.wrap(address, length), address, length, hash, transaction);
            return;
        }
        record.wrap(address, length);
        leave(table, transaction);
        judge.take(
                table,
                ChangeKind.MOVE_IN,
                record.after(),
                record.afterAddress(),
                record.afterLength(),
                hash,
                transaction);
    }

    /** The row of the record leaves its old key. */
    private void leave(TableBinding table, TransactionId transaction) {
        judge.take(
                table,
                ChangeKind.MOVE_OUT,
                record.before(),
                record.beforeAddress(),
                record.beforeLength(),
                record.hashBefore(),
                transaction);
    }

    /**
     * Takes the first of the held rows, over which this lane meets no other.
     *
     * @return false where it waits
     */
    public boolean takeFirst() {
        HeldRows.Row row = held.first();
        batch.from(row.origin());
        if (row.kind() == ChangeKind.REKEY) {
            record.wrap(row.address(), row.length());
            if (mayLack(row.table())) {
                return changeLacking(row);
            }
        }
        held.removeFirst();
        if (row.isNew()) {
            tally.in();
        }
        switch (row.kind()) {
            case IGNORED -> tally.ignored();
            case END -> batch.tighten(row.table());
            case FILTERED -> tally.filtered();
            case STAY -> batch.stay(row.table());
            case ChangeKind.REKEY ->
                changeHere(row.table(), row.address(), row.length(), row.hash(), row.transaction());
            default ->
                judge.take(
                        row.table(),
                        row.kind(),
                        image.wrap(row.address(), row.length()),
                        row.address(),
                        row.length(),
                        row.hash(),
                        row.transaction());
        }
        return true;
    }

    /**
     * The first of the held rows, as the old key's lane, once the new key's waits: so what it does is all that is done, whatever the
     * other lane knows of the load's end.
     *
     * @return false where it waits for a chunk, or for a row that is read again
     */
    public boolean changeFirst() {
        HeldRows.Row row = held.first();
        TableBinding table = row.table();
        batch.from(row.origin());
        if (!table.load().isLoose()) {
            held.removeFirst();
            if (row.policy() == PolicyJudge.Outcome.APPLIED) {
                change(row);
            }
            return true;
        }
        Verdict verdict = newKeyVerdict(row);
        if (verdict == Verdict.WAIT) {
            return false;
        }
        if (mayLack(table)) {
            LackedRows.NewRow made = newRow(row);
            if (made == LackedRows.NewRow.WAITS) {
                return false;
            }
            held.removeFirst();
            move(row, made, false);
            return true;
        }
        held.removeFirst();
        leave(table, row.transaction());
        if (verdict == Verdict.APPLY) {
            arrive(row);
        }
        return true;
    }

    /**
     * As the old key's lane, behind the load. Where changes are dropped a row may stand at the new key, which one statement would meet: so the
     * row goes and comes, if it is whole.
     */
    private void change(HeldRows.Row row) {
        TableBinding table = row.table();
        record.wrap(row.address(), row.length());
        RowPolicies policies = table.plan().policies();
        boolean isTaken = policies.mayDropUpdates() && !policies.makeNoRow() && !table.isParent();
        if (isTaken && table.isWritable(record.after())) {
            leave(table, row.transaction());
            arrive(row);
        } else {
            batch.rekey(table, row.address(), row.length(), false);
        }
    }

    /** The row of the record comes to its new key, which another lane counts. */
    private void arrive(HeldRows.Row row) {
        arrive(row, record.after(), record.afterAddress(), record.afterLength());
    }

    private void arrive(HeldRows.Row row, ImageFlyweight image, long address, int length) {
        batch.add(row.table(), ChangeKind.MOVE_IN, image, address, length, row.hash(), false, false);
    }

    /** The old key's lane has done what the first of the held rows asks for. */
    public void passFirst() {
        HeldRows.Row row = held.first();
        tally.in();
        boolean isDropped = row.table().load().isPassed() && row.policy() != PolicyJudge.Outcome.APPLIED;
        Verdict verdict = newKeyVerdict(row);
        if (mayLack(row.table()) && verdict == Verdict.APPLY) {
            lacked.mayBeNewer(row.table(), record.after());
        }
        if (isDropped) {
            tally.dropped(row.policy());
        } else if (verdict == Verdict.SKIP) {
            tally.skippedByLoad();
        } else {
            tally.applied(row.table(), ChangeKind.REKEY);
        }
        held.removeFirst();
    }

    /** Leaves {@link #record} at the row. */
    private Verdict newKeyVerdict(HeldRows.Row row) {
        record.wrap(row.address(), row.length());
        return judge.verdict(row.table(), record.after(), row.transaction());
    }
}
