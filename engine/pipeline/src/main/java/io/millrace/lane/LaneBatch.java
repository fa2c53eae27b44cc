package io.millrace.lane;

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
 * </pre>
 *
 * <p>Confined to a lane. Hot path: allocates nothing but when it grows.
 */
final class LaneBatch implements Batch {
    private static final int ALIVE = 1;
    private static final int EXISTED = 1 << 1;
    private static final int MIXED = 1 << 2;
    private static final int TIED_SHIFT = 4;

    private static final RunOperation[] ORDER = {
        RunOperation.DELETE, RunOperation.UPSERT, RunOperation.UPDATE, RunOperation.INSERT
    };
    private static final int OPERATIONS = ORDER.length;
    private static final int NOTHING = -1;

    private final BatchEntries entries = new BatchEntries();
    private final List<LaneRun> runs = new ArrayList<>();
    private final TableBinding[] tables;
    private final int[] bucketCounts;
    private int[] order = new int[1024];
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
        bucketCounts = new int[tables.length * OPERATIONS];
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

    /**
     * Adds a change of one key.
     *
     * @param image the flyweight of the image at {@code address}: with the key for removals, whole for all others
     */
    void add(TableBinding table, byte kind, ImageFlyweight image, long address, int length, long recordHash) {
        long hash = table.hash(recordHash, image);
        int number = table.plan().number();
        int entry = entries.find(table, image, hash);
        if (table.plan().isTied()) {
            addTied(entry, number, kind, address, length, hash);
        } else if (entry < 0) {
            entries.add(number, address, length, hash, firstState(kind));
        } else {
            entries.replaceImage(entry, address, length);
            entries.state(entry, nextState(entries.state(entry), kind));
        }
    }

    private void addTied(int older, int number, byte kind, long address, int length, long hash) {
        byte state = (byte) (kind << TIED_SHIFT);
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
        Arrays.fill(bucketCounts, 0);
        for (int entry = 0; entry < count; entry++) {
            int bucket = bucketOf(entry);
            if (bucket >= 0) {
                bucketCounts[bucket]++;
            }
        }
        int end = layOutBuckets();
        for (int entry = 0; entry < count; entry++) {
            int bucket = bucketOf(entry);
            if (bucket >= 0) {
                order[bucketCounts[bucket]++] = entry;
            }
        }
        if (tiedCount > 0) {
            sealTied(end);
        }
    }

    /** Turns counts into starts, and makes a run of each bucket. */
    private int layOutBuckets() {
        int start = 0;
        for (int bucket = 0; bucket < bucketCounts.length; bucket++) {
            int count = bucketCounts[bucket];
            if (count > 0) {
                bucketCounts[bucket] = start;
                addRun(bucket / OPERATIONS, ORDER[bucket % OPERATIONS], start, count);
                start += count;
            }
        }
        return start;
    }

    private int bucketOf(int entry) {
        int state = entries.state(entry);
        if (state >>> TIED_SHIFT != 0) {
            return NOTHING;
        }
        int operation = operationOf(state);
        return operation < 0 ? NOTHING : entries.table(entry) * OPERATIONS + operation;
    }

    /** A place in {@link #ORDER}. */
    private int operationOf(int state) {
        if ((state & ALIVE) == 0) {
            return (state & EXISTED) != 0 || isLoose ? 0 : NOTHING;
        }
        if (isLoose || (state & MIXED) != 0) {
            return 1;
        }
        return (state & EXISTED) != 0 ? 2 : 3;
    }

    /** Neighbours of the same table and operation become one run, as long as their keys differ. */
    private void sealTied(int from) {
        int position = from;
        int runStart = from;
        int runTable = -1;
        RunOperation runOperation = null;
        for (int entry = 0; entry < entries.count(); entry++) {
            int kind = entries.state(entry) >>> TIED_SHIFT;
            if (kind == 0) {
                continue;
            }
            RunOperation operation = tiedOperation((byte) kind);
            boolean isContinued = entries.table(entry) == runTable
                    && operation == runOperation
                    && !isKeyInRun(entry, runStart, position);
            if (!isContinued) {
                closeTied(runTable, runOperation, runStart, position);
                runStart = position;
                runTable = entries.table(entry);
                runOperation = operation;
            }
            order[position++] = entry;
        }
        closeTied(runTable, runOperation, runStart, position);
    }

    private void closeTied(int table, RunOperation operation, int start, int end) {
        if (end > start) {
            addRun(table, operation, start, end - start);
        }
    }

    private boolean isKeyInRun(int entry, int runStart, int position) {
        int older = entries.olderOf(entry);
        return older >= 0 && position > runStart && older >= order[runStart];
    }

    private RunOperation tiedOperation(byte kind) {
        return switch (kind) {
            case ChangeKind.INSERT -> isLoose ? RunOperation.UPSERT : RunOperation.INSERT;
            case ChangeKind.UPDATE -> isLoose ? RunOperation.UPSERT : RunOperation.UPDATE;
            case ChangeKind.MOVE_IN -> RunOperation.UPSERT;
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
