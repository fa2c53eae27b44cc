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
}
