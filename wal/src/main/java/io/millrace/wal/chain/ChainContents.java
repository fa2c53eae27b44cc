package io.millrace.wal.chain;

import io.millrace.wal.codec.DocumentDescriptor;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.LongHashSet;

/**
 * Which documents a chain's rows lie in, in the order in which they were written, and which rows of them were dropped. Bounded
 * by the number of its segments, not of its rows. Mutable; confined to one thread.
 */
public final class ChainContents {
    /** Documents in a row, all in one file: {@code count} from {@code index} on. */
    public record Extent(long index, long count) {
        boolean isBefore(long next) {
            return index + count == next;
        }
    }

    /** Rows from one ordinal up to and without another. */
    public record Range(long from, long to) {
        boolean contains(long ordinal) {
            return ordinal >= from && ordinal < to;
        }
    }

    private final List<Extent> extents = new ArrayList<>();
    private final List<Range> dropped = new ArrayList<>(); // apart from each other, in order
    private final LongHashSet aborted = new LongHashSet();

    public List<Extent> extents() {
        return extents;
    }

    public List<Range> dropped() {
        return dropped;
    }

    public LongHashSet aborted() {
        return aborted;
    }

    public void add(long index) {
        add(new Extent(index, 1));
    }

    public void add(Extent extent) {
        int last = extents.size() - 1;
        if (last >= 0 && extents.get(last).isBefore(extent.index)) {
            extents.set(last, new Extent(extents.get(last).index, extents.get(last).count + extent.count));
        } else {
            extents.add(extent);
        }
    }

    public void replaceExtents(List<Extent> next) {
        extents.clear();
        extents.addAll(next);
    }

    /** Drops rows; whatever was dropped behind {@code from} before is within. */
    public void drop(long from, long to) {
        dropped.removeIf(range -> range.from >= from);
        int last = dropped.size() - 1;
        if (last >= 0 && dropped.get(last).to >= from) {
            dropped.set(last, new Range(dropped.get(last).from, to));
        } else {
            dropped.add(new Range(from, to));
        }
    }

    void abort(long subXid) {
        aborted.add(subXid);
    }

    long droppedRows() {
        long rows = 0;
        for (Range range : dropped) {
            rows += range.to - range.from;
        }
        return rows;
    }

    public boolean isDropped(long ordinal, long subXid) {
        if (aborted.contains(subXid)) {
            return true;
        }
        for (int i = 0; i < dropped.size(); i++) {
            if (dropped.get(i).contains(ordinal)) {
                return true;
            }
        }
        return false;
    }

    /** The oldest file that it needs, or {@link Integer#MAX_VALUE}. */
    public int firstCycle() {
        int first = Integer.MAX_VALUE;
        for (Extent extent : extents) {
            first = Math.min(first, DocumentDescriptor.cycle(extent.index));
        }
        return first;
    }
}
