package io.millrace.reader.postgres.statement;

import io.millrace.reader.postgres.statement.SeenTable.SeenColumn;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Columns that were dropped and made anew by the same name and type since the stream has left their table, and those that the server computes
 * otherwise by now: no row shows it, and what the target has of the old ones would stay. The catalog gives a number to no column twice, so that
 * the number of the old one is gone. Pure.
 */
public final class RemadeColumns {
    private RemadeColumns() {}

    /**
     * All of them, for people.
     *
     * @param before as the stream has left the table, which has come to where {@code now} was looked at
     */
    public static Stream<String> of(SeenTable before, SeenTable now) {
        return before.columns().stream().flatMap(column -> difference(column, before, now).stream());
    }

    private static Optional<String> difference(SeenColumn column, SeenTable before, SeenTable now) {
        String what = "table=" + now.id() + ", column=" + column.name();
        Optional<String> remade = remade(column, before, now)
                .map(found -> "a column was dropped and made anew: " + what + ", number=" + found.number() + ", before="
                        + column.number());
        return remade.isPresent()
                ? remade
                : now.column(column.number())
                        .filter(found -> found.isRecomputed(column))
                        .map(found ->
                                "a column is computed by another expression, in rows that are there, too: " + what);
    }

    private static Optional<SeenColumn> remade(SeenColumn column, SeenTable before, SeenTable now) {
        if (now.column(column.number()).isPresent()) {
            return Optional.empty();
        }
        return now.columns().stream()
                .filter(other -> other.name().equals(column.name())
                        && other.type() == column.type()
                        && other.modifier() == column.modifier()
                        && before.column(other.number()).isEmpty())
                .findFirst();
    }

    /** The table with what the catalog has in their place. */
    static SeenTable taken(SeenTable before, SeenTable now) {
        return new SeenTable(
                before.oid(),
                before.id(),
                before.columns().stream()
                        .map(column -> taken(column, before, now))
                        .toList());
    }

    private static SeenColumn taken(SeenColumn column, SeenTable before, SeenTable now) {
        SeenColumn found = remade(column, before, now)
                .or(() -> now.column(column.number()))
                .orElse(column);
        return new SeenColumn(
                found.number(),
                column.name(),
                column.type(),
                column.modifier(),
                column.isRequired(),
                column.isIdentity(),
                found.computed());
    }
}
