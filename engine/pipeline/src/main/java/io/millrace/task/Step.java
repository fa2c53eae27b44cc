package io.millrace.task;

/** What a task does, in this order; any non-empty subset. */
public enum Step {
    /** Makes the target's missing schemas and tables. */
    STRUCTURE,
    /** Copies the rows that are there. */
    FULL,
    /** Follows the changes. */
    INCREMENTAL
}
