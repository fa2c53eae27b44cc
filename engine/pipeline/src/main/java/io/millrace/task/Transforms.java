package io.millrace.task;

import java.util.List;

/**
 * What becomes of rows between source and target. Immutable.
 *
 * @param added columns that the source does not have, in the order in which tables get them
 */
public record Transforms(List<AddedColumn> added) {
    public static final Transforms NONE = new Transforms(List.of());

    public Transforms {
        added = List.copyOf(added);
    }

    public boolean isEmpty() {
        return added.isEmpty();
    }
}
