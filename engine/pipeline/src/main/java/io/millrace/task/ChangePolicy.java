package io.millrace.task;

import java.util.Objects;

/**
 * What becomes of inserts, or of updates. Immutable.
 *
 * @param isIgnored whether they are counted and dropped
 * @param filter the condition that the new row meets where the change is applied; empty where every change is
 */
public record ChangePolicy(boolean isIgnored, String filter) {
    public static final ChangePolicy NORMAL = new ChangePolicy(false, "");
    public static final ChangePolicy IGNORE = new ChangePolicy(true, "");

    public ChangePolicy {
        Objects.requireNonNull(filter, "filter");
        if (isIgnored && !filter.isEmpty()) {
            throw new IllegalArgumentException("a change that is dropped is not judged");
        }
    }

    public static ChangePolicy where(String condition) {
        return new ChangePolicy(false, condition);
    }

    public static ChangePolicy of(boolean isIgnored) {
        return isIgnored ? IGNORE : NORMAL;
    }

    boolean isNormal() {
        return !isIgnored && filter.isEmpty();
    }
}
