package io.millrace.reader.postgres.stream;

/**
 * Widens the 32-bit transaction ids of the stream to the server's own 64 bits: of all ids with these low bits the one nearest
 * to an id that is known. Ids that live at once are never 2^31 apart. Confined to one thread.
 */
public final class TransactionIds {
    private long reference;

    /**
     * Ids around one of now.
     *
     * @param current an id of the server in 64 bits
     */
    public TransactionIds(long current) {
        reference = current;
    }

    long widen(int id) {
        long wide = reference + (id - (int) reference);
        reference = Math.max(reference, wide);
        return wide;
    }
}
