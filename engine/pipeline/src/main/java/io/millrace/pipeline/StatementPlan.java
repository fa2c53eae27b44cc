package io.millrace.pipeline;

import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.writer.TargetChange;
import java.util.List;

/**
 * What a statement of the source is at the target. Immutable.
 *
 * @param changes in the order in which they are done
 * @param shapes that hold behind it, of the tables of which it makes another one
 * @param gone tables of the source that are there no more
 */
record StatementPlan(List<TargetChange> changes, List<TableSchema> shapes, List<TableId> gone) {
    StatementPlan {
        changes = List.copyOf(changes);
        shapes = List.copyOf(shapes);
        gone = List.copyOf(gone);
    }
}
