package io.millrace.lane.batch;

import io.millrace.lane.table.TableBinding;
import io.millrace.mapping.RowPolicies;
import io.millrace.row.ImageFlyweight;
import io.millrace.writer.RunOperation;
import java.util.Arrays;

/**
 * Lays out the runs of a part of the batch, which nothing cuts: each entry goes into a bucket of its table, and the buckets stand in the
 * order in which they are applied.
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
 * <p>Confined to a lane. Hot path: allocates nothing but when it grows.
 */
final class NetBuckets {
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

    private final TableBinding[] tables;
    private final BatchEntries entries;
    private final TiedNets nets;
    private final TableBinding[] byRank;
    private final int[] bucketCounts;
    private final int[] bucketStarts;
    private final ImageFlyweight image = new ImageFlyweight();
    private long[] keyed = new long[0];
    private byte[] netOf = new byte[0];
    private RunList to;
    private boolean isTiedLeftOut;
    private int partStart;

    NetBuckets(TableBinding[] tables, BatchEntries entries, TiedNets nets) {
        this.tables = tables;
        this.entries = entries;
        this.nets = nets;
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

    /** Runs go there from now on; entries of tied tables are passed over where others make theirs. */
    void begin(RunList runs, boolean areTiedLeftOut) {
        to = runs;
        netOf = nets.all();
        isTiedLeftOut = areTiedLeftOut;
    }

    /** Whether entries of its table are passed over. */
    boolean isLeftOut(int entry) {
        return isTiedLeftOut && tables[entries.table(entry)].plan().isTied();
    }

    /** Makes the runs of the entries between two places. */
    void part(int start, int end) {
        if (start == end) {
            return;
        }
        partStart = start;
        boolean hasMarks = nets.hasMarks();
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
            keyed = new long[Math.max(count, keyed.length << 1)];
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
                && !isLeftOut(entry)
                && (netOf[entry] & TiedNets.IN_ORDER) != 0;
    }

    private void inOrder(int start, int end) {
        for (int entry = start; entry < end; entry++) {
            if (isInOrder(entry)) {
                boolean isPartial = (netOf[entry] & EntryState.PARTIAL) != 0;
                TableBinding table = tables[entries.table(entry)];
                to.place(entry);
                int whole = isLoose(table) ? UPSERTS : UPDATES;
                end(table, operationOf(isPartial ? PARTIAL_UPDATES : whole, table));
            }
        }
    }

    /** Makes a run of what was placed, of one change by itself. */
    LaneRun alone(int first, TableBinding table, RunOperation operation) {
        partStart = first;
        return end(table, operation);
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
            if (isLeftOut(entry)) {
                return NOTHING;
            }
            state = netOf[entry];
            if ((state & (TiedNets.GONE | TiedNets.IN_ORDER)) != 0) {
                return NOTHING;
            }
        }
        if ((state & (EntryState.ALIVE | TiedNets.MARK)) == TiedNets.MARK
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
                : !isLeftOut(entry) && (netOf[entry] & TiedNets.MARK) != 0;
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
        return older >= partStart && (netOf[older] & (TiedNets.GONE | EntryState.ALIVE)) == EntryState.ALIVE;
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
