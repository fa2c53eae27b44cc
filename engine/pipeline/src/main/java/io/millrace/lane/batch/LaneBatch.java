package io.millrace.lane.batch;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.lane.change.ChangeKind;
import io.millrace.lane.table.TableBinding;
import io.millrace.row.ImageFlyweight;
import io.millrace.writer.Batch;
import io.millrace.writer.Refusal;
import io.millrace.writer.Run;
import java.util.BitSet;

/**
 * The changes that one target transaction of a lane will apply. Changes of one key collapse to the last ({@link NetRuns}); of tied
 * tables each is kept, too, for where the server's keys refuse what is left of them ({@link SourceOrderRuns}).
 *
 * <p>An image that lacks columns is put over an older one of its key in the batch. Those that stay partial are updates, sorted by the
 * columns that they have. A key change with absent columns ({@link #rekey}) stands between what came before it and what comes after:
 * nothing collapses across it.
 *
 * <p>Confined to a lane. Hot path: allocates nothing but when it grows.
 */
public final class LaneBatch implements Batch {
    private final BatchEntries entries = new BatchEntries();
    private final BatchRefusals refusals = new BatchRefusals();
    private final RunList runs = new RunList(entries, refusals);
    private final RunList ordered = new RunList(entries, refusals);
    private final ImageMerger merger = new ImageMerger();
    private final ImageFlyweight older = new ImageFlyweight();
    private final TableBinding[] tables;
    private final NetRuns netRuns;
    private final SourceOrderRuns sourceOrder;
    /** Entries before it stand before the last change of a key that cannot be taken apart. */
    private int segmentStart;

    /** By rank, tables whose keys may be equal with other bytes, and of which a row that the batch may write has left its key to others. */
    private final BitSet left = new BitSet();

    private int tiedCount;
    private long origin;
    private boolean isOrdered;

    /**
     * An empty batch.
     *
     * @param tables by the number of their plan
     */
    public LaneBatch(TableBinding[] tables) {
        this.tables = tables;
        netRuns = new NetRuns(tables, entries);
        sourceOrder = new SourceOrderRuns(tables, entries);
    }

    public boolean isEmpty() {
        return entries.count() == 0;
    }

    public int entryCount() {
        return entries.count();
    }

    /** Whether the batch may end only where a source transaction does. */
    public boolean hasTied() {
        return tiedCount > 0;
    }

    /** What comes of a table from now on stands behind its load's end: nothing collapses across this place, and all before it goes first. */
    public void tighten(TableBinding table) {
        int count = entries.count();
        table.load().tighten(count);
        if (count > 0) {
            cut(count);
        }
    }

    private void cut(int count) {
        segmentStart = count;
        netRuns.cut(count);
        left.clear();
    }

    /**
     * A row that is written and stays, though the source removed it, is passed before another one comes to its key by other bytes. An
     * update may let a row come, too, of which steps had left out what it was.
     */
    private void separateEqualKeys(TableBinding table, byte kind, int older) {
        int rank = table.plan().rank();
        if (ChangeKind.isDelete(kind) && table.marksDeletes()) {
            if (older >= segmentStart && isThere(older)) {
                left.set(rank);
            }
        } else if (left.get(rank)
                && (ChangeKind.isArrival(kind) || (ChangeKind.isUpdate(kind) && table.isRewritten()))) {
            cut(entries.count());
        }
    }

    /** A policy drops a change by which a row would have left its key. */
    public void stay(TableBinding table) {
        if (!table.areKeysDistinct() && !isEmpty()) {
            left.set(table.plan().rank());
        }
    }

    private boolean isThere(int entry) {
        int state = entries.state(entry);
        byte kind = EntryState.kind(state);
        return kind == 0 ? (state & EntryState.ALIVE) != 0 : !ChangeKind.isRemoval(kind);
    }

    /** What the batch takes beside the log's mapped memory. */
    public long memoryBytes() {
        return merger.bytes() + entries.bytes();
    }

    /** Bytes of images that the batch itself holds. */
    public long mergedBytes() {
        return merger.bytes();
    }

    /** Where the change comes from that is added next. */
    public void from(long packedOrigin) {
        origin = packedOrigin;
    }

    public long origin() {
        return origin;
    }

    public BatchEntries entries() {
        return entries;
    }

    public BatchRefusals refusals() {
        return refusals;
    }

    /**
     * Adds a change of one key, which this lane counts, unless it is a row that leaves its key.
     *
     * @param image the flyweight of the image at {@code address}: with the key for removals and updates, whole for all others
     * @param isPartial whether it lacks columns that are written
     */
    public void add(
            TableBinding table,
            byte kind,
            ImageFlyweight image,
            long address,
            int length,
            long recordHash,
            boolean isPartial) {
        add(table, kind, image, address, length, recordHash, isPartial, kind != ChangeKind.MOVE_OUT);
    }

