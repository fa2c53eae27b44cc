package io.millrace.task;

import java.util.Objects;

/**
 * What becomes of deletes. Immutable.
 *
 * @param isIgnored whether they are counted and dropped
 * @param mark the target's column that they set instead of removing the row; empty where they do not
 * @param filter the condition that the old row meets where the delete is applied; empty where every one is
 */
public record DeletePolicy(boolean isIgnored, String mark, String filter) {
    public static final DeletePolicy NORMAL = new DeletePolicy(false, "", "");
    public static final DeletePolicy IGNORE = new DeletePolicy(true, "", "");

    public DeletePolicy {
        Objects.requireNonNull(mark, "mark");
        Objects.requireNonNull(filter, "filter");
        if (isIgnored && !mark.isEmpty()) {
            throw new IllegalArgumentException("a delete that is dropped sets nothing: mark=" + mark);
        }
        if (isIgnored && !filter.isEmpty()) {
            throw new IllegalArgumentException("a delete that is dropped is not judged");
        }
    }

    public static DeletePolicy logical(String column) {
        return new DeletePolicy(false, column, "");
    }

    /** The same for rows that meet a condition: deletes of others are dropped. */
    public DeletePolicy where(String condition) {
        return new DeletePolicy(isIgnored, mark, condition);
    }

    boolean isNormal() {
        return !isIgnored && mark.isEmpty() && filter.isEmpty();
    }
}
