package io.millrace.lane;

import io.millrace.mapping.RowPolicies;
import io.millrace.row.ImageFlyweight;
import io.millrace.writer.RunOperation;
import java.util.Arrays;

/**
 * Makes the runs of what a batch comes to: of each key its last change alone.
 *
 * <pre>
 *   untied tables    of a table inserts, updates of some columns, updates, upserts, deletes, then marks; deletes first where keys of other
 *                    bytes may be equal, since a row may have come to the key that another one left
 *   first marks      where keys of other bytes may be equal, those of rows of which the batch has nothing else, before all else of their
 *                    table; of tied ones children before parents. {@link LaneBatch} cuts behind the others
 *   deletes          of tied ones, children before parents
 *   unique values    updates that change one, of tied tables, each by itself in source order: two rows may swap theirs
 *   all others       parents before children; of a table upserts, updates, updates of some columns, inserts
 *   marks            of tied ones, children before parents: of rows that stay, whatever else the batch does to them
 * </pre>
 *
 * <p>The server's keys may still refuse that order, never mistake it: each row ends as its last change left it. Where a change does
 * more than its row tells, or its key's changes cannot be taken together, a cut goes through the batch: all before it is applied
 * before all behind it. That is a key change as one statement, a removal of what foreign keys with actions refer to, an update of
 * some columns behind another change of its key, and a change of a unique value whose row comes or goes in the same part.
 *
 * <p>Confined to a lane. Hot path: allocates nothing but when it grows.
 */
final class NetRuns {
    // What stands in a bucket, in the order in which a table's buckets are applied.
    private static final int DELETES = 0;
    private static final int UPSERTS = 1;
    private static final int UPDATES = 2;
    private static final int PARTIAL_UPDATES = 3;
    private static final int INSERTS = 4;
    private static final int MARKS = 5;
    /** Applied before all others. */
    private static final int FIRST_MARKS = 6;

    private static final int BUCKETS = 7;
    private static final int NOTHING = -1;

    // Beside EntryState's, of an entry of a tied table.
    private static final int IN_ORDER = 1 << 4;
    private static final int HAS_IN_ORDER = 1 << 5;
    private static final int GONE = 1 << 6;
    private static final int MARK = 1 << 7;
    private static final int STATE = 15;

    private final TableBinding[] tables;
    private final BatchEntries entries;
    private final TableBinding[] byRank;
    private final int[] bucketCounts;
    private final int[] bucketStarts;
    private final ImageFlyweight image = new ImageFlyweight();
    private byte[] nets = new byte[1024];
    private long[] keyed = new long[0];
    private RunList to;
    private boolean isTiedLeftOut;
    private boolean hasMarks;
    private int partStart;
    private int[] cuts = new int[4];
    private int cutCount;

    /**
     * Over a batch's entries.
     *
     * @param tables by the number of their plan
     */
    NetRuns(TableBinding[] tables, BatchEntries entries) {
        this.tables = tables;
        this.entries = entries;
        bucketCounts = new int[tables.length * BUCKETS];
        bucketStarts = new int[bucketCounts.length];
        int ranks = 0;
        for (TableBinding table : tables) {
            ranks = Math.max(ranks, table.plan().rank() + 1);
        }
        byRank = new TableBinding[ranks]; // of tables that are joined, which have one rank, any
        for (TableBinding table : tables) {
            byRank[table.plan().rank()] = table;
        }
    }

    /** All that stands before an entry is applied before all behind it, of all tables. */
    void cut(int entry) {
        if (cutCount > 0 && cuts[cutCount - 1] == entry) {
            return;
        }
        if (cutCount == cuts.length) {
            cuts = Arrays.copyOf(cuts, cutCount << 1);
        }
        cuts[cutCount++] = entry;
    }

    boolean isCut() {
        return cutCount > 0;
    }

    void clearCuts() {
        cutCount = 0;
    }

    /** Where the first cut behind those is. */
    private int nextCut(int passed) {
        return passed < cutCount ? cuts[passed] : Integer.MAX_VALUE;
    }

    /** Makes the runs of all entries, or of those of tables that are not tied. */
    void make(RunList runs, boolean isTiedLeftOut) {
        to = runs;
        this.isTiedLeftOut = isTiedLeftOut;
        hasMarks = entries.hasMarked();
        to.begin();
        int count = entries.count();
        if (nets.length < count) {
            nets = new byte[Math.max(count, nets.length << 1)];
        }
        int start = 0;
        int entry = 0;
        int passedCuts = 0;
        int cut = nextCut(0);
        while (entry < count) {
            if (entry == cut) {
                part(start, entry);
                start = entry;
                cut = nextCut(++passedCuts);
            }
            byte kind = EntryState.kind(entries.state(entry));
            if (kind == 0 || entries.isRefused(entry) || (isTiedLeftOut && isTied(entry))) {
                if (kind == 0 && entries.olderOf(entry) >= start) {
                    part(start, entry); // rows of two tables with one key
                    start = entry;
                }
                entry++;
            } else if (standsAlone(entry, kind)) {
                part(start, entry);
                entry = alone(entry, kind, Math.min(cut, count));
                start = entry;
            } else {
                if (!take(entry, kind, start)) {
                    part(start, entry);
                    start = entry;
                    take(entry, kind, start);
                }
                entry++;
            }
        }
        part(start, count);
    }

