package io.millrace.task;

/** What becomes of a selected table that has no key. */
public enum OnNoKey {
    /** It is refused by name, and the task does not start. */
    ERROR,
    /** It is left out, and that is said. */
    SKIP
}
