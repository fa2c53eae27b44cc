package io.millrace.writer;

import io.millrace.row.ImageFlyweight;

/**
 * Rows of one table with one operation, applied as one statement. Keys within a run differ from each other. Every image has its key;
 * only those of UPDATE, UPDATE_IF_THERE and REKEY may lack other columns that are written.
 */
public interface Run {
    TargetTable table();

    RunOperation operation();

    int count();

    /** The image of a row. The flyweight is the run's own: valid until the next call. */
    ImageFlyweight row(int number);

    /** Of REKEY the image that has the key of before the change. The flyweight is the run's own: valid until the next call. */
    ImageFlyweight before(int number);

    /** Whether REKEY of a row that is not there does nothing, even with a whole image. */
    default boolean makesNoRow() {
        return false;
    }

    /** Whether a row of UPDATE, REKEY or DELETE that is not there is refused, with {@link Refusal#NO_ROW}. */
    default boolean refusesMissing() {
        return false;
    }

    /** Whether the source did not look at foreign keys when it changed these rows, so that none of their actions ran. */
    default boolean haveKeysRested() {
        return false;
    }
}
