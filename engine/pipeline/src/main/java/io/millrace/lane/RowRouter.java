package io.millrace.lane;

import io.millrace.ddl.DdlEvent;
import io.millrace.ddl.TableEffect;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.load.LoadView;
import io.millrace.load.Verdict;
import io.millrace.mapping.TablePlan;
import io.millrace.mapping.TaskPlan;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.Operation;
import io.millrace.row.RowDescriptor;
import io.millrace.schema.TableSchema;
import io.millrace.wal.FrameHandler;
import io.millrace.wal.RowsFlyweight;
import io.millrace.writer.Checkpoint;
import java.util.Arrays;
import java.util.Optional;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Takes a lane's own rows out of the log's frames, and puts each into the batch, leaves it out, or keeps it waiting, as the load
 * says. A change of a key is two rows here: the old key's lane removes, the new key's lane writes (EXACTNESS 24).
 *
 * <p>Confined to a lane. Hot path: allocates nothing per row.
 */
final class RowRouter implements FrameHandler {
    /** Of a held row that no table of the task takes. */
    private static final byte IGNORED = 0;

    private final int lane;
    private final LaneLayout layout;
    private final TaskPlan plan;
    private final TableBinding[] bindings;
    private final LaneBatch batch;
    private final LaneCursor cursor;
    private final Tally tally;

    private final UnsafeBuffer record = new UnsafeBuffer(0, 0);
    private final ImageFlyweight before = new ImageFlyweight();
    private final ImageFlyweight after = new ImageFlyweight();
    private final ImageFlyweight waitingImage = new ImageFlyweight();
    private final WaitingRows waiting = new WaitingRows();
    private final HeldRows held = new HeldRows();
    private final TableNumbers numbers = new TableNumbers();

