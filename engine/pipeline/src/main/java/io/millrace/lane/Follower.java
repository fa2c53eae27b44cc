package io.millrace.lane;

import io.millrace.ddl.DdlEvent;
import java.util.Optional;

/**
 * What follows a change log to its end and keeps a checkpoint of how far it has come: a lane, or a consumer in place of a target.
 *
 * <p>{@link #doWork}, {@link #idle} and {@link #close} belong to one thread; everything else may be called from any.
 */
public interface Follower extends AutoCloseable {
    /** One step. Returns 0 where there was nothing to do. */
    int doWork();

    /** Waits a little, or until something is durable that it has not read. */
    void idle();

    /** A glance. */
    LaneStatus status();

    /** Since when it waits for the target to take a batch, in milliseconds since 1970; 0 where it does not. */
    default long applyingSinceMillis() {
        return 0;
    }

    /**
     * Asks it to read up to an index, apply all of it, write its checkpoint, and end; asked again, to go on up to a later index.
     *
     * @param index as another one's checkpoint names it; 0 for as soon as may be
     */
    void finish(long index);

    /** The load ended before its end: what waits for it ends where it is, and so does what waits for that. */
    default void loadStopped() {}

    /** Whether it has come where {@link #finish} said, or has ended before. */
    boolean isFinished();

    /** The statement that it stands before, with all that comes earlier applied: nothing passes it. Empty where there is none. */
    Optional<DdlEvent> barrier();

    /** Counts the statements that the log has from the committed index on, up to that one. */
    default int barrierNumber() {
        return 0;
    }

    /** DDL on the task's tables that it has passed since it began. */
    long statements();

    /** Asks it to end without waiting for anyone: what is not committed will be read again. */
    void giveUp();

    @Override
    void close();
}
