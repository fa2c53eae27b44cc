package io.millrace.lane.batch;

import io.millrace.lane.change.ChangeKind;
import io.millrace.lane.table.TableBinding;

/**
 * What the changes of a key of tied tables come to, within a part of the batch: {@link EntryState} and the bits below, at the entry of the
 * key's last change. Those before it are {@link #GONE}.
 *
 * <p>Confined to a lane. Hot path: allocates nothing but when it grows.
 */
final class TiedNets {
    /** Applied by itself, in source order. */
    static final int IN_ORDER = 1 << 4;
    /** So was an earlier change of the key. */
    private static final int HAS_IN_ORDER = 1 << 5;
    /** Nothing of it is applied. */
    static final int GONE = 1 << 6;
    /** It marks the row, whatever else becomes of that. */
    static final int MARK = 1 << 7;

    private static final int STATE = 15;

    private final TableBinding[] tables;
    private final BatchEntries entries;
    private byte[] nets = new byte[1024];
    private boolean hasMarks;

    TiedNets(TableBinding[] tables, BatchEntries entries) {
        this.tables = tables;
        this.entries = entries;
    }

    /** For all entries that the batch has now. */
    void begin() {
        hasMarks = entries.hasMarked();
        int count = entries.count();
        if (nets.length < count) {
            nets = new byte[Math.max(count, nets.length << 1)];
        }
    }

    /** Whether any entry of the batch marks a row. */
    boolean hasMarks() {
        return hasMarks;
    }

    /** What was made of the entries that were taken, by entry; the same until {@link #begin}. */
    byte[] all() {
        return nets;
    }

    /** Takes a change of a tied table together with what its key had before in this part; false where a cut is needed. */
    boolean take(int entry, byte kind, int start) {
        int older = entries.olderOf(entry);
        int own = entries.state(entry) & EntryState.PARTIAL;
        if (ChangeKind.isDelete(kind) && tables[entries.table(entry)].marksDeletesAt(entry)) {
            hasMarks = true;
            if (older >= start && (nets[older] & MARK) != 0) {
                nets[older] = (byte) GONE; // the row that came to the key meanwhile was dropped by a policy
            }
            nets[entry] = (byte) (EntryState.EXISTED | MARK); // what the row was before is applied all the same
            return true;
        }
        if (older < start) {
            int order = kind == ChangeKind.UPDATE_UNIQUE ? IN_ORDER : 0;
            nets[entry] = (byte) (EntryState.first(kind) | own | order);
            return true;
        }
        int net = nets[older];
        if ((net & MARK) != 0) {
            return false; // the row is marked and comes back: one behind the other
        }
        boolean isUpdate = kind == ChangeKind.UPDATE || kind == ChangeKind.UPDATE_UNIQUE;
        boolean isOfOneRow = entries.table(older) == entries.table(entry)
                || ((net & EntryState.ALIVE) == 0 && ChangeKind.isArrival(kind));
        if (!isOfOneRow) {
            return false;
        }
        TableBinding table = tables[entries.table(entry)];
        if (isUpdate && !table.load().isLooseAt(start) && (net & EntryState.ALIVE) == 0 && table.makesNoRow()) {
            nets[entry] = (byte) (net & STATE); // the row was removed, and no update brings it back
            nets[older] |= GONE;
            return true;
        }
        if (own != 0) {
            return false;
        }
        if ((net & (IN_ORDER | HAS_IN_ORDER)) != 0 || kind == ChangeKind.UPDATE_UNIQUE) {
            if (!isUpdate
                    || (net & (EntryState.EXISTED | EntryState.ALIVE | EntryState.MIXED)) != EntryState.first(kind)) {
                return false;
            }
            boolean hasInOrder = (net & (IN_ORDER | HAS_IN_ORDER)) != 0;
            nets[entry] = (byte) (EntryState.first(kind)
                    | (hasInOrder ? HAS_IN_ORDER : 0)
                    | (kind == ChangeKind.UPDATE_UNIQUE ? IN_ORDER : 0));
        } else {
            nets[entry] = (byte) (EntryState.next(net & STATE, kind) & ~EntryState.PARTIAL);
        }
        if ((net & IN_ORDER) == 0) {
            nets[older] |= GONE;
        }
        return true;
    }
}
