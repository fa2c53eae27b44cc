package io.millrace.task;

/** {@code conflicts}: what becomes of an update or a delete that meets no row, behind the load's end. */
public enum Conflicts {
    /** An update inserts its whole image, and both are counted as missing. An update without all columns is dirty. */
    REPAIR,
    /** It is a dirty row. */
    DIRTY,
    /** The task stops before it. */
    ERROR
}
