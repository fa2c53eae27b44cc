package io.millrace.writer;

import io.millrace.schema.TableId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A column of the target that the target reads to compute another one by itself: whose expression that is nobody but a person knows. Immutable.
 *
 * @param computed the name of the column that it computes
 */
public record ReadColumn(String name, String computed) {
    /** What asks a target for those of a table. */
    public interface Question<E extends Exception> {
        List<ReadColumn> of(TableId table) throws E;
    }

    /**
     * Why tables cannot be changed so; the first reason.
     *
     * @param areTypesKept whether the server changes no type of a column that it reads
     * @param areNamesKept whether it gives it no other name
     */
    public static <E extends Exception> Optional<String> obstacle(
            List<TargetChange> changes, boolean areTypesKept, boolean areNamesKept, Question<E> question) throws E {
        Map<TableId, Collection<String>> touched = new LinkedHashMap<>();
        for (TargetChange change : changes) {
            if (change instanceof TargetChange.DropColumn drop) {
                touched.computeIfAbsent(drop.table(), table -> new ArrayList<>())
                        .add(drop.column());
            } else if (change instanceof TargetChange.RetypeColumn retype && areTypesKept) {
                touched.computeIfAbsent(retype.table(), table -> new ArrayList<>())
                        .add(before(changes, retype));
            } else if (change instanceof TargetChange.RenameColumn rename && areNamesKept) {
                touched.computeIfAbsent(rename.table(), table -> new ArrayList<>())
                        .add(rename.column());
            }
        }
        for (Map.Entry<TableId, Collection<String>> each : touched.entrySet()) {
            Optional<String> found = question.of(each.getKey()).stream()
                    .filter(read -> each.getValue().contains(read.name()))
                    .filter(read -> changes.stream().noneMatch(change -> doesDrop(change, each.getKey(), read)))
                    .findFirst()
                    .map(read -> "table=" + each.getKey() + ", column=" + read.name()
                            + ", reason=the target computes a column of it by itself: computed=" + read.computed());
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** Types change behind names. */
    private static String before(List<TargetChange> changes, TargetChange.RetypeColumn retype) {
        return changes.stream()
                .filter(change -> change instanceof TargetChange.RenameColumn rename
                        && rename.table().equals(retype.table())
                        && rename.to().equals(retype.column()))
                .map(change -> ((TargetChange.RenameColumn) change).column())
                .findFirst()
                .orElse(retype.column());
    }

    private static boolean doesDrop(TargetChange change, TableId table, ReadColumn read) {
        return change instanceof TargetChange.DropColumn drop
                && drop.table().equals(table)
                && drop.column().equals(read.computed());
    }
}
