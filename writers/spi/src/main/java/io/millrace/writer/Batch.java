package io.millrace.writer;

/** What one target transaction of a lane applies: runs, in order. Valid until the apply returns. */
public interface Batch {
    int runCount();

    Run run(int number);
}
