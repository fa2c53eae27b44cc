package io.millrace.lane;

import io.millrace.dirty.DirtyPlace;
import io.millrace.dirty.DirtyRow;
import io.millrace.dirty.DirtyRows;
import io.millrace.dirty.DirtyState;
import io.millrace.dirty.DirtyStore;
import io.millrace.dirty.StoredImage;
import io.millrace.dirty.StoredKeys;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.lane.batch.BatchEntries;
import io.millrace.lane.batch.BatchOrigins;
import io.millrace.lane.batch.BatchRefusals;
import io.millrace.lane.batch.EntryState;
import io.millrace.lane.batch.KeyImages;
import io.millrace.lane.batch.LaneBatch;
import io.millrace.lane.count.Tally;
import io.millrace.lane.table.TableBinding;
import io.millrace.mapping.TablePlan;
import io.millrace.position.TransactionId;
import io.millrace.row.ImageFlyweight;
import io.millrace.task.Conflicts;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.Refusal;
import io.millrace.writer.RunOperation;
import io.millrace.writer.TargetTable;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A lane's dealings with rows that cannot be written: stores those that its writer refused and takes them out of the batch, and marks
 * stored ones whose keys the batch changes. Both are on disk before the batch is committed (EXACTNESS 30). Confined to the lane; does
 * nothing while every row can be written and none is stored.
 */
final class DirtyLane {
    private final DirtyRows dirty;
    private final TableBinding[] tables;
    private final LaneBatch batch;
    private final BatchOrigins origins;
    private final Tally tally;
    private final EpochClock clock;
    private final KeyImages images;
    private final long[] passed;
    private boolean isCounted;

    DirtyLane(
            DirtyRows dirty,
            TableBinding[] tables,
            LaneBatch batch,
            BatchOrigins origins,
            Tally tally,
            EpochClock clock) {
        this.dirty = dirty;
        this.tables = tables;
        this.batch = batch;
        this.origins = origins;
        this.tally = tally;
        this.clock = clock;
        images = new KeyImages(batch.entries());
        passed = new long[tables.length];
        batch.refusals().most(dirty.mostRefusals());
    }

    /** Whether the attempt that failed found rows which may be taken out. */
    boolean hasRefused() {
        return !batch.refusals().isEmpty();
    }

    /** Before an attempt at the batch: what it changes is newer than what is stored. */
    void overtake(Checkpoint from) {
        batch.refusals().clear();
        StoredKeys keys = dirty.keys();
        if (keys.isEmpty()) {
            return;
        }
        List<DirtyStore.Mark> marks = new ArrayList<>();
        BatchEntries entries = batch.entries();
        for (int entry = 0; entry < entries.count(); entry++) {
            if (entries.isRefused(entry)) {
                continue;
            }
            TableBinding table = tables[entries.table(entry)];
            if (images.isRecord(entry)) {
                mark(entry, table, images.before(entry), keys, from, marks);
                mark(entry, table, images.after(entry), keys, from, marks);
            } else if (keys.contains(entries.hash(entry))) {
                mark(entry, table, images.after(entry), keys, from, marks);
            }
        }
        if (!marks.isEmpty()) {
            dirty.overtaken(marks);
        }
    }

    private void mark(
            int entry,
            TableBinding table,
            ImageFlyweight image,
            StoredKeys keys,
            Checkpoint from,
            List<DirtyStore.Mark> marks) {
        long hash = hash(table, image);
        if (!keys.contains(hash)) {
            return;
        }
        DirtyPlace place = place(entry, from);
        boolean isWhole = (batch.entries().state(entry) & EntryState.PARTIAL) == 0
                && (!images.isRecord(entry) || table.isWritable(image));
        DirtyState state = isWhole ? DirtyState.OVERTAKEN : DirtyState.UNCERTAIN;
        for (DirtyRows.Candidate candidate : dirty.candidates(hash)) {
            DirtyRow row = candidate.row();
            boolean isNews = candidate.known().state() != state
                    && place.isBehind(candidate.known().place());
            if (isNews && isOf(table, row) && hasKeyOf(table, image, row)) {
                marks.add(new DirtyStore.Mark(candidate.known().number(), state, place));
            }
        }
    }

