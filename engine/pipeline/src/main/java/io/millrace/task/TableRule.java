package io.millrace.task;

import java.util.List;
import java.util.Objects;

/**
 * One entry of {@code tables:}.
 *
 * @param pattern which tables it is about
 * @param isIncluded whether those are taken or left out
 * @param key the key by which rows are told apart, where the table's own is not used; else empty
 * @param onNoKey what becomes of a table that has none
 */
public record TableRule(TablePattern pattern, boolean isIncluded, List<String> key, OnNoKey onNoKey) {
    public TableRule {
        Objects.requireNonNull(pattern, "pattern");
        Objects.requireNonNull(onNoKey, "onNoKey");
        key = List.copyOf(key);
    }

    public static TableRule include(TablePattern pattern) {
        return new TableRule(pattern, true, List.of(), OnNoKey.ERROR);
    }

    public static TableRule exclude(TablePattern pattern) {
        return new TableRule(pattern, false, List.of(), OnNoKey.ERROR);
    }

    /** The same, with a declared key. */
    public TableRule withKey(String... columns) {
        return new TableRule(pattern, isIncluded, List.of(columns), onNoKey);
    }

    public TableRule withOnNoKey(OnNoKey policy) {
        return new TableRule(pattern, isIncluded, key, policy);
    }
}
