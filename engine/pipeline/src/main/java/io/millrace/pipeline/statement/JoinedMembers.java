package io.millrace.pipeline.statement;

import io.millrace.ddl.DdlEvent;
import io.millrace.ddl.DdlKind;
import io.millrace.ddl.TableEffect;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.task.DdlPolicy;
import io.millrace.task.TaskSpec;
import io.millrace.writer.FollowedTable;
import io.millrace.writer.TargetChange;
import io.millrace.writer.TargetTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a statement on one of several tables with one target asks of the others. Pure. */
final class JoinedMembers {
    private final TaskSpec task;

    JoinedMembers(TaskSpec task) {
        this.task = task;
    }

    /** Columns of a target whose tables all call them otherwise by now, and alike: what the target calls them to what they do. */
    Map<String, String> agreed(List<FollowedTable> tables) {
        Map<String, String> names = new LinkedHashMap<>();
        FollowedTable first = tables.get(0);
        for (int i = 0; i < first.places().size(); i++) {
            String seen = first.seen().columns().get(i).name();
            String to = first.rows().columns().get(first.places().get(i)).name();
            boolean isFree = tables.stream().allMatch(table -> table.seen().indexOf(to) < 0);
            if (isFree && areAllCalled(tables, seen, to)) {
                names.put(seen, to);
            }
        }
        return names;
    }

    /** Whether the column of each of the others by which the target's is fed has that name by now, and no policy keeps the old one there. */
    boolean areAllCalled(List<FollowedTable> others, String seen, String to) {
        return others.stream().allMatch(other -> isCalled(other, seen, to));
    }

    private boolean isCalled(FollowedTable other, String seen, String to) {
        int place = other.seen().indexOf(seen);
        return place >= 0
                && other.rows().columns().get(other.places().get(place)).name().equals(to)
                && task.ddl(other.table()).of(DdlKind.RENAME_COLUMN) == DdlPolicy.NORMAL;
    }

    /** The others once columns of the target have other names. */
    static List<FollowedTable> renamed(List<FollowedTable> others, Map<String, String> names) {
        return others.stream().map(other -> renamed(other, names)).toList();
    }

    /** What their target undergoes then. */
    static List<TargetChange> renames(TargetTable was, TargetTable now) {
        List<TargetChange> renames = new ArrayList<>();
        for (int i = 0; i < was.columns().size(); i++) {
            String name = was.columns().get(i).name();
            String to = now.columns().get(i).name();
            if (!name.equals(to)) {
                renames.add(new TargetChange.RenameColumn(was.name(), name, to));
            }
        }
        return renames;
    }

    private static FollowedTable renamed(FollowedTable table, Map<String, String> names) {
        TableSchema seen = table.seen();
        List<Column> columns = seen.columns().stream()
                .map(column -> names.containsKey(column.name()) ? column.named(names.get(column.name())) : column)
                .toList();
        return new FollowedTable(
                table.rows(), new TableSchema(seen.table(), seen.version(), columns, seen.key()), table.places());
    }

    /**
     * Whether rows of a table and of the others go on by lineage where something was left out of a statement: if they are rewritten, only where they
     * are given another shape before.
     */
    boolean areFollowed(FollowedTable table, List<FollowedTable> others) {
        List<FollowedTable> group = new ArrayList<>(others);
        group.add(table);
        JoinedShapes shapes = JoinedShapes.of(task, group);
        return group.stream()
                .allMatch(each -> each.isWhole()
                        || !isRewritten(each.table())
                        || (!task.target().isAppend()
                                && shapes.shape(each.table()).isPresent()));
    }

    boolean isRewritten(TableId table) {
        return task.target().isAppend() || task.transforms().isOf(table);
    }

    /** What tells a table's rows at the target from those of the others, as {@link MemberRows} says it. */
    Optional<Map<String, String>> rowsOf(FollowedTable table, List<FollowedTable> others) {
        return rowsOf(table, others, List.of());
    }

    /** @param left tables that are the task's no more, whose rows are there, too */
    Optional<Map<String, String>> rowsOf(FollowedTable table, List<FollowedTable> others, List<TableId> left) {
        List<TableId> all = new ArrayList<>(left);
        others.forEach(other -> all.add(other.table()));
        return MemberRows.of(
                task, table.table(), all, task.targetOf(table.seen().table()));
    }

    /** Whether a statement does the same to all of the others, too. */
    boolean areAgreed(DdlEvent event, TableEffect effect, List<FollowedTable> others, DdlKind kind) {
        return others.stream()
                .allMatch(other -> task.ddl(other.table()).of(kind) == DdlPolicy.NORMAL
                        && event.effects().stream()
                                .anyMatch(each -> each.kind() == effect.kind()
                                        && each.table().equals(other.table())));
    }
}
