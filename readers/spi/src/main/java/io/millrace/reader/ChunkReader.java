package io.millrace.reader;

import io.millrace.position.SourcePosition;
import io.millrace.row.KeyBound;
import io.millrace.row.RawForm;
import io.millrace.schema.TableSchema;
import java.util.List;
import java.util.Optional;

/**
 * Reads tables in chunks of their key, each from one consistent snapshot, without locks.
 *
 * <p>Order of calls: {@link #boundary} and {@link #estimate} at any time outside a snapshot; {@link #begin}, one or more {@link #read}, {@link #end}.
 * Confined to one thread. After an exception the reader is closed and replaced.
 */
public interface ChunkReader extends AutoCloseable {
    /**
     * The key of the row that stands {@code rows} rows behind {@code lower}, in the server's order of the key; empty where
     * fewer are left: then the chunk has no upper end.
     *
     * @param lower excluded; empty for the table's first chunk
     */
    Optional<KeyBound> boundary(TableSchema table, Optional<KeyBound> lower, int rows);

    /**
     * About how many rows a range has, as the server's optimizer sees it, without reading them; -1 where it does not tell.
     *
     * @param lower excluded; empty for no lower end
     * @param upper included; empty for no upper end
     */
    default long estimate(TableSchema table, Optional<KeyBound> lower, Optional<KeyBound> upper) {
        return -1;
    }

    /**
     * Opens a consistent snapshot.
     *
     * @return its watermark: every transaction that it contains is visible in the snapshot (EXACTNESS 33)
     */
    SourcePosition begin();

    /**
     * Opens a consistent snapshot of which the watermark holds exactly the transactions that it contains. For readers whose
     * {@link #begin} is always so.
     *
     * @return empty where the source cannot tell at this moment: nothing is open then, and it may be asked again
     * @throws io.millrace.error.MillraceException with SOURCE_SETTING where the source can never tell
     */
    default Optional<SourcePosition> beginExact() {
        return Optional.of(begin());
    }

    /** Whether the watermark that {@link #beginExact} gave last is so: not where a server does not know what its snapshots hold. */
    default boolean isExact() {
        return true;
    }

    /**
     * Whether the source finds a condition true for just those rows for which the engine does. What is not known to be so is left to
     * the engine.
     */
    default boolean canJudge(TableSchema table, RowCondition condition) {
        return false;
    }

    /**
     * Sends the rows of a range to the sink, with the same values in the same representation as the stream's after images.
     *
     * @param lower excluded; empty for no lower end
     * @param upper included; empty for no upper end
     * @return how many rows
     */
    long read(TableSchema table, RowScope scope, Optional<KeyBound> lower, Optional<KeyBound> upper, ChunkSink sink);

    /**
     * Sends the row under a key to the sink, if there is one, as {@link #read} would.
     *
     * @param key an image with at least the key's columns
     */
    void readRow(TableSchema table, RowScope scope, KeyBound key, ChunkSink sink);

    /** The same of all rows and columns. */
    default long read(TableSchema table, Optional<KeyBound> lower, Optional<KeyBound> upper, ChunkSink sink) {
        return read(table, RowScope.all(table), lower, upper, sink);
    }

    /**
     * In which form {@link #readRaw} would send these columns, as the table is in the open snapshot; empty where rows can only be
     * decoded.
     *
     * @param columns of the table, in the order of a row's fields
     */
    default Optional<RawForm> rawForm(TableSchema table, List<Integer> columns) {
        return Optional.empty();
    }

    /**
     * The same rows as {@link #read}, as the server sends them: only in the form that {@link #rawForm} has named.
     *
     * @param scope with the columns in the order of a row's fields
     */
    default long readRaw(
            TableSchema table, RowScope scope, Optional<KeyBound> lower, Optional<KeyBound> upper, RawSink sink) {
        throw new UnsupportedOperationException("rows are decoded here");
    }

    /** Closes the snapshot. */
    void end();

    @Override
    void close();
}
