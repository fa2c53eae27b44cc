package io.millrace.writer;

/**
 * Applies a lane's batches over one connection. Confined to the lane's thread.
 *
 * <p>After an exception with retry BACKOFF the lane asks {@link #checkpoint}, which connects anew and waits for a commit of the
 * lost connection that may still be under way: the answer tells whether the batch stands. Nothing is retried before that.
 */
public interface LaneWriter extends AutoCloseable {
    /** The lane's checkpoint as the target has it, whoever wrote it. */
    Checkpoint checkpoint();

    /**
     * One transaction: compares and sets the checkpoint first, applies the runs, commits. When it returns, everything is durable
     * at the target; when it throws, nothing is, but after TARGET_CONNECTION_LOST, where the checkpoint knows.
     *
     * @param expected what must stand there: epoch, log id and index
     * @return what the target counted
     * @throws io.millrace.error.MillraceException TARGET_FENCED where something else stood there; DIRTY_LIMIT where a row
     *     cannot be written for its own sake
     */
    ApplyResult apply(Batch batch, Checkpoint expected, Checkpoint next);

    /** There was nothing to apply for a while, and no commit is in doubt: what is open at the target is closed until there is. */
    default void rest() {}

    @Override
    void close();
}
