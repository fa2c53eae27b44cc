package io.millrace.task;

/** What becomes of rows that stood in a target table before the task's load. */
public enum ExistingRows {
    /** The task does not begin. */
    ERROR,
    /** They stay, and one under the key of a row of the source is written over. */
    KEEP,
    /** They are removed, once, before the load. */
    TRUNCATE
}
