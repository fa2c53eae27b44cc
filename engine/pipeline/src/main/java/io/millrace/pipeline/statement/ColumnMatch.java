package io.millrace.pipeline.statement;

import io.millrace.ddl.AlterStep;
import io.millrace.ddl.ColumnDefinition;
import io.millrace.ddl.DdlEvent;
import io.millrace.ddl.TableChange;
import io.millrace.ddl.TableEffect;
import io.millrace.schema.Column;
import io.millrace.schema.TableSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which column of a table is which behind a statement: by what its clauses say, which work on the names that stood before it. Immutable.
 *
 * @param kept columns that were there and are: name before to name behind
 * @param dropped names before
 * @param added names behind, with their definitions
 * @param redefined names behind of columns that were there, and are computed by an expression that the statement writes out
 */
record ColumnMatch(
        Map<String, String> kept, List<String> dropped, Map<String, ColumnDefinition> added, Set<String> redefined) {
    static ColumnMatch of(DdlEvent event, TableEffect effect) {
        TableSchema before = effect.before().orElseThrow();
        TableSchema after = effect.after().orElseThrow();
        Map<String, String> renamed = new HashMap<>();
        Set<String> gone = new HashSet<>();
        Map<String, ColumnDefinition> come = new HashMap<>();
        Set<String> redefined = new HashSet<>();
        for (TableChange change : event.changes()) {
            if (change instanceof TableChange.Alter alter && isOf(alter, effect)) {
                alter.steps().forEach(step -> note(step, before, after, renamed, gone, come));
                alter.steps().stream()
                        .filter(AlterStep.ChangeColumn.class::isInstance)
                        .map(step -> ((AlterStep.ChangeColumn) step).definition())
                        .filter(definition -> definition.generation() != ColumnDefinition.Generation.NONE)
                        .forEach(definition -> redefined.add(spelled(after, definition.name())));
            }
        }
        Map<String, String> kept = new LinkedHashMap<>();
        List<String> dropped = new ArrayList<>();
        Set<String> unmatched = new HashSet<>();
        after.columns().forEach(column -> unmatched.add(column.name()));
        for (Column column : before.columns()) {
            if (gone.contains(column.name())) {
                dropped.add(column.name());
                continue;
            }
            String name = renamed.getOrDefault(column.name(), column.name());
            if (effect.kind() == TableEffect.Kind.RESHAPED && !name.equals(column.name())) {
                throw StatementTranslation.refusal("table=" + effect.table() + ", column=" + column.name()
                        + ", reason=whether the tool that made the copy has copied a renamed column cannot be told");
            }
            if (!unmatched.remove(name)) {
                throw StatementTranslation.refusal("table=" + effect.table()
                        + ", reason=no clause says what became of a column: column=" + column.name());
            }
            kept.put(column.name(), name);
        }
        Map<String, ColumnDefinition> added = new LinkedHashMap<>();
        for (Column column : after.columns()) {
            if (unmatched.contains(column.name())) {
                ColumnDefinition definition = come.get(column.name());
                if (definition == null) {
                    throw StatementTranslation.refusal("table=" + effect.table()
                            + ", reason=no clause says where a column comes from: column=" + column.name());
                }
                added.put(column.name(), definition);
            }
        }
        return new ColumnMatch(kept, dropped, added, redefined);
    }

    /** Where names know no case the statement may have spelled the table otherwise. */
    private static boolean isOf(TableChange.Alter alter, TableEffect effect) {
        return alter.table().equals(effect.table())
                || (alter.table().namespace().equalsIgnoreCase(effect.table().namespace())
                        && alter.table().name().equalsIgnoreCase(effect.table().name()));
    }

    private static void note(
            AlterStep step,
            TableSchema before,
            TableSchema after,
            Map<String, String> renamed,
            Set<String> gone,
            Map<String, ColumnDefinition> come) {
        if (step instanceof AlterStep.AddColumn add) {
            come.put(spelled(after, add.column().name()), add.column());
        } else if (step instanceof AlterStep.DropColumn drop) {
            gone.add(spelled(before, drop.column()));
        } else if (step instanceof AlterStep.RenameColumn rename) {
            renamed.put(spelled(before, rename.column()), spelled(after, rename.to()));
        } else if (step instanceof AlterStep.ChangeColumn change) {
            renamed.put(
                    spelled(before, change.column()),
                    spelled(after, change.definition().name()));
        }
    }

    /** A column's name as the table has it, where the statement spelled it otherwise. */
    private static String spelled(TableSchema table, String name) {
        if (table.indexOf(name) >= 0) {
            return name;
        }
        return table.columns().stream()
                .map(Column::name)
                .filter(name::equalsIgnoreCase)
                .findFirst()
                .orElse(name);
    }
}
