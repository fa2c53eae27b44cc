package io.millrace.wal.chain;

import io.millrace.wal.chain.ChainContents.Extent;
import io.millrace.wal.chain.ChainContents.Range;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.collections.LongHashSet;

/**
 * Writes a chain's contents into frames, portion by portion where they are too long for one.
 *
 * <pre>
 *   0                   4                   8
 *  +-------------------+-------------------+
 *  | index of the CHAIN_LIST before, or -1 |
 *  +-------------------+-------------------+
 *  | extents           | ranges            |   counts
 *  +-------------------+-------------------+
 *  | subtransactions   | length of a name  |
 *  +-------------------+-------------------+
 *  | extents: index (8), documents (8) …   |
 *  | ranges: ordinals from (8), to (8) …   |
 *  | aborted subtransactions (8) …         |
 *  +---------------------------------------+
 * </pre>
 *
 * <p>Confined to the sink's thread.
 */
public final class ChainListing {
    public static final int LIST_BEFORE = 0;
    static final int EXTENTS = 8;
    static final int RANGES = 12;
    static final int ABORTED = 16;
    public static final int NAME_LENGTH = 20;
    public static final int DATA = 24;

    private final ChainContents contents;
    private final long[] aborted;
    private int extent;
    private int range;
    private int subtransaction;

    public ChainListing(ChainContents contents) {
        this.contents = contents;
        aborted = new long[contents.aborted().size()];
        int i = 0;
        for (LongHashSet.LongIterator each = contents.aborted().iterator(); each.hasNext(); ) {
            aborted[i++] = each.nextValue();
        }
    }

    /** Bytes of what is left. */
    public long leftBytes() {
        return 16L * (contents.extents().size() - extent)
                + 16L * (contents.dropped().size() - range)
                + 8L * (aborted.length - subtransaction);
    }

    /** Writes a portion of up to so many bytes; returns its length behind {@link #DATA}. */
    public int write(MutableDirectBuffer to, int at, long listBefore, int limitBytes) {
        int data = at + DATA;
        int end = data + limitBytes;
        int extents = 0;
        int ranges = 0;
        int aborts = 0;
        for (; extent < contents.extents().size() && data + 16 <= end; extent++, extents++) {
            Extent next = contents.extents().get(extent);
            data = write(to, data, next.index(), next.count());
        }
        for (; range < contents.dropped().size() && data + 16 <= end; range++, ranges++) {
            Range next = contents.dropped().get(range);
            data = write(to, data, next.from(), next.to());
        }
        for (; subtransaction < aborted.length && data + 8 <= end; subtransaction++, aborts++, data += 8) {
            to.putLong(data, aborted[subtransaction]);
        }
        to.putLong(at + LIST_BEFORE, listBefore);
        to.putInt(at + EXTENTS, extents);
        to.putInt(at + RANGES, ranges);
        to.putInt(at + ABORTED, aborts);
        to.putInt(at + NAME_LENGTH, 0);
        return data - at - DATA;
    }

    private static int write(MutableDirectBuffer to, int at, long first, long second) {
        to.putLong(at, first);
        to.putLong(at + 8, second);
        return at + 16;
    }

    /** Adds a portion to contents; portions in the order in which they were written. */
    public static void read(DirectBuffer from, int at, ChainContents contents) {
        int data = at + DATA;
        for (int i = from.getInt(at + EXTENTS); i > 0; i--, data += 16) {
            contents.add(new Extent(from.getLong(data), from.getLong(data + 8)));
        }
        for (int i = from.getInt(at + RANGES); i > 0; i--, data += 16) {
            contents.dropped().add(new Range(from.getLong(data), from.getLong(data + 8)));
        }
        for (int i = from.getInt(at + ABORTED); i > 0; i--, data += 8) {
            contents.abort(from.getLong(data));
        }
    }

    /** Where a portion's data ends: there its frame's name stands. */
    static int end(DirectBuffer from, int at) {
        return at + DATA + 16 * (from.getInt(at + EXTENTS) + from.getInt(at + RANGES)) + 8 * from.getInt(at + ABORTED);
    }
}
