package io.millrace.task;

import java.util.List;

/**
 * What becomes of rows between source and target. Immutable.
 *
 * @param steps in order: each sees what the one before left
 * @param added columns that the source does not have, behind all steps, in the order in which tables get them
 */
public record Transforms(List<TransformStep> steps, List<AddedColumn> added) {
    public static final Transforms NONE = new Transforms(List.of(), List.of());

    public Transforms {
        steps = List.copyOf(steps);
        added = List.copyOf(added);
    }

    public boolean isEmpty() {
        return steps.isEmpty() && added.isEmpty();
    }
}