    private Optional<DdlEvent> barrier = Optional.empty();
    private long statements;
    private LoadView view = LoadView.NONE;
    private boolean isStrict = true;
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
            Tally tally) {
        this.lane = lane;
        this.layout = layout;
        this.plan = plan;
        this.bindings = bindings;
        this.batch = batch;
        this.tally = tally;
        cursor = new LaneCursor(start);
    }

    LaneCursor cursor() {
        return cursor;
    }

    /** By which rows are judged from the next document on. */
    void view(LoadView next) {
        view = next;
    }

    /** Whether the load's end is passed, or there is no load. */
    void strict(boolean isStrict) {
        this.isStrict = isStrict;
        batch.loose(!isStrict);
    }

    boolean isStrict() {
        return isStrict;
    }

    /** A statement that was met and that nothing may pass: whatever stands behind it was left alone. */
    Optional<DdlEvent> barrier() {
        return barrier;
    }

    /** Statements on the task's tables that left their rows as they are. */
    long statements() {
        return statements;
    }

    /** Whether rows of the last document wait for a chunk: nothing may be read or applied before they are through. */
    boolean isWaiting() {
        return !waiting.isEmpty();
    }

    /** Rows of the last document from a key change on which this lane meets another; nothing may be read before they are through. */
    HeldRows held() {
        return held;
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

    /** When the source committed the oldest change of the batch, 0 where there is none. */
    long oldestCommitMicros() {
        return oldestCommitMicros;
    }

    /** The batch is at the target. */
    void clear() {
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
        boolean isOfOthers = event.effects().stream().noneMatch(effect -> plan.isSelected(effect.table()));
        if (barrier.isPresent() || isOfOthers) {
            return; // the task took these tables when the log was written
        }
        if (event.effects().stream().allMatch(this::isPassable)) {
            statements++;
        } else {
            barrier = Optional.of(event);
        }
    }

    /**
     * Whether rows go on as they were planned: the table's rows are untouched; or it is a table that was made as it was planned, before
     * anything of it was carried; or it is none of the task's; or it is not there any more.
     */
    private boolean isPassable(TableEffect effect) {
        if (!plan.isSelected(effect.table())) {
            return true;
        }
        Optional<TablePlan> table = plan.ofSource(effect.table());
        if (table.isEmpty()) {
            boolean isGone = effect.after().isEmpty() && effect.kind() != TableEffect.Kind.UNKNOWN;
            return isGone || effect.kind() == TableEffect.Kind.TRUNCATED || effect.leavesRowsAlone();
        }
        boolean isMadeAsPlanned = effect.kind() == TableEffect.Kind.CREATED
                && effect.before().isEmpty()
                && !effect.movesRows()
                && effect.after()
                        .filter(schema -> table.get().difference(schema).isEmpty())
                        .isPresent();
        // A copy has its own foreign keys, or none: those of the plan may act no more.
        boolean isOtherFamily = effect.kind() == TableEffect.Kind.RESHAPED && plan.isInFamily(table.get());
        return isMadeAsPlanned || (effect.leavesRowsAlone() && !isOtherFamily);
    }

    @Override
    public void onBegin(TransactionId transaction) {
        if (barrier.isEmpty()) {
            cursor.onBegin(transaction);
        }
    }

    @Override
    public void onCommit(TransactionId transaction) {
        if (barrier.isPresent()) {
            return;
        }
        cursor.onCommit(transaction);
        if (oldestCommitMicros == 0 && (!batch.isEmpty() || isWaiting() || !held.isEmpty())) {
            oldestCommitMicros = transaction.commitTimeMicros;
        }
    }

    @Override
    public void onPrepare(TransactionId prepare) {
        if (barrier.isEmpty()) {
            cursor.onPrepare(prepare);
        }
    }

    @Override
    public void onResolve(TransactionId prepare) {
        if (barrier.isEmpty()) {
            cursor.onResolve(prepare);
        }
    }

    @Override
    public void onHeartbeat(SourcePosition position, long sourceTimeMicros) {
        if (barrier.isEmpty()) {
            cursor.onHeartbeat(position);
        }
    }

    @Override
    public void onDocumentEnd(long nextIndex, boolean isInsideTransaction) {
        if (barrier.isPresent()) {
            return;
        }
        cursor.onDocumentEnd(nextIndex);
        if (!cursor.isReadBack()) {
            rowNumber = 0;
        }
    }

    @Override
    public void onRows(RowsFlyweight rows) {
        if (barrier.isPresent()) {
            return;
        }
        int number = rows.tableNumber();
        TableBinding table = numbers.table(number);
        boolean isIgnored = table == null;
        if (!isIgnored && numbers.isChanged(number)) {
            throw new MillraceException(
                    ErrorCode.SCHEMA_MISMATCH,
                    "the table is not as it was planned: table="
                            + table.plan().source().table() + ", " + numbers.difference(number));
        }
        Operation operation = rows.operation();
        int pinned = isIgnored ? -1 : table.pinnedLane();
        cursor.onRows(rows.rowOrdinal() + 1 + rows.count());
        while (rows.next()) {
            rowNumber++;
            long hash = rows.keyHash();
            boolean isNewMine = (pinned < 0 ? layout.laneOf(hash) : pinned) == lane;
            boolean isOldMine = isNewMine;
            if (operation == Operation.UPDATE && pinned < 0) {
                isOldMine = layout.laneOf(rows.beforeKeyHash()) == lane;
            }
            if (!isNewMine && !isOldMine) {
                continue;
            }
            if (cursor.isBehind(rows.rowOrdinal())) {
                repeated += isNewMine ? 1 : 0;
                continue;
            }
            if (isIgnored) {
                ignore(isNewMine);
            } else {
                take(table, operation, rows, isNewMine, isOldMine);
            }
        }
    }

    private void take(
            TableBinding table, Operation operation, RowsFlyweight rows, boolean isNewMine, boolean isOldMine) {
        long address = rows.rowAddress();
        int length = rows.rowLength();
        record.wrap(address, length);
        int beforeWord = record.getInt(RowDescriptor.BEFORE_LENGTH_OFFSET);
        int beforeLength = beforeWord & RowDescriptor.BEFORE_LENGTH_MASK;
        long beforeAddress = address + RowDescriptor.RECORD_HEADER_LENGTH;
        long afterAddress = beforeAddress + beforeLength;
        int afterLength = length - RowDescriptor.RECORD_HEADER_LENGTH - beforeLength;
        bytes += length;
        if (table.isUnfollowed()
                && isNewMine
                && operation.hasBefore()
                && (beforeWord & RowDescriptor.KEYS_RESTED) == 0) {
            before.wrap(beforeAddress, beforeLength);
            boolean isSame = operation == Operation.UPDATE
                    && table.isSameUnfollowed(before, after.wrap(afterAddress, afterLength));
            unfollowed += isSame ? 0 : 1;
        }
        switch (operation) {
            case INSERT ->
                put(
                        table,
                        ChangeKind.INSERT,
                        after.wrap(afterAddress, afterLength),
                        afterAddress,
                        afterLength,
                        rows.keyHash());
            case DELETE ->
                put(
                        table,
                        table.isParent() && (beforeWord & RowDescriptor.KEYS_RESTED) != 0
                                ? ChangeKind.DELETE_ALONE
                                : ChangeKind.DELETE,
                        before.wrap(beforeAddress, beforeLength),
                        beforeAddress,
                        beforeLength,
                        rows.keyHash());
            case UPDATE -> {
                after.wrap(afterAddress, afterLength);
                if (table.isParent()
                        && beforeLength != 0
                        && (isStrict || table.plan().isGrouped())) {
                    before.wrap(beforeAddress, beforeLength);
                    requireParent(table, before);
                    requireParent(table, after);
                    if (!table.isSameParent(before, after)) {
                        rekey(table, rows, isNewMine, isOldMine);
                        return;
                    }
                }
                if (beforeLength == 0 || isSameKey(table, rows, beforeAddress, beforeLength)) {
                    put(table, ChangeKind.UPDATE, after, afterAddress, afterLength, rows.keyHash());
                    return;
                }
                if (!table.isWritable(after)) {
                    rekey(table, rows, isNewMine, isOldMine);
                    return;
                }
                before.wrap(beforeAddress, beforeLength);
                if (isOldMine) {
                    put(table, ChangeKind.MOVE_OUT, before, beforeAddress, beforeLength, rows.beforeKeyHash());
                }
                if (isNewMine) {
                    put(table, ChangeKind.MOVE_IN, after, afterAddress, afterLength, rows.keyHash());
                }
            }
        }
    }

    /** A key change with absent columns: at once where both keys are this lane's, else where the two lanes meet. */
    private void rekey(TableBinding table, RowsFlyweight rows, boolean isNewMine, boolean isOldMine) {
        requireKeys(table);
        if (held.isEmpty() && isNewMine && isOldMine) {
            tally.in();
            rekeyHere(table, rows.rowAddress(), rows.rowLength(), rows.keyHash(), cursor.transaction());
            return;
        }
        boolean isMeeting = isNewMine != isOldMine;
        held.add(new HeldRows.Row(
                table,
                ChangeKind.REKEY,
                rowNumber,
                isNewMine,
                rows.rowAddress(),
                rows.rowLength(),
                rows.keyHash(),
                isMeeting ? layout.laneOf(isNewMine ? rows.beforeKeyHash() : rows.keyHash()) : lane,
                new TransactionId().copyFrom(cursor.transaction()),
                cursor.before(rows.rowOrdinal())));
    }

    private static int beforeLength(UnsafeBuffer record) {
        return record.getInt(RowDescriptor.BEFORE_LENGTH_OFFSET) & RowDescriptor.BEFORE_LENGTH_MASK;
    }

    /** What becomes of children is told by both images of a parent. */
    private static void requireParent(TableBinding table, ImageFlyweight image) {
        if (!table.hasParentColumns(image)) {
            throw lacksColumns(table);
        }
    }

    private void requireKeys(TableBinding table) {
        before.wrap(record.addressOffset() + RowDescriptor.RECORD_HEADER_LENGTH, beforeLength(record));
        if (!table.hasKey(before) || !table.hasKey(after)) {
            throw lacksColumns(table);
        }
    }

    private static MillraceException lacksColumns(TableBinding table) {
        return new MillraceException(
                ErrorCode.EVENT_UNSUPPORTED,
                "a row image lacks columns: table=" + table.plan().source().table());
    }

    private void ignore(boolean isNewMine) {
        if (isNewMine && held.isEmpty()) {
            tally.in();
            tally.ignored();
        } else if (isNewMine) {
            held.add(heldRow(null, IGNORED, true, 0, 0, 0));
        }
    }

    private HeldRows.Row heldRow(TableBinding table, byte kind, boolean isNew, long address, int length, long hash) {
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
                null);
    }

    /**
     * A key change with absent columns of which both keys are this lane's. Behind a load it is one statement. In a load the two keys
     * are judged apart (EXACTNESS 39): a new row that its own chunk does not hold cannot be written, since nobody has it whole.
     */
    private void rekeyHere(TableBinding table, long address, int length, long hash, TransactionId transaction) {
        if (isStrict) {
            batch.rekey(table, address, length);
            tally.applied(ChangeKind.REKEY);
            return;
        }
        if (table.isParent() && table.plan().isGrouped()) {
            judge(table, ChangeKind.REKEY, after.wrap(address, length), address, length, hash, transaction);
            return;
        }
        record.wrap(address, length);
        int beforeLength = beforeLength(record);
        long hashBefore = record.getLong(RowDescriptor.BEFORE_KEY_HASH_OFFSET);
        long beforeAddress = address + RowDescriptor.RECORD_HEADER_LENGTH;
        long afterAddress = beforeAddress + beforeLength;
        int afterLength = length - RowDescriptor.RECORD_HEADER_LENGTH - beforeLength;
        before.wrap(beforeAddress, beforeLength);
        judge(table, ChangeKind.MOVE_OUT, before, beforeAddress, beforeLength, hashBefore, transaction);
        after.wrap(afterAddress, afterLength);
        judge(table, ChangeKind.MOVE_IN, after, afterAddress, afterLength, hash, transaction);
    }

    /**
     * The first of the held rows, as the old key's lane, once the new key's waits.
     *
     * @return false where it waits for a chunk
     */
    boolean rekeyHeld() {
        HeldRows.Row row = held.first();
        if (isStrict) {
            batch.rekey(row.table(), row.address(), row.length());
            held.removeFirst();
            return true;
        }
        switch (judgeNewKey(row)) {
            case WAIT -> {
                return false;
            }
            case APPLY -> throw lacksRowInLoad(row.table());
            case SKIP -> {
                record.wrap(row.address(), row.length());
                int beforeLength = beforeLength(record);
                long beforeAddress = row.address() + RowDescriptor.RECORD_HEADER_LENGTH;
                long hashBefore = record.getLong(RowDescriptor.BEFORE_KEY_HASH_OFFSET);
                before.wrap(beforeAddress, beforeLength);
                held.removeFirst();
                judge(
                        row.table(),
                        ChangeKind.MOVE_OUT,
                        before,
                        beforeAddress,
                        beforeLength,
                        hashBefore,
                        row.transaction());
            }
        }
        return true;
    }

    private Verdict judgeNewKey(HeldRows.Row row) {
        record.wrap(row.address(), row.length());
        int start = RowDescriptor.RECORD_HEADER_LENGTH + beforeLength(record);
        after.wrap(row.address() + start, row.length() - start);
        return view.judge(row.table().plan().number(), after, row.transaction());
    }

    private static MillraceException lacksRowInLoad(TableBinding table) {
        return new MillraceException(
                ErrorCode.PARTIAL_IMAGE,
                "a key changed during the load, and the source did not send the whole row: table="
                        + table.plan().source().table());
    }

    /** Takes the first of the held rows, over which this lane meets no other. */
    void takeHeld() {
        HeldRows.Row row = held.first();
        held.removeFirst();
        if (row.isNew()) {
            tally.in();
        }
        switch (row.kind()) {
            case IGNORED -> tally.ignored();
            case ChangeKind.REKEY -> rekeyHere(row.table(), row.address(), row.length(), row.hash(), row.transaction());
            default ->
                judge(
                        row.table(),
                        row.kind(),
                        waitingImage.wrap(row.address(), row.length()),
                        row.address(),
                        row.length(),
                        row.hash(),
                        row.transaction());
        }
    }

    /** The old key's lane has done what the first of the held rows asks for. */
    void passHeld() {
        HeldRows.Row row = held.first();
        tally.in();
        if (!isStrict && judgeNewKey(row) == Verdict.SKIP) {
            tally.skippedByLoad();
        } else {
            tally.applied(ChangeKind.REKEY);
        }
        held.removeFirst();
    }

    private boolean isSameKey(TableBinding table, RowsFlyweight rows, long beforeAddress, int beforeLength) {
        return rows.keyHash() == rows.beforeKeyHash()
                && table.isSameKey(before.wrap(beforeAddress, beforeLength), after);
    }

    private void put(TableBinding table, byte kind, ImageFlyweight image, long address, int length, long hash) {
        boolean isByKey = ChangeKind.isRemoval(kind) || kind == ChangeKind.UPDATE;
        boolean isSent = isByKey ? table.hasKey(image) : table.isWritable(image);
        if (!isSent) {
            throw lacksColumns(table);
        }
        if (ChangeKind.isRemoval(kind) && table.isParent()) {
            requireParent(table, image);
        }
        if (held.isEmpty()) {
            if (kind != ChangeKind.MOVE_OUT) {
                tally.in();
            }
            judge(table, kind, image, address, length, hash, cursor.transaction());
        } else {
            held.add(heldRow(table, kind, kind != ChangeKind.MOVE_OUT, address, length, hash));
        }
    }

    private void judge(
            TableBinding table,
            byte kind,
            ImageFlyweight image,
            long address,
            int length,
            long hash,
            TransactionId transaction) {
        if (!isStrict) {
            Verdict verdict = view.judge(table.plan().number(), image, transaction);
            if (verdict == Verdict.WAIT) {
                waiting.add(table, kind, address, length, hash, transaction);
                return;
            }
            if (verdict == Verdict.SKIP) {
                skip(kind);
                return;
            }
        }
        apply(table, kind, image, address, length, hash);
    }

    private void skip(byte kind) {
        if (kind != ChangeKind.MOVE_OUT) {
            tally.skippedByLoad();
        }
    }

    private void apply(TableBinding table, byte kind, ImageFlyweight image, long address, int length, long hash) {
        if (kind == ChangeKind.REKEY) {
            batch.rekey(table, address, length);
            tally.applied(kind);
            return;
        }
        boolean isPartial = !ChangeKind.isRemoval(kind) && !table.isWritable(image);
        if (isPartial && kind != ChangeKind.UPDATE) {
            throw lacksRowInLoad(table);
        }
        batch.add(table, kind, image, address, length, hash, isPartial);
        if (kind != ChangeKind.MOVE_OUT) {
            tally.applied(kind);
        }
    }

    /**
     * Judges the waiting rows by the newest view. Rows of one key are judged alike, so none overtakes another of its key.
     *
     * @return whether any is through
     */
    boolean judgeWaiting() {
        int kept = 0;
        int count = waiting.count();
        for (int row = 0; row < count; row++) {
            TableBinding table = waiting.table(row);
            byte kind = waiting.kind(row);
            // Of a table whose rows change their keys in one piece no image is asked: it is one chunk.
            ImageFlyweight image = waitingImage.wrap(waiting.address(row), waiting.length(row));
            switch (view.judge(table.plan().number(), image, waiting.transaction(row))) {
                case WAIT -> waiting.keep(row, kept++);
                case SKIP -> skip(kind);
                case APPLY -> apply(table, kind, image, waiting.address(row), waiting.length(row), waiting.hash(row));
            }
        }
        waiting.truncate(kept);
        return kept < count;
    }

    /** What the log's table numbers mean. */
    private static final class TableNumbers {
        private TableBinding[] tables = new TableBinding[16];
        private String[] differences = new String[16];

        void put(int number, TableBinding table, String difference) {
            if (number >= tables.length) {
                int capacity = Math.max(number + 1, tables.length << 1);
                tables = Arrays.copyOf(tables, capacity);
                differences = Arrays.copyOf(differences, capacity);
            }
            tables[number] = table;
            differences[number] = difference;
        }

        /** The table, or null where it is not the task's. */
        TableBinding table(int number) {
            if (number >= tables.length || differences[number] == null) {
                throw new MillraceException(ErrorCode.INVARIANT, "rows of a table without schema: number=" + number);
            }
            return tables[number];
        }

        boolean isChanged(int number) {
            return !differences[number].isEmpty();
        }

        String difference(int number) {
            return differences[number];
        }
    }
}
