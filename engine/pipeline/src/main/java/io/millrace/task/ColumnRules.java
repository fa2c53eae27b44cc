package io.millrace.task;

import java.util.Map;
import java.util.Set;

/**
 * {@code columns:} of a rule: what becomes of a table's columns, by the source's names. Immutable.
 *
 * @param rename the target's names
 * @param drop those that are not written
 * @param types types at the target
 */
public record ColumnRules(Map<String, String> rename, Set<String> drop, Map<String, String> types) {
    public static final ColumnRules NONE = new ColumnRules(Map.of(), Set.of(), Map.of());

    public ColumnRules {
        rename = Map.copyOf(rename);
        drop = Set.copyOf(drop);
        types = Map.copyOf(types);
    }

    /** Whether nothing is said. */
    public boolean isEmpty() {
        return equals(NONE);
    }
}
