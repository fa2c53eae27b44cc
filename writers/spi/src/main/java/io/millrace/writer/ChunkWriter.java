package io.millrace.writer;

import io.millrace.row.ImageFlyweight;
import io.millrace.row.KeyBound;
import io.millrace.row.RawForm;
import java.util.List;
import java.util.Optional;

/**
 * Loads chunks over one connection by the target's bulk path. Confined to one thread. Order of calls: {@link #begin}, any
 * number of {@link #row}, then {@link #commit} or {@link #rollback}. After an exception it is closed and replaced.
 */
public interface ChunkWriter extends AutoCloseable {
    /** Opens a transaction and the bulk path into a table. */
    void begin(TargetTable table);

    /**
     * Leaves out, from the next {@link #begin} on, what cannot be written for its own sake, and tells of it in {@link #flush} at the latest;
     * otherwise the first such row ends the chunk with DIRTY_LIMIT. Slower: rows are looked for by halves. A target that takes
     * every row leaves none out.
     *
     * @param refusals null: from now on none is left out
     */
    default void leaveOut(RowRefusals refusals) {}

    /** From the next {@link #begin} on a row that stands under the key of a new one is written over; otherwise it is refused. Slower. */
    default void overwrite() {
        throw new UnsupportedOperationException("rows that stand are not written over here");
    }

    /**
     * The next {@link #begin} first removes rows, in its own transaction, whatever foreign keys there are between the tables.
     *
     * @param lower excluded; empty for no lower end
     * @param upper included; empty for no upper end. With an end, of a single table that {@link Target#isOrdered}
     */
    default void replace(List<TargetTable> tables, Optional<KeyBound> lower, Optional<KeyBound> upper) {
        throw new UnsupportedOperationException("rows that stand are not replaced here");
    }

    /** Sends what was not sent yet: all rows that are left out have been told when this returns. Before proceed and commit. */
    default void flush() {}

    /** Sends one row; the image may be reused when this returns. */
    void row(ImageFlyweight image);

    /**
     * Whether the table that was just opened takes rows of that form, its columns in their order: then all of them come by {@link #rawRow}
     * and none by {@link #row}.
     */
    default boolean openRaw(RawForm form) {
        return false;
    }

    /** Sends one row as another server sent it; the array may be reused when this returns. */
    default void rawRow(byte[] bytes, int offset, int length) {
        throw new UnsupportedOperationException("rows are encoded here");
    }

    /**
     * Goes on to another table in the same transaction: tables that are loaded together are there together, or not at all.
     *
     * @param done of the rows so far; it counts with the commit
     */
    void proceed(LedgerEntry done, TargetTable next);

    /**
     * Commits rows and ledger entry together, while the target still has the table's shape (EXACTNESS 41) and the task's epoch.
     *
     * @param epoch of the process that loads; another one in the checkpoints is TARGET_FENCED
     */
    void commit(LedgerEntry entry, long epoch);

    void rollback();

    @Override
    void close();
}
