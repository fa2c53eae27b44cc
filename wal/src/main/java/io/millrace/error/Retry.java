package io.millrace.error;

/** What may be done about an error without a person. */
public enum Retry {
    /** An outage: tried again with growing pauses, for as long as it lasts. */
    BACKOFF,
    /** A new start from the checkpoints may succeed: within the task's restart budget. */
    RESTART,
    /** Somebody may be at it, as where passwords are changed on both sides: a few minutes, then by a person. */
    AWHILE,
    /** A person has to change something first; a later start may succeed. */
    OPERATOR,
    /** Trying again cannot help, or would do harm. */
    NEVER
}
