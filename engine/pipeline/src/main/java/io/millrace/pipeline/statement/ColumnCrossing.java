package io.millrace.pipeline.statement;

import io.millrace.schema.TableId;
import io.millrace.writer.TableOutline;
import io.millrace.writer.TargetChange;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Columns of a table that take each other's names at the target, or those of columns that go, while others come with theirs. Where they have one type the table looks the same before and behind it, so
 * they go through names that hold the statement's number, and that they are there is noted in between, as with {@link NameCrossing}.
 * Pure. One instance a statement.
 */
public final class ColumnCrossing {
    private final List<TargetChange> away = new ArrayList<>();
    private final List<TargetChange> back = new ArrayList<>();

    public ColumnCrossing(List<TargetChange> changes, long ordinal) {
        Map<TableId, List<TargetChange.RenameColumn>> renames = new LinkedHashMap<>();
        for (TargetChange change : changes) {
            if (change instanceof TargetChange.RenameColumn rename) {
                renames.computeIfAbsent(rename.table(), table -> new ArrayList<>())
                        .add(rename);
            }
        }
        renames.entrySet().removeIf(each -> !doCross(each.getValue()) && !areNamesTheSame(each.getKey(), changes));
        for (TargetChange change : changes) {
            if (change instanceof TargetChange.RenameColumn rename && renames.containsKey(rename.table())) {
                String between = "millrace_" + ordinal + "_" + away.size();
                away.add(new TargetChange.RenameColumn(rename.table(), rename.column(), between));
                back.add(new TargetChange.RenameColumn(rename.table(), between, rename.to()));
            } else {
                back.add(change);
            }
        }
    }

    private static boolean doCross(List<TargetChange.RenameColumn> renames) {
        Set<String> leaving =
                renames.stream().map(TargetChange.RenameColumn::column).collect(Collectors.toSet());
        return renames.stream().anyMatch(rename -> leaving.contains(rename.to()));
    }

    /** Whether columns that go and come make up for the names: {@code DROP a, RENAME b TO a, ADD b}. */
    private static boolean areNamesTheSame(TableId table, List<TargetChange> changes) {
        Set<String> left = new HashSet<>();
        Set<String> taken = new HashSet<>();
        for (TargetChange change : changes) {
            if (!change.table().equals(table)) {
                continue;
            }
            if (change instanceof TargetChange.DropColumn drop) {
                left.add(drop.column());
            } else if (change instanceof TargetChange.AddColumn add) {
                taken.add(add.column());
            } else if (change instanceof TargetChange.RenameColumn rename) {
                left.add(rename.column());
                taken.add(rename.to());
            }
        }
        return left.equals(taken);
    }

    /** What comes first; empty where no names cross. */
    public List<TargetChange> away() {
        return List.copyOf(away);
    }

    /** All else. */
    public List<TargetChange> back() {
        return List.copyOf(back);
    }

    /** Whether the columns stood under the names between when this was noted. */
    public boolean isNoted(Map<TableId, TableOutline> outlines) {
        TargetChange.RenameColumn first = (TargetChange.RenameColumn) away.get(0);
        TableOutline outline = outlines.get(first.table());
        return outline != null && outline.columns().containsKey(first.to());
    }
}
