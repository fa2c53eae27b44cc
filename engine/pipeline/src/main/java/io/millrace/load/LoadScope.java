package io.millrace.load;

import io.millrace.mapping.TablePlan;
import io.millrace.reader.ChunkReader;
import io.millrace.reader.RowCondition;
import io.millrace.reader.RowScope;
import io.millrace.schema.TableSchema;
import io.millrace.transform.row.TableTransform;
import io.millrace.writer.TargetColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What of a table is asked of the source, so that the load has all that it would have of all rows and columns (decision 0026). Immutable.
 *
 * @param rows for whoever decodes them: columns that are written, that steps look at, or that are the key's
 * @param raw for whoever does not: the target's columns in their order
 * @param doRowsStay whether the rows that come are as they are written
 */
record LoadScope(RowScope rows, RowScope raw, boolean doRowsStay) {
    /** As far as the source judges filters as we do. */
    static LoadScope of(TablePlan plan, ChunkReader reader) {
        TableSchema source = plan.source();
        Optional<TableTransform> transform = plan.transform();
        List<RowCondition> judged = new ArrayList<>();
        for (RowCondition condition :
                transform.map(TableTransform::firstConditions).orElse(List.of())) {
            if (!reader.canJudge(source, condition)) {
                break;
            }
            judged.add(condition);
        }
        Optional<RowCondition> where = judged.isEmpty() ? Optional.empty() : Optional.of(new RowCondition.All(judged));
        List<Integer> written =
                plan.target().columns().stream().map(TargetColumn::sourceColumn).toList();
        Set<Integer> needed = new TreeSet<>(source.key());
        written.stream().filter(column -> column < source.columns().size()).forEach(needed::add);
        transform.ifPresent(each -> needed.addAll(each.reads()));
        int stages = transform.map(each -> each.stages().size()).orElse(0);
        return new LoadScope(
                new RowScope(List.copyOf(needed), where), new RowScope(written, where), judged.size() == stages);
    }
}
