package io.millrace.writer;

import io.millrace.position.SourcePosition;
import io.millrace.row.KeyBound;
import io.millrace.schema.TableId;
import java.util.Optional;

/**
 * One committed chunk of a full load, written in the chunk's own transaction; or, with {@link #END} for its number, where the
 * load of its table ended: then the watermark is a place that lies behind those of all its chunks.
 *
 * @param source the table at the source
 * @param number counts a table's chunks from 0, in key order
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
    /** The number of no chunk. */
    public static final int END = -1;

    public boolean isEnd() {
        return number == END;
    }
}