    private boolean isTied(int entry) {
        return tables[entries.table(entry)].plan().isTied();
    }

    /** Whether a change does more than its row tells, or is not of one key. */
    private boolean standsAlone(int entry, byte kind) {
        return kind == ChangeKind.REKEY || (ChangeKind.isRemoval(kind) && tables[entries.table(entry)].isParent());
    }

    /** A run of such a change, and of removals like it that follow; returns the entry behind it. */
    private int alone(int first, byte kind, int limit) {
        int end = first + 1;
        to.place(first);
        while (kind != ChangeKind.REKEY
                && end < limit
                && EntryState.kind(entries.state(end)) == kind
                && entries.table(end) == entries.table(first)
                && entries.olderOf(end) < first
                && !entries.isRefused(end)) {
            to.place(end++);
        }
        RunOperation operation = kind == ChangeKind.REKEY ? RunOperation.REKEY : RunOperation.DELETE;
        partStart = first;
        LaneRun run = end(tables[entries.table(first)], operation);
        if (kind == ChangeKind.DELETE_ALONE || (kind == ChangeKind.REKEY && entries.haveKeysRested(first))) {
            run.restKeys();
        }
        return end;
    }

    /** Takes a change of a tied table together with what its key had before in this part; false where a cut is needed. */
    private boolean take(int entry, byte kind, int start) {
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

    /** Makes the runs of the entries between two places. */
    private void part(int start, int end) {
        if (start == end) {
            return;
        }
        partStart = start;
        Arrays.fill(bucketCounts, 0);
        Arrays.fill(bucketStarts, 0);
        int inOrder = 0;
        for (int entry = start; entry < end; entry++) {
            int bucket = bucketOf(entry);
            if (bucket >= 0) {
                bucketCounts[bucket]++;
            }
            if (hasMarks && isMark(entry)) {
                bucketCounts[markBucket(entry)]++;
            }
            inOrder += isInOrder(entry) ? 1 : 0;
        }
        for (TableBinding table : byRank) {
            if (!table.plan().isTied()) {
                layOutUntied(table.plan().rank());
            }
        }
        if (hasMarks) {
            for (int rank = byRank.length - 1; rank >= 0; rank--) {
                layOutTied(rank, FIRST_MARKS, FIRST_MARKS);
            }
        }
        for (int rank = byRank.length - 1; rank >= 0; rank--) {
            layOutTied(rank, DELETES, DELETES);
        }
        if (inOrder > 0) {
            inOrder(start, end);
        }
        for (int rank = 0; rank < byRank.length; rank++) {
            layOutTied(rank, UPSERTS, INSERTS);
        }
        for (int rank = byRank.length - 1; rank >= 0; rank--) {
            layOutTied(rank, MARKS, MARKS);
        }
        for (int entry = start; entry < end; entry++) {
            int bucket = bucketOf(entry);
            if (bucket >= 0) {
                to.set(bucketCounts[bucket]++, entry);
            }
            if (hasMarks && isMark(entry)) {
                to.set(bucketCounts[markBucket(entry)]++, entry);
            }
        }
        for (int bucket = PARTIAL_UPDATES; bucket < bucketCounts.length; bucket += BUCKETS) {
            // Each count has become its bucket's end.
            sortByColumns(bucketStarts[bucket], bucketCounts[bucket] - bucketStarts[bucket]);
        }
    }

    /** Brings rows with the same columns together, each group in its order. */
    private void sortByColumns(int first, int count) {
        if (count < 2) {
            return;
        }
        if (keyed.length < count) {
            keyed = new long[Math.max(count, nets.length)];
        }
        for (int i = 0; i < count; i++) {
            int entry = to.get(first + i);
            keyed[i] = (long) entries.wrap(entry, image).presenceHash() << 32 | entry;
        }
        to.sort(first, count, keyed);
    }

    /**
     * Inserts first: while a MySQL transaction that has locked rows inserts, its locks spread over the gaps of each page that another
     * lane's inserts split, and that lane waits for its end.
     */
    private void layOutUntied(int rank) {
        boolean areDeletesFirst = !byRank[rank].areKeysDistinct();
        if (areDeletesFirst) {
            layOut(rank, FIRST_MARKS);
            layOut(rank, DELETES);
        }
        for (int bucket = INSERTS; bucket >= (areDeletesFirst ? UPSERTS : DELETES); bucket--) {
            layOut(rank, bucket);
        }
        layOut(rank, MARKS);
    }

    private void layOutTied(int rank, int first, int last) {
        if (byRank[rank].plan().isTied()) {
            for (int bucket = first; bucket <= last; bucket++) {
                layOut(rank, bucket);
            }
        }
    }

    /** Makes a run of a bucket, of which the count becomes its start. */
    private void layOut(int rank, int bucket) {
        int at = rank * BUCKETS + bucket;
        int count = bucketCounts[at];
        if (count > 0) {
            bucketStarts[at] = to.skip(count);
            bucketCounts[at] = bucketStarts[at];
            end(byRank[rank], operationOf(bucket, byRank[rank]));
        }
    }

    private boolean isInOrder(int entry) {
        return EntryState.kind(entries.state(entry)) != 0
                && !entries.isRefused(entry)
                && !(isTiedLeftOut && isTied(entry))
                && (nets[entry] & IN_ORDER) != 0;
    }

    private void inOrder(int start, int end) {
        for (int entry = start; entry < end; entry++) {
            if (isInOrder(entry)) {
                boolean isPartial = (nets[entry] & EntryState.PARTIAL) != 0;
                TableBinding table = tables[entries.table(entry)];
                to.place(entry);
                int whole = isLoose(table) ? UPSERTS : UPDATES;
                end(table, operationOf(isPartial ? PARTIAL_UPDATES : whole, table));
            }
        }
    }

    private LaneRun end(TableBinding table, RunOperation operation) {
        return to.end(table.plan().target(), operation).by(table.plan().policies(), isLoose(table));
    }

    /** Of the part whose runs are made. */
    private boolean isLoose(TableBinding table) {
        return table.load().isLooseAt(partStart);
    }

    private RunOperation operationOf(int bucket, TableBinding table) {
        RowPolicies policies = table.plan().policies();
        boolean isLoose = isLoose(table);
        if (bucket == DELETES) {
            return RunOperation.DELETE;
        }
        if (bucket == MARKS || bucket == FIRST_MARKS) {
            return RunOperation.MARK;
        }
        if (policies.appends()) {
            return RunOperation.INSERT;
        }
        boolean isUpdate = bucket == UPDATES || bucket == PARTIAL_UPDATES;
        if (isUpdate && policies.makeNoRow() && !isLoose) {
            return RunOperation.UPDATE_IF_THERE;
        }
        return switch (bucket) {
            case UPSERTS -> RunOperation.UPSERT;
            case UPDATES -> RunOperation.UPDATE;
            case PARTIAL_UPDATES -> isLoose ? RunOperation.UPDATE_IF_THERE : RunOperation.UPDATE;
            default -> policies.keepRows() ? RunOperation.UPSERT : RunOperation.INSERT;
        };
    }

    private int bucketOf(int entry) {
        if (entries.isRefused(entry)) {
            return NOTHING;
        }
        int state = entries.state(entry);
        if (EntryState.kind(state) != 0) {
            if (isTiedLeftOut && isTied(entry)) {
                return NOTHING;
            }
            state = nets[entry];
            if ((state & (GONE | IN_ORDER)) != 0) {
                return NOTHING;
            }
        }
        if ((state & (EntryState.ALIVE | MARK)) == MARK
                || ((state & EntryState.ALIVE) == 0 && entries.isMarked(entry))) {
            return NOTHING; // all that becomes of it is the mark
        }
        TableBinding table = tables[entries.table(entry)];
        int bucket = bucketOfState(state, isLoose(table));
        if (bucket < 0 && table.plan().policies().keepRows()) {
            bucket = DELETES; // the row is the batch's own, and yet one of its key may be there
        }
        return bucket < 0 ? NOTHING : table.plan().rank() * BUCKETS + bucket;
    }

    private boolean isMark(int entry) {
        if (entries.isRefused(entry)) {
            return false;
        }
        return EntryState.kind(entries.state(entry)) == 0
                ? entries.isMarked(entry)
                : !(isTiedLeftOut && isTied(entry)) && (nets[entry] & MARK) != 0;
    }

    /** A row that comes to a key which is equal with other bytes is not to be taken for the one that went. */
    private int markBucket(int entry) {
        TableBinding table = tables[entries.table(entry)];
        boolean isFirst = !table.areKeysDistinct() && !isRowOfPart(entry);
        return table.plan().rank() * BUCKETS + (isFirst ? FIRST_MARKS : MARKS);
    }

    /** Whether the part writes the row that an entry marks. */
    private boolean isRowOfPart(int entry) {
        if (EntryState.kind(entries.state(entry)) == 0) {
            return (entries.state(entry) & EntryState.ALIVE) != 0;
        }
        int older = entries.olderOf(entry);
        return older >= partStart && (nets[older] & (GONE | EntryState.ALIVE)) == EntryState.ALIVE;
    }

    private static int bucketOfState(int state, boolean isLoose) {
        if ((state & EntryState.ALIVE) == 0) {
            return (state & EntryState.EXISTED) != 0 || isLoose ? DELETES : NOTHING;
        }
        if ((state & EntryState.PARTIAL) != 0) {
            return PARTIAL_UPDATES;
        }
        if (isLoose || (state & EntryState.MIXED) != 0) {
            return UPSERTS;
        }
        return (state & EntryState.EXISTED) != 0 ? UPDATES : INSERTS;
    }
}
