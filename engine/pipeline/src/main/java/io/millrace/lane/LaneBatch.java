package io.millrace.lane;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.row.ImageFlyweight;
import io.millrace.writer.Batch;
import io.millrace.writer.Run;
import io.millrace.writer.RunOperation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The changes that one target transaction of a lane will apply. Changes of one key collapse to the last; changes of tied tables
 * stay as they are and in their order (EXACTNESS 25). {@link #seal} makes runs of them: for each table its deletes, upserts,
 * updates, inserts; then the tied ones in source order.
 *
 * <p>What an entry knows of its key:
 *
 * <pre>
 * bit       set                                                meaning at the batch's end
 * ALIVE     the last change left a row                         clear: remove it, or nothing where the batch itself made it
 * EXISTED   the first change was an update or a delete         clear: the row is the batch's own, an INSERT
 * MIXED     a row was removed and came back, or came from      UPSERT instead of UPDATE or INSERT
 *           another key
 * PARTIAL   the image lacks columns that are written           UPDATE of the columns that it has
 * </pre>
 *
 * <p>An image that lacks columns is put over an older one of its key in the batch. Those that stay partial are updates, sorted by the
 * columns that they have. A key change with absent columns ({@link #rekey}) stands between what came before it and what comes after:
 * nothing collapses across it.
 *
 * <p>Confined to a lane. Hot path: allocates nothing but when it grows.
 */
final class LaneBatch implements Batch {
    private static final int ALIVE = 1;
    private static final int EXISTED = 1 << 1;
    private static final int MIXED = 1 << 2;
    private static final int PARTIAL = 1 << 3;
    private static final int TIED_SHIFT = 4;

    // What stands in a bucket, in the order in which a table's buckets are applied.
    private static final int DELETES = 0;
    private static final int UPSERTS = 1;
    private static final int UPDATES = 2;
    private static final int PARTIAL_UPDATES = 3;
    private static final int INSERTS = 4;
    private static final int BUCKETS = 5;
    private static final int NOTHING = -1;

    private final BatchEntries entries = new BatchEntries();
    private final List<LaneRun> runs = new ArrayList<>();
    private final ImageMerger merger = new ImageMerger();
    private final ImageFlyweight older = new ImageFlyweight();
    private final TableBinding[] tables;
    private final int[] bucketCounts;
    private int[] order = new int[1024];
    private long[] sorted = new long[0];
    /** Entries before it stand before the last change of a key that cannot be taken apart. */
    private int segmentStart;

    private int tiedCount;
    private int runCount;
    private boolean isLoose;

    /**
     * An empty batch.
     *
     * @param tables by the number of their plan
     */
    LaneBatch(TableBinding[] tables) {
        this.tables = tables;
        bucketCounts = new int[tables.length * BUCKETS];
    }

    boolean isEmpty() {
        return entries.count() == 0;
    }

    int entryCount() {
        return entries.count();
    }

    /** Whether the batch may end only where a source transaction does. */
    boolean hasTied() {
        return tiedCount > 0;
    }

    /**
     * Whether rows may be there already, or be missing, without that meaning anything: before a load's end is passed
     * (EXACTNESS 26). Only while the batch is empty.
     */
    void loose(boolean isLoose) {
        this.isLoose = isLoose;
    }

    boolean isLoose() {
        return isLoose;
    }

    /** Bytes of images that the batch itself holds. */
    long mergedBytes() {
        return merger.bytes();
    }

    /**
     * Adds a change of one key.
     *
     * @param image the flyweight of the image at {@code address}: with the key for removals and updates, whole for all others
     * @param isPartial whether it lacks columns that are written
     */
    void add(
            TableBinding table,
            byte kind,
            ImageFlyweight image,
            long address,
            int length,
            long recordHash,
            boolean isPartial) {
        long hash = table.hash(recordHash, image);
        int number = table.plan().number();
        int entry = entries.find(table, image, hash);
        int partial = isPartial ? PARTIAL : 0;
        if (table.plan().isTied()) {
            addTied(entry, number, kind, address, length, hash, partial);
        } else if (entry < 0) {
            entries.add(number, address, length, hash, (byte) (firstState(kind) | partial));
        } else if (entry < segmentStart) {
            entries.supersede(entry, number, address, length, hash, (byte) (firstState(kind) | partial));
        } else if (isPartial) {
            addOver(table, entry, image);
        } else {
            entries.replaceImage(entry, address, length);
            entries.state(entry, (byte) (nextState(entries.state(entry), kind) & ~PARTIAL));
        }
    }

    /** Puts a partial image over the one that the batch has of its key. */
    private void addOver(TableBinding table, int entry, ImageFlyweight image) {
        int state = entries.state(entry);
        if ((state & ALIVE) == 0) {
            throw new MillraceException(
                    ErrorCode.DIRTY_LIMIT,
                    "update of a row that was removed: table="
                            + table.plan().source().table());
        }
        merger.merge(table, entries.wrap(entry, older), image);
        entries.replaceImage(entry, merger.address(), merger.length());
        if (table.isWritable(entries.wrap(entry, older))) {
            entries.state(entry, (byte) (state & ~PARTIAL));
        }
    }

    /** Adds a row that goes to another key with columns absent, as one statement, behind all that is here. */
    void rekey(TableBinding table, long recordAddress, int recordLength) {
        entries.addUnfound(table.plan().number(), recordAddress, recordLength, (byte) (ChangeKind.REKEY << TIED_SHIFT));
        if (table.plan().isTied()) {
            tiedCount++;
        } else {
            segmentStart = entries.count();
        }
    }

    private void addTied(int older, int number, byte kind, long address, int length, long hash, int partial) {
        byte state = (byte) (kind << TIED_SHIFT | partial);
        if (older < 0) {
            entries.add(number, address, length, hash, state);
        } else {
            entries.supersede(older, number, address, length, hash, state);
        }
        tiedCount++;
    }

    private static byte firstState(byte kind) {
        return switch (kind) {
            case ChangeKind.INSERT -> ALIVE;
            case ChangeKind.MOVE_IN -> ALIVE | MIXED;
            case ChangeKind.UPDATE -> ALIVE | EXISTED;
            default -> EXISTED;
        };
    }

    private static byte nextState(byte state, byte kind) {
        int next = state;
        switch (kind) {
            case ChangeKind.INSERT, ChangeKind.MOVE_IN -> {
                if (kind == ChangeKind.MOVE_IN || (state & (EXISTED | ALIVE)) != 0) {
                    next |= MIXED;
                }
                next |= ALIVE;
            }
            case ChangeKind.UPDATE -> {
                if ((state & ALIVE) == 0) {
                    next |= MIXED;
                }
                next |= ALIVE;
            }
            default -> {
                next &= ~ALIVE;
                if ((state & EXISTED) != 0) {
                    next |= MIXED;
                }
            }
        }
        return (byte) next;
    }

    /** Makes the runs. */
    void seal() {
        runCount = 0;
        int count = entries.count();
        if (order.length < count) {
            order = new int[Math.max(count, order.length << 1)];
        }
        int position = 0;
        int start = 0;
        if (segmentStart > 0) {
            for (int entry = 0; entry < segmentStart; entry++) {
                if (isFence(entry)) {
                    position = sealSegment(start, entry, position);
                    order[position] = entry;
                    addRun(entries.table(entry), RunOperation.REKEY, position++, 1);
                    start = entry + 1;
                }
            }
        }
        position = sealSegment(start, count, position);
        if (tiedCount > 0) {
            sealTied(position);
        }
    }

    private boolean isFence(int entry) {
        return entries.state(entry) >>> TIED_SHIFT == ChangeKind.REKEY
                && !tables[entries.table(entry)].plan().isTied();
    }

    /** Makes the runs of the entries between two places; returns where the next ones go. */
    private int sealSegment(int first, int end, int from) {
        Arrays.fill(bucketCounts, 0);
        for (int entry = first; entry < end; entry++) {
            int bucket = bucketOf(entry);
            if (bucket >= 0) {
                bucketCounts[bucket]++;
            }
        }
        int position = layOutBuckets(from);
        for (int entry = first; entry < end; entry++) {
            int bucket = bucketOf(entry);
            if (bucket >= 0) {
                order[bucketCounts[bucket]++] = entry;
            }
        }
        // Each count has become its bucket's end.
        int start = from;
        for (int bucket = 0; bucket < bucketCounts.length; bucket++) {
            int bucketEnd = bucketCounts[bucket];
            if (bucketEnd > start) {
                if (bucket % BUCKETS == PARTIAL_UPDATES) {
                    sortByColumns(start, bucketEnd - start);
                }
                start = bucketEnd;
            }
        }
        return position;
    }

    /** Turns counts into starts, and makes a run of each bucket. */
    private int layOutBuckets(int from) {
        int start = from;
        for (int bucket = 0; bucket < bucketCounts.length; bucket++) {
            int count = bucketCounts[bucket];
            if (count > 0) {
                bucketCounts[bucket] = start;
                addRun(bucket / BUCKETS, operationOf(bucket % BUCKETS), start, count);
                start += count;
            }
        }
        return start;
    }

    private RunOperation operationOf(int bucket) {
        return switch (bucket) {
            case DELETES -> RunOperation.DELETE;
            case UPSERTS -> RunOperation.UPSERT;
            case UPDATES -> RunOperation.UPDATE;
            case PARTIAL_UPDATES -> isLoose ? RunOperation.UPDATE_IF_THERE : RunOperation.UPDATE;
            default -> RunOperation.INSERT;
        };
    }

    private int bucketOf(int entry) {
        int state = entries.state(entry);
        if (state >>> TIED_SHIFT != 0) {
            return NOTHING;
        }
        int bucket = bucketOfState(state);
        return bucket < 0 ? NOTHING : entries.table(entry) * BUCKETS + bucket;
    }

    private int bucketOfState(int state) {
        if ((state & ALIVE) == 0) {
            return (state & EXISTED) != 0 || isLoose ? DELETES : NOTHING;
        }
        if ((state & PARTIAL) != 0) {
            return PARTIAL_UPDATES;
        }
        if (isLoose || (state & MIXED) != 0) {
            return UPSERTS;
        }
        return (state & EXISTED) != 0 ? UPDATES : INSERTS;
    }

    /** Brings rows with the same columns together, each group in its order. */
    private void sortByColumns(int first, int count) {
        if (sorted.length < count) {
            sorted = new long[Math.max(count, order.length)];
        }
        for (int i = 0; i < count; i++) {
            int entry = order[first + i];
            sorted[i] = (long) entries.wrap(entry, older).presenceHash() << 32 | entry;
        }
        Arrays.sort(sorted, 0, count);
        for (int i = 0; i < count; i++) {
            order[first + i] = (int) sorted[i];
        }
    }

    /** Neighbours of the same table and operation become one run, as long as their keys differ. */
    private void sealTied(int from) {
        int position = from;
        int runStart = from;
        int runTable = -1;
        RunOperation runOperation = null;
        int runKind = 0;
        for (int entry = 0; entry < entries.count(); entry++) {
            int state = entries.state(entry);
            if (state >>> TIED_SHIFT == 0 || isFence(entry)) {
                continue;
            }
            RunOperation operation = tiedOperation((byte) (state >>> TIED_SHIFT), (state & PARTIAL) != 0);
            boolean isContinued = entries.table(entry) == runTable
                    && operation == runOperation
                    && operation != RunOperation.REKEY
                    && (state >>> TIED_SHIFT == ChangeKind.DELETE_ALONE) == (runKind == ChangeKind.DELETE_ALONE)
                    && !isKeyInRun(entry, runStart, position);
            if (!isContinued) {
                closeTied(runTable, runOperation, runKind, runStart, position);
                runStart = position;
                runTable = entries.table(entry);
                runOperation = operation;
                runKind = state >>> TIED_SHIFT;
            }
            order[position++] = entry;
        }
        closeTied(runTable, runOperation, runKind, runStart, position);
    }

    private void closeTied(int table, RunOperation operation, int kind, int start, int end) {
        if (end > start) {
            addRun(table, operation, start, end - start);
            boolean isAlone = kind == ChangeKind.DELETE_ALONE
                    || (kind == ChangeKind.REKEY && entries.haveKeysRested(order[start]));
            if (isAlone) {
                runs.get(runCount - 1).restKeys();
            }
        }
    }

    private boolean isKeyInRun(int entry, int runStart, int position) {
        int older = entries.olderOf(entry);
        return older >= 0 && position > runStart && older >= order[runStart];
    }

    private RunOperation tiedOperation(byte kind, boolean isPartial) {
        return switch (kind) {
            case ChangeKind.INSERT -> isLoose ? RunOperation.UPSERT : RunOperation.INSERT;
            case ChangeKind.UPDATE -> {
                RunOperation loose = isPartial ? RunOperation.UPDATE_IF_THERE : RunOperation.UPSERT;
                yield isLoose ? loose : RunOperation.UPDATE;
            }
            case ChangeKind.MOVE_IN -> RunOperation.UPSERT;
            case ChangeKind.REKEY -> RunOperation.REKEY;
            default -> RunOperation.DELETE;
        };
    }

    private void addRun(int table, RunOperation operation, int start, int count) {
        if (runCount == runs.size()) {
            runs.add(new LaneRun(entries));
        }
        runs.get(runCount++).of(tables[table].plan().target(), operation, order, start, count);
    }

    void clear() {
        entries.clear();
        merger.clear();
        segmentStart = 0;
        tiedCount = 0;
        runCount = 0;
    }

    @Override
    public int runCount() {
        return runCount;
    }

    @Override
    public Run run(int number) {
        return runs.get(number);
    }
}
