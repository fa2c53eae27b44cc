package io.millrace.dirty;

/** What has become of a stored row. Its number is in the file. */
public enum DirtyState {
    /** Nothing: replay writes it. */
    OPEN,
    /** A later change of its key is at the target: replay drops it. */
    OVERTAKEN,
    /**
     * What the row should be by now cannot be told: a later change that lacks columns is at the target, or the table was not followed
     * as it was. Replay leaves it.
     */
    UNCERTAIN;

    /** As a user sees it. */
    public String text() {
        return switch (this) {
            case OPEN -> "open";
            case OVERTAKEN -> "overtaken";
            case UNCERTAIN -> "uncertain";
        };
    }
}
