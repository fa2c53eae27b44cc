package io.millrace.dirty;

import io.millrace.schema.TableId;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Where a change stands in a change log, by which it is known again when a lane comes to it a second time (EXACTNESS 30). Immutable.
 *
 * @param logIndex of the document that holds it
 * @param row counts the rows that stand at that index
 * @param isOldKey of a change of a key that is two rows: whether it is the removal at the old key
 */
public record DirtyPlace(UUID logId, long logIndex, long row, boolean isOldKey) {
    /**
     * Of a row that was loaded: its table and chunk take the place of log and document.
     *
     * @param row counts those of the chunk
     */
    public static DirtyPlace ofLoad(TableId source, int chunk, long row) {
        byte[] name = ("load " + source).getBytes(StandardCharsets.UTF_8);
        return new DirtyPlace(UUID.nameUUIDFromBytes(name), chunk, row, false);
    }

    /** Whether a change that a lane meets here came later. In another log all that is met came later: what came before is met no more. */
    public boolean isBehind(DirtyPlace other) {
        if (!logId.equals(other.logId)) {
            return true;
        }
        return logIndex == other.logIndex ? row > other.row : logIndex > other.logIndex;
    }

    /** Whether it is of a load of this table; then the index is the chunk's number. */
    boolean isOfLoad(TableId source) {
        return logId.equals(ofLoad(source, 0, 0).logId);
    }

    boolean isOfChunk(DirtyPlace other) {
        return logId.equals(other.logId) && logIndex == other.logIndex;
    }
}
