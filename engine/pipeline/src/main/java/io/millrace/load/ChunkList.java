package io.millrace.load;

import io.millrace.mapping.Positions;
import io.millrace.position.SourcePosition;
import io.millrace.row.KeyBound;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The chunks of one table in the order of their ranges, end to end from the table's beginning: each open (being read, or about to
 * be) or done. What lies behind the last one is pending. A chunk is known for good by its number; its place moves when one before it is divided.
 * Not thread-safe.
 */
final class ChunkList {
    private KeyBound[] uppers = new KeyBound[8]; // null: no upper end
    private SourcePosition[] watermarks = new SourcePosition[8]; // null: open
    private int[] numbers = new int[8];
    private int count;
    private int doneCount;

    int count() {
        return count;
    }

    int doneCount() {
        return doneCount;
    }

    boolean isDone(int chunk) {
        return watermarks[chunk] != null;
    }

    /** A chunk as it lies among the others. */
    record Range(int number, Optional<KeyBound> upper, boolean isDone) {}

    List<Range> ranges() {
        List<Range> ranges = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ranges.add(new Range(numbers[i], upper(i), isDone(i)));
        }
        return ranges;
    }

    /** What the ledger calls it: grows with the range, and has gaps where a load was cut short, or where there may be more. */
    int number(int chunk) {
        return numbers[chunk];
    }

    /** Where a chunk is that is known by its number. */
    int indexOf(int number) {
        return Arrays.binarySearch(numbers, 0, count, number);
    }

    /** Whether the ledger has a number for another chunk before this one. */
    boolean isDivisible(int chunk) {
        return next(chunk) < numbers[chunk];
    }

    private int next(int chunk) {
        return chunk == 0 ? 0 : numbers[chunk - 1] + 1;
    }

    Optional<KeyBound> lower(int chunk) {
        return chunk == 0 ? Optional.empty() : Optional.of(uppers[chunk - 1]);
    }

    Optional<KeyBound> upper(int chunk) {
        return Optional.ofNullable(uppers[chunk]);
    }

    /** Where the pending rest begins, excluded. */
    Optional<KeyBound> end() {
        return count == 0 ? Optional.empty() : upper(count - 1);
    }

    /** Whether nothing is pending. */
    boolean isWhole() {
        return count > 0 && uppers[count - 1] == null;
    }

    boolean isComplete() {
        return isWhole() && doneCount == count;
    }

    /** Opens the next chunk. Returns which one it is. */
    int open(Optional<KeyBound> upper) {
        return open(next(count), upper);
    }

    /** The same with a number that the ledger has, or leaves free. */
    int open(int number, Optional<KeyBound> upper) {
        return insert(count, number, upper);
    }

    /** Divides an open chunk: its first part, up to this end, is one of its own, in its place; the rest keeps its number, and comes next. */
    void divide(int chunk, Optional<KeyBound> upper) {
        insert(chunk, next(chunk), upper);
    }

    private int insert(int chunk, int number, Optional<KeyBound> upper) {
        if (count == uppers.length) {
            uppers = Arrays.copyOf(uppers, count << 1);
            watermarks = Arrays.copyOf(watermarks, count << 1);
            numbers = Arrays.copyOf(numbers, count << 1);
        }
        System.arraycopy(uppers, chunk, uppers, chunk + 1, count - chunk);
        System.arraycopy(watermarks, chunk, watermarks, chunk + 1, count - chunk);
        System.arraycopy(numbers, chunk, numbers, chunk + 1, count - chunk);
        uppers[chunk] = upper.orElse(null);
        watermarks[chunk] = null;
        numbers[chunk] = number;
        count++;
        return chunk;
    }

    void done(int chunk, SourcePosition watermark) {
        // Chunks of a quiet source share one object.
        boolean isShared = chunk > 0 && watermark.equals(watermarks[chunk - 1]);
        watermarks[chunk] = isShared ? watermarks[chunk - 1] : watermark;
        doneCount++;
    }

    /** A copy, that other threads may keep. */
    SourcePosition[] watermarks() {
        return Arrays.copyOf(watermarks, count);
    }

    /**
     * The watermarks of a complete table that matter where a change may lie in any of its chunks: it is contained in all of them where
     * it is contained in these (EXACTNESS 36).
     */
    SourcePosition[] leastWatermarks() {
        List<SourcePosition> least = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SourcePosition next = watermarks[i];
            if (least.stream().noneMatch(each -> Positions.isWithin(each, next))) {
                least.removeIf(each -> Positions.isWithin(next, each));
                least.add(next);
            }
        }
        return least.toArray(SourcePosition[]::new);
    }
}
