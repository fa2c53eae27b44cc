package io.millrace.dirty;

import java.util.Arrays;
import java.util.Optional;

/** What has become of a stored row. */
public enum DirtyState {
    /** Nothing: replay writes it. */
    OPEN(0),
    /** A later change of its key is at the target: replay drops it. */
    OVERTAKEN(1),
    /**
     * What the row should be by now cannot be told: a later change that lacks columns is at the target, or the table was not followed
     * as it was. Replay leaves it.
     */
    UNCERTAIN(2);

    private final int code;

    DirtyState(int code) {
        this.code = code;
    }

    /** As the file has it. */
    int code() {
        return code;
    }

    /** By its code; empty for one that is not known. */
    static Optional<DirtyState> of(int code) {
        return Arrays.stream(values()).filter(state -> state.code == code).findFirst();
    }

    /** As a user sees it. */
    public String text() {
        return switch (this) {
            case OPEN -> "open";
            case OVERTAKEN -> "overtaken";
            case UNCERTAIN -> "uncertain";
        };
    }
}
