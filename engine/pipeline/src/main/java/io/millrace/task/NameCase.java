package io.millrace.task;

/** {@code mapping.case}: the letters of names at the target. */
public enum NameCase {
    /** As the rules made them. */
    KEEP,
    /** All in lower case: schemas, tables and columns. */
    LOWER
}
