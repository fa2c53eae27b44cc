package io.millrace.writer;

/** What one target transaction of a lane applies: runs, in order. Valid until the apply returns. */
public interface Batch {
    int runCount();

    Run run(int number);

    /** Whether changes of tied tables are not in the source's order: only while the server takes them so (EXACTNESS 25). */
    default boolean isReordered() {
        return false;
    }

    /** The same changes with those of tied tables one by one, as the source made them: what counts once the server refused the batch. */
    default Batch inSourceOrder() {
        return this;
    }

    /**
     * How many rows that cannot be written for their own sake are worth finding before the apply is given up. More than one where
     * whoever made the batch stores them and tries again without them.
     */
    default int mostRefusals() {
        return 1;
    }

    /**
     * Told of each such row, in order, before the apply throws DIRTY_LIMIT: nothing of the batch is at the target then.
     *
     * @param run one of this batch's own
     * @param row its place in the run
     */
    default void refuse(Run run, int row, Refusal why) {}
}
