package io.millrace.writer;

import io.millrace.position.SourcePosition;
import io.millrace.row.KeyBound;
import io.millrace.schema.TableId;
import java.util.Optional;

/**
 * One committed chunk of a full load, written in the chunk's own transaction; or, with a number of no chunk, what else is to be known of
 * its table's load: with {@link #END} where it ended, and then the watermark is a place that lies behind those of all its chunks.
 *
 * @param source the table at the source
 * @param number grows with the key over a table's chunks, from 0; some may be left out
 * @param lower excluded; empty for the first
 * @param upper included; empty for the last
 * @param watermark transactions proven visible in the chunk's snapshot
 * @param shape a digest of the columns and types that were read
 */
public record LedgerEntry(
        TableId source,
        int number,
        Optional<KeyBound> lower,
        Optional<KeyBound> upper,
        SourcePosition watermark,
        String shape,
        long rows) {
    /** Where the load ended. */
    public static final int END = -1;

    /** Rows that stood in the target table before the load were removed. */
    public static final int EMPTIED = -2;

    /** Somebody wants the range to be loaded again. */
    public static final int REQUESTED = -3;

    /** The range is loaded again: each chunk takes the place of the rows that stand in its own range. Gone with the load's end. */
    public static final int RELOADING = -4;

    public boolean isChunk() {
        return number >= 0;
    }

    public boolean isEnd() {
        return number == END;
    }

    public boolean isEmptied() {
        return number == EMPTIED;
    }

    public boolean isRequest() {
        return number == REQUESTED;
    }

    public boolean isReload() {
        return number == RELOADING;
    }
}
