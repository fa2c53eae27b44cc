package io.millrace.wal;

import io.millrace.position.SourcePosition;
import java.util.List;
import java.util.UUID;

/**
 * The durable log of one task, over a directory that it locks. See {@code FORMAT.md}.
 *
 * <p>{@link #sink} belongs to the reader's thread; each tailer to its lane's; everything else is thread-safe.
 */
public interface ChangeLog extends AutoCloseable {
    /** Names this log for good: a checkpoint with another id belongs to another log. */
    UUID id();

    /** Whether it was made by this open: no change was ever written to it. */
    boolean isNew();

    /** Where changes are written. One per log. */
    ChangeSink sink();

    /** A tailer from the log's first index. */
    LogTailer tailer();

    /** The index before all documents of this log, where a lane of a new log starts. */
    long firstIndex();

    /** Nothing at or behind this index may be read yet; all before it is durable. Moves on by itself. */
    long durableIndex();

    /**
     * Waits until something at an index is durable, so that a lane which has read all need not ask again and again.
     *
     * @return whether {@link #durableIndex} is beyond {@code index}; false after the time, or once the log is closed or failed
     */
    boolean awaitDurable(long index, long timeoutMillis);

    /** The source position up to which all transactions are durable here. */
    SourcePosition durablePosition();

    /**
     * Whether an index lies in this log, or at its end (EXACTNESS 7).
     *
     * @param index as a lane's checkpoint names it
     */
    boolean contains(long index);

    /**
     * The source position that the log has before an index: another log of the same id may have another one there (EXACTNESS 7).
     *
     * @param index one that it {@link #contains}
     */
    SourcePosition positionAt(long index);

    /** What is prepared at the source, and neither committed nor rolled back, up to where the sink is; copies. */
    List<ChainSink.Prepared> prepared();

    /** Everything before this index may be deleted, but for what the log itself keeps back. */
    void retainFrom(long index);

    /** Whether the reader waits for space, which only checkpoints that move on can make. */
    boolean isFull();

    /** Sizes and states for progress lines and metrics. */
    LogStatus status();

    /** Stops appending, forces what is committed, and unlocks. Idempotent. */
    @Override
    void close();
}