    /**
     * The same.
     *
     * @param isCounted whether this lane counts the change
     */
    public void add(
            TableBinding table,
            byte kind,
            ImageFlyweight image,
            long address,
            int length,
            long recordHash,
            boolean isPartial,
            boolean isCounted) {
        entries.origin(BatchOrigins.withKind(origin, isCounted ? kind : 0));
        if (table.isAppended()) {
            entries.addUnfound(table.plan().number(), address, length, (byte) EntryState.ALIVE);
            return;
        }
        long hash = table.hash(recordHash, image);
        int number = table.plan().number();
        int entry = entries.find(table, image, hash);
        int partial = isPartial ? EntryState.PARTIAL : 0;
        if (!table.areKeysDistinct()) {
            separateEqualKeys(table, kind, entry);
        }
        if (table.plan().isTied()) {
            addTied(entry, number, address, length, hash, EntryState.ofChange(kind, isPartial));
        } else if (ChangeKind.isDelete(kind) && table.marksDeletes()) {
            addMark(entry, number, address, length, hash);
        } else if (entry < 0) {
            entries.add(number, address, length, hash, (byte) (EntryState.first(kind) | partial));
        } else if (entry < segmentStart || !isOfOneRow(number, kind, entry) || meetsNoRow(table, entry, isPartial)) {
            entries.supersede(entry, number, address, length, hash, (byte) (EntryState.first(kind) | partial));
        } else if (isPartial) {
            addOver(table, entry, image);
        } else {
            entries.replaceImage(entry, address, length);
            entries.table(entry, number);
            entries.unmark(entry);
            entries.state(entry, (byte) (EntryState.next(entries.state(entry), kind) & ~EntryState.PARTIAL));
        }
    }

    /**
     * Whether a change belongs to the row that an entry stands for. A key of a target that several tables share goes from one table to
     * another by a removal and an insert; all else comes of two rows with that key, which the target is to see one behind the other.
     */
    private boolean isOfOneRow(int number, byte kind, int entry) {
        return entries.table(entry) == number
                || ((entries.state(entry) & EntryState.ALIVE) == 0 && ChangeKind.isArrival(kind));
    }

    /**
     * Of the columns of a row that came to its key by a change that was dropped, or that was gone when a load read it again: the target is
     * asked whether it is there all the same.
     */
    private boolean meetsNoRow(TableBinding table, int entry, boolean isPartial) {
        return isPartial
                && (entries.state(entry) & EntryState.ALIVE) == 0
                && (table.load().isLoose() || table.plan().policies().mayDropUpdates());
    }

    /** A row that stays, and is marked: behind what the batch has of it, which is applied all the same. */
    private void addMark(int older, int number, long address, int length, long hash) {
        int entry = older;
        if (older < 0) {
            entry = entries.add(number, address, length, hash, (byte) EntryState.EXISTED);
        } else if (older < segmentStart) {
            entry = entries.supersede(older, number, address, length, hash, (byte) EntryState.EXISTED);
        }
        entries.mark(entry);
    }

    /** Puts a partial image over the one that the batch has of its key. */
    private void addOver(TableBinding table, int entry, ImageFlyweight image) {
        int state = entries.state(entry);
        if ((state & EntryState.ALIVE) == 0) {
            throw new MillraceException(
                    ErrorCode.DIRTY_LIMIT,
                    "update of a row that was removed: table="
                            + table.plan().source().table());
        }
        merger.merge(table, entries.wrap(entry, older), image);
        entries.replaceImage(entry, merger.address(), merger.length());
        if (table.isWritable(entries.wrap(entry, older))) {
            entries.state(entry, (byte) (state & ~EntryState.PARTIAL));
        }
    }

    /** Adds a row that goes to another key with columns absent, as one statement, behind all that is here. */
    public void rekey(TableBinding table, long recordAddress, int recordLength) {
        rekey(table, recordAddress, recordLength, true);
    }

    /**
     * The same.
     *
     * @param isCounted whether this lane counts the change
     */
    public void rekey(TableBinding table, long recordAddress, int recordLength, boolean isCounted) {
        entries.origin(BatchOrigins.withKind(origin, isCounted ? ChangeKind.REKEY : 0));
        entries.addUnfound(
                table.plan().number(), recordAddress, recordLength, EntryState.ofChange(ChangeKind.REKEY, false));
        if (table.plan().isTied()) {
            tiedCount++;
        } else {
            segmentStart = entries.count();
        }
    }

    private void addTied(int older, int number, long address, int length, long hash, byte state) {
        if (older < 0) {
            entries.add(number, address, length, hash, state);
        } else {
            entries.supersede(older, number, address, length, hash, state);
        }
        tiedCount++;
    }

    /** Makes the runs, of all entries that were not refused. */
    public void seal() {
        isOrdered = false;
        if (entries.hasRefused() && tiedCount > 0) {
            // What is left of tied rows was found in the source's order, and holds in that alone.
            netRuns.make(runs, true);
            sourceOrder.add(runs);
        } else {
            netRuns.make(runs, false);
        }
    }

    public void clear() {
        entries.clear();
        merger.clear();
        segmentStart = 0;
        left.clear();
        tiedCount = 0;
        if (netRuns.isCut()) {
            netRuns.clearCuts();
            for (TableBinding table : tables) {
                table.load().settle();
            }
        }
        runs.begin();
    }

    @Override
    public int runCount() {
        return runs.runCount();
    }

    @Override
    public Run run(int number) {
        return runs.run(number);
    }

    @Override
    public boolean isReordered() {
        return tiedCount > 1 && !entries.hasRefused();
    }

    @Override
    public Batch inSourceOrder() {
        if (tiedCount == 0 || entries.hasRefused()) {
            return this;
        }
        if (!isOrdered) {
            netRuns.make(ordered, true);
            sourceOrder.add(ordered);
            isOrdered = true;
        }
        return ordered;
    }

    @Override
    public int mostRefusals() {
        return refusals.most();
    }

    @Override
    public void refuse(Run run, int row, Refusal why) {
        refusals.add(run, row, why);
    }
}
