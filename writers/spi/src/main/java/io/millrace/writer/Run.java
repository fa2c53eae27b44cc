package io.millrace.writer;

import io.millrace.row.ImageFlyweight;

/** Rows of one table with one operation, applied as one statement. Keys within a run differ from each other. */
public interface Run {
    TargetTable table();

    RunOperation operation();

    int count();

    /** The image of a row. The flyweight is the run's own: valid until the next call. */
    ImageFlyweight row(int number);
}
