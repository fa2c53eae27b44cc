package io.millrace.pipeline.run;

import io.millrace.ddl.DdlEvent;
import io.millrace.schema.TableId;
import io.millrace.writer.TableOutline;
import io.millrace.writer.TargetChange;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What of a statement's changes is yet to be done, as the target looks by now. Servers that commit each statement by itself may have been left between
 * any two of them, in their order: rows go, columns change, rows get values, tables get names. What is done to rows is done again: none came since.
 *
 * <pre>
 * a table looks                  due of it
 * as before                      all
 * as behind, but for its name    what is done to rows, and the name
 * as behind                      what is done to rows that may lack it
 * otherwise                      nobody can tell: refused
 * </pre>
 */
final class DueChanges {
    private final Function<TableId, Optional<TableOutline>> outlines;
    private final DdlEvent event;

    /** @param outlines what the target's tables look like by now */
    DueChanges(Function<TableId, Optional<TableOutline>> outlines, DdlEvent event) {
        this.outlines = outlines;
        this.event = event;
    }

    static Set<TableId> tables(List<TargetChange> changes) {
        return changes.stream().map(TargetChange::table).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /**
     * In the order in which they are done.
     *
     * @param before what tables looked like when the statement was begun
     * @throws io.millrace.error.MillraceException with DDL_ON_SELECTED_TABLE where a table is neither as before nor as behind
     */
    List<TargetChange> of(List<TargetChange> all, Map<TableId, TableOutline> before) {
        List<TargetChange> due = new ArrayList<>();
        for (TableId table : tables(all)) {
            List<TargetChange> columns = new ArrayList<>();
            List<TargetChange> name = new ArrayList<>();
            all.stream()
                    .filter(change -> change.table().equals(table))
                    .forEach(change -> (change instanceof TargetChange.RenameTable ? name : columns).add(change));
            due.addAll(of(table, columns, name, before.get(table)));
        }
        return due;
    }

    private List<TargetChange> of(
            TableId table, List<TargetChange> columns, List<TargetChange> name, TableOutline before) {
        if (columns.isEmpty()) {
            return isBefore(table, name, before) ? name : List.of();
        }
        if (!name.isEmpty() && isNamed(columns, name.get(0), before)) {
            return List.of(); // which comes last
        }
        List<TargetChange> due = new ArrayList<>(isBefore(table, columns, before) ? columns : ofRows(columns));
        due.addAll(name);
        return due;
    }

    private static List<TargetChange> ofRows(List<TargetChange> changes) {
        return changes.stream()
                .filter(change -> change instanceof TargetChange.CopyColumn
                        || change instanceof TargetChange.FillColumn
                        || change instanceof TargetChange.DeleteRows)
                .toList();
    }

    /** Whether a table has all changes of its columns, and the name that comes behind them. */
    private boolean isNamed(List<TargetChange> columns, TargetChange name, TableOutline before) {
        return before != null
                && outlines.apply(name.table()).isEmpty()
                && outlines.apply(((TargetChange.RenameTable) name).to())
                        .filter(behind(before, columns)::fits)
                        .isPresent();
    }

    private static TableOutline behind(TableOutline before, List<TargetChange> changes) {
        TableOutline behind = before;
        for (TargetChange change : changes) {
            behind = behind.behind(change);
        }
        return behind;
    }

    private boolean isBefore(TableId table, List<TargetChange> changes, TableOutline before) {
        Optional<TableOutline> found = outlines.apply(table);
        TargetChange first = changes.get(0);
        boolean isOfRows = changes.stream()
                .allMatch(
                        change -> change instanceof TargetChange.Truncate || change instanceof TargetChange.DeleteRows);
        if (isOfRows) {
            return true; // once more does no harm: no row came since
        }
        if (first instanceof TargetChange.DropTable) {
            return found.isPresent();
        }
        if (first instanceof TargetChange.RenameTable rename && found.isEmpty()) {
            if (before != null
                    && outlines.apply(rename.to()).filter(before::equals).isPresent()) {
                return false;
            }
        } else if (found.isPresent() && before != null) {
            if (found.get().equals(before)) {
                return true;
            }
            if (behind(before, changes).fits(found.get())) {
                return false;
            }
        }
        throw StatementStep.refused(
                event,
                "table=" + table + ", reason=the target's table is neither as before the statement nor as behind it");
    }
}
