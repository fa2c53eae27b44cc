package io.millrace.reader;

import io.millrace.position.SourcePosition;
import io.millrace.wal.ChangeSink;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads a source's changes into a sink.
 *
 * <p>{@link #run} belongs to one thread, the only one that touches the sink; {@link #stop} and {@link #status} may be called
 * from any.
 */
public interface ChangeReader extends AutoCloseable {
    /**
     * One connection's life: connects, proves that the server is the one of the sink's last transaction (EXACTNESS 9), and
     * streams from the sink's position until it is stopped.
     *
     * <p>It returns only after {@link #stop}. Every other end is a {@link io.millrace.error.MillraceException}; the caller then
     * aborts the sink's open transaction, and where the code's retry is BACKOFF calls {@code run} again. A transaction that was
     * cut is sent again by the source.
     */
    void run(ChangeSink sink);

    /**
     * Ends {@link #run} soon, by closing its connection, and for good: also one that has not begun. A source that keeps changes for us is told
     * first what was {@linkplain #acknowledge acknowledged}, if it answers. Never interrupts its thread.
     */
    void stop();

    ChangeStatus status();

    /**
     * Microseconds by which the source's clock is ahead of this machine's, as measured on the last connect; 0 before the first. Lag
     * is told by the source's clock.
     */
    default long clockOffsetMicros() {
        return 0;
    }

    /**
     * Asks the source, over a connection of its own, how far it is ahead and what it keeps. For a thread that may wait: any one, one
     * at a time. Changes nothing. Empty where the source has nothing to say.
     *
     * @param durable up to where our log has it
     * @throws io.millrace.error.MillraceException with a code of the 2000s where it does not answer
     */
    default Optional<SourceGlance> glance(SourcePosition durable) {
        return Optional.empty();
    }

    /**
     * Whether the source has tables that the task takes and that were not there when it was planned, where no statement in the stream
     * says so. From any thread.
     */
    default boolean hasNewTables() {
        return false;
    }

    /**
     * Everything before a position is safe: the source may forget it. Cheap; may be called from any thread, often, and with
     * the same position again. A source that keeps nothing for its readers has nothing to do.
     */
    default void acknowledge(SourcePosition position) {
        // Nothing is kept for us.
    }

    /**
     * Bytes of its own log that the source holds for its readers at the most before it gives them up, as it said on the last connect;
     * empty where nothing bounds it. From any thread.
     */
    default OptionalLong holdLimitBytes() {
        return OptionalLong.empty();
    }

    /**
     * Somebody waits for the stream to come to a place behind which nothing may come: the source is asked where it stands, sooner than it
     * would be. Cheap; may be called from any thread, often. A source whose every commit is in its stream has nothing to be asked.
     */
    default void hasten() {
        // Whatever is waited for comes by itself.
    }

    @Override
    void close();
}
