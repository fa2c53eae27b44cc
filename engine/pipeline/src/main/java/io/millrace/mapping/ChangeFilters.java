package io.millrace.mapping;

import java.util.Objects;

/**
 * Conditions over a table's columns as the source has them, each empty where there is none: a change that does not meet its own is
 * dropped. Immutable.
 *
 * @param insert of the new row
 * @param update of the new row
 * @param delete of the old row
 */
public record ChangeFilters(String insert, String update, String delete) {
    public static final ChangeFilters NONE = new ChangeFilters("", "", "");

    public ChangeFilters {
        Objects.requireNonNull(insert, "insert");
        Objects.requireNonNull(update, "update");
        Objects.requireNonNull(delete, "delete");
    }

    boolean isNone() {
        return insert.isEmpty() && update.isEmpty() && delete.isEmpty();
    }
}
