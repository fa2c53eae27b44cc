package io.millrace.task;

import java.util.Objects;

/**
 * What becomes of deletes. Immutable.
 *
 * @param isIgnored whether they are counted and dropped
 * @param mark the target's column that they set instead of removing the row; empty where they do not
 */
public record DeletePolicy(boolean isIgnored, String mark) {
    public static final DeletePolicy NORMAL = new DeletePolicy(false, "");
    public static final DeletePolicy IGNORE = new DeletePolicy(true, "");

    public DeletePolicy {
        Objects.requireNonNull(mark, "mark");
        if (isIgnored && !mark.isEmpty()) {
            throw new IllegalArgumentException("a delete that is dropped sets nothing: mark=" + mark);
        }
    }

    public static DeletePolicy logical(String column) {
        return new DeletePolicy(false, column);
    }

    boolean isNormal() {
        return !isIgnored && mark.isEmpty();
    }
}
