package io.millrace.ddl;

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
