package io.millrace.task;

import io.millrace.schema.TableId;
import java.util.Collection;
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

    /** Whether a step is said to change a column of a source table. */
    public boolean doChange(TableId table, String column) {
        return steps.stream().anyMatch(step -> step.isOf(table) && isAmong(named(step), column));
    }

    private static Collection<String> named(TransformStep step) {
        if (step instanceof TransformStep.Replace replace) {
            return replace.columns();
        }
        if (step instanceof TransformStep.Mask mask) {
            return mask.columns();
        }
        return step instanceof TransformStep.SetColumns set ? set.columns().keySet() : List.of();
    }

    private static boolean isAmong(Collection<String> names, String column) {
        return names.stream().anyMatch(column::equalsIgnoreCase);
    }

    public boolean isEmpty() {
        return steps.isEmpty() && added.isEmpty();
    }
}