    private static boolean isOf(TableBinding table, DirtyRow row) {
        return row.schema().table().equals(table.plan().source().table())
                && table.plan().differenceOfWritten(row.schema()).isEmpty();
    }

    private static boolean hasKeyOf(TableBinding table, ImageFlyweight image, DirtyRow row) {
        return table.isSameKey(image, row.wrapImage())
                || row.wrapBefore()
                        .filter(before -> table.isSameKey(image, before))
                        .isPresent();
    }

    /** As entries of a batch are hashed. */
    static long hash(TableBinding table, ImageFlyweight image) {
        return table.hashOfWritten(image);
    }

    /**
     * Stores what was refused and takes it out of the batch.
     *
     * @throws io.millrace.error.MillraceException with DIRTY_LIMIT where it is too much; then nothing has changed
     */
    void isolate(Checkpoint from) {
        countPassed();
        List<BatchRefusals.Refused> refused = batch.refusals().take();
        List<DirtyRow> rows = new ArrayList<>(refused.size());
        for (BatchRefusals.Refused each : refused) {
            requireNoConflict(each);
            rows.add(row(each, from));
        }
        dirty.store(rows);
        for (BatchRefusals.Refused each : refused) {
            batch.entries().refuse(each.entry());
            byte kind = BatchOrigins.kind(batch.entries().originOf(each.entry()));
            if (kind != 0) {
                tally.dirty(tables[batch.entries().table(each.entry())], kind);
            }
        }
    }

    /** Where a row that is not there ends the task. */
    private void requireNoConflict(BatchRefusals.Refused refused) {
        TablePlan plan = tables[batch.entries().table(refused.entry())].plan();
        if (refused.why().error().equals(Refusal.NO_ROW) && plan.policies().conflicts() == Conflicts.ERROR) {
            throw new MillraceException(
                    ErrorCode.CONFLICT,
                    "a change meets no row: table=" + plan.target().name() + ", operation=" + refused.operation() + ", "
                            + refused.why().reason());
        }
    }

    private DirtyRow row(BatchRefusals.Refused refused, Checkpoint from) {
        int entry = refused.entry();
        TableBinding table = tables[batch.entries().table(entry)];
        long origin = batch.entries().originOf(entry);
        TransactionId transaction = origins.transaction(origin);
        byte[] encoded = new byte[TransactionId.LENGTH];
        transaction.encode(new UnsafeBuffer(encoded), 0);
        boolean isNamed = transaction.kind != TransactionId.KIND_NONE || transaction.endPosition != 0;
        TargetTable target = table.plan().target();
        byte[] before =
                images.isRecord(entry) ? StoredImage.of(KeyImages.copy(images.before(entry)), target) : new byte[0];
        return new DirtyRow(
                place(entry, from),
                encoded,
                BatchOrigins.ordinal(origin),
                isNamed ? transaction.toString() : "after " + from.position().text(),
                transaction.commitTimeMicros,
                table.plan().shape(),
                target.name(),
                batch.entries().isMarked(entry) ? RunOperation.MARK : refused.operation(),
                StoredImage.of(KeyImages.copy(images.after(entry)), target),
                before,
                refused.haveKeysRested(),
                refused.why(),
                clock.time());
    }

    private DirtyPlace place(int entry, Checkpoint from) {
        long origin = batch.entries().originOf(entry);
        return new DirtyPlace(
                from.logId(), origins.logIndex(origin), origins.row(origin), BatchOrigins.kind(origin) == 0);
    }

    /** The batch is at the target. */
    void committed() {
        countPassed();
        isCounted = false;
    }

    private void countPassed() {
        if (!dirty.isCounting() || isCounted) {
            return;
        }
        isCounted = true;
        for (int entry = 0; entry < batch.entries().count(); entry++) {
            passed[batch.entries().table(entry)]++;
        }
        for (int table = 0; table < passed.length; table++) {
            if (passed[table] > 0) {
                dirty.passed(tables[table].plan().source().table(), passed[table]);
                passed[table] = 0;
            }
        }
    }
}
