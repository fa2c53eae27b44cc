package io.millrace.task;

/** Who runs the actions of foreign keys that the source does not tell. */
public enum ForeignKeyActions {
    /** The target, whose tables have the same keys; the engine until they do. */
    TARGET,
    /** The engine, in the transaction of the parent's change. */
    APPLY,
    /** Nobody: children keep what the source has changed or removed. */
    IGNORE
}
