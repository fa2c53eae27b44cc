package io.millrace.error;

/** What may be done about an error without a person. */
public enum Retry {
    /** An outage: tried again with growing pauses, for as long as it lasts. */
    BACKOFF,
    /** A person has to change something first; a later start may succeed. */
    OPERATOR,
    /** Trying again cannot help, or would do harm. */
    NEVER
}
