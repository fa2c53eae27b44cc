package io.millrace.task;

import io.millrace.schema.TableId;
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

    /** Whether something becomes of a source table's rows. */
    public boolean isOf(TableId table) {
        return steps.stream().anyMatch(step -> step.isOf(table))
                || added.stream().anyMatch(column -> column.isOf(table));
    }

    public boolean isEmpty() {
        return steps.isEmpty() && added.isEmpty();
    }
}
