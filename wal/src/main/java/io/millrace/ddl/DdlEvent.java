package io.millrace.ddl;

import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A statement that touched a selected table, or may have, at its place between or within the source's transactions. Immutable.
 *
 * @param verb the statement's first words, for messages
 * @param changes what it says, in order; empty where it could not be read
 * @param effects what became of each selected table
 * @param database the session's default, by which names without one were read
 * @param place where in the source's log the statement stands, for people
 * @param commitTimeMicros by the source's clock
 * @param statement its text, for the record of statements: it may hold literals, and is never logged. Cut at
 *     {@value #TEXT_LIMIT} characters
 */
public record DdlEvent(
        String verb,
        List<TableChange> changes,
        List<TableEffect> effects,
        String database,
        String place,
        long commitTimeMicros,
        String statement) {
    /** Characters of the text that are kept. */
    public static final int TEXT_LIMIT = 64 << 10;

    public DdlEvent {
        changes = List.copyOf(changes);
        effects = List.copyOf(effects);
        statement = statement.length() > TEXT_LIMIT ? statement.substring(0, TEXT_LIMIT) : statement;
    }

    /** The same without its text, where it would not fit. */
    public DdlEvent withoutText() {
        return new DdlEvent(verb, changes, effects, database, place, commitTimeMicros, "");
    }

    public Set<DdlKind> kinds() {
        return DdlKind.of(changes);
    }

    /** Whether rows as they were carried before are right after it too: of all tables. */
    public boolean leavesRowsAlone() {
        return effects.stream().allMatch(this::leavesRowsAlone);
    }

    /**
     * The same of one table: its shape is the same, and so is each of its columns, which a clause may have made anew under its name, or
     * given another one's, or another expression.
     */
    public boolean leavesRowsAlone(TableEffect effect) {
        return effect.leavesRowsAlone()
                && changes.stream()
                        .noneMatch(change -> change instanceof TableChange.Alter alter && isOther(alter, effect));
    }

    private static boolean isOther(TableChange.Alter alter, TableEffect effect) {
        TableId table = effect.table();
        boolean isOf = alter.table().namespace().equalsIgnoreCase(table.namespace())
                && alter.table().name().equalsIgnoreCase(table.name());
        TableSchema then = effect.before().orElseThrow();
        return isOf && alter.steps().stream().anyMatch(step -> isOther(step, alter.steps(), then));
    }

    private static boolean isOther(AlterStep step, List<AlterStep> all, TableSchema then) {
        if (step instanceof AlterStep.AddColumn add) {
            boolean isFreed = all.stream()
                    .anyMatch(other -> other instanceof AlterStep.DropColumn drop
                            && drop.column().equalsIgnoreCase(add.column().name()));
            return !add.ifNotExists() || isFreed;
        }
        if (step instanceof AlterStep.RenameColumn rename) {
            return !rename.column().equalsIgnoreCase(rename.to()) && has(then, rename.column());
        }
        return step instanceof AlterStep.ChangeColumn change
                && (!change.column().equalsIgnoreCase(change.definition().name())
                        || change.definition().generation() != ColumnDefinition.Generation.NONE)
                && has(then, change.column());
    }

    private static boolean has(TableSchema table, String name) {
        return table.columns().stream().anyMatch(column -> column.name().equalsIgnoreCase(name));
    }

    /** Kind, tables, columns and place, and nothing of the statement's text. */
    public String describe() {
        String columns = changes.stream()
                .filter(change -> change instanceof TableChange.Alter)
                .flatMap(change -> ((TableChange.Alter) change).steps().stream())
                .map(AlterStep::columns)
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(" "));
        return "statement=" + verb + ", tables="
                + effects.stream().map(effect -> effect.table().toString()).collect(Collectors.joining(" "))
                + (columns.isEmpty() ? "" : ", columns=" + columns) + ", " + place;
    }
}
