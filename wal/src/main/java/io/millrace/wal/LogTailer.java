package io.millrace.wal;

/**
 * Reads the log from an index on, up to the durable limit, in place. It passes over what is dead: torn tails, cut and
 * rolled back transactions.
 *
 * <p>Confined to one thread. Close is idempotent.
 */
public interface LogTailer extends AutoCloseable {
    /**
     * Hands the next durable documents to the handler.
     *
     * @param documentLimit how many at the most
     * @return how many documents were read; 0 where nothing more is durable. Never blocks.
     * @throws io.millrace.error.MillraceException with LOG_DAMAGED where a durable document is damaged
     */
    int poll(FrameHandler handler, int documentLimit);

    /** Where the next {@link #poll} starts. */
    long nextIndex();

    /** Goes to an index that {@link FrameHandler#onDocumentEnd} once named. Releases what was read. */
    void moveTo(long index);

    /** Everything handed out so far may be unmapped. Until then the memory stays valid across polls. */
    void release();

    /** Bytes handed out and not released: a lane bounds its batch by it. */
    long heldBytes();

    @Override
    void close();
}
