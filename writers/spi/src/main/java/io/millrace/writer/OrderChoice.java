package io.millrace.writer;

/**
 * Whether a lane's reordered batches are worth a try: after each that the server refused, twice as many go in the source's order at
 * once, up to 64. Confined to the lane's thread.
 */
public final class OrderChoice {
    private static final int MOST = 64;

    private int length = 1;
    private int left;

    /** The form in which a batch is tried first. */
    public Batch first(Batch batch) {
        if (!batch.isReordered()) {
            return batch;
        }
        if (left > 0) {
            left--;
            return batch.inSourceOrder();
        }
        return batch;
    }

    /** The server refused a reordered batch. */
    public void refused() {
        left = length;
        length = Math.min(MOST, length << 1);
    }

    /** The server took a batch in the form in which it was tried. */
    public void taken(Batch form) {
        if (form.isReordered()) {
            length = 1;
        }
    }
}
