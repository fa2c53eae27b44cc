package io.millrace.reader.postgres;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.TableSelection;
import io.millrace.reader.postgres.catalog.Catalog;
import io.millrace.reader.postgres.catalog.CatalogTable;
import io.millrace.reader.postgres.catalog.Publication;
import io.millrace.reader.postgres.catalog.TypeCatalog;
import io.millrace.reader.postgres.connection.SqlSession;
import io.millrace.reader.postgres.statement.SeenTables;
import io.millrace.schema.TableId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a stream carries of a task's tables, by their numbers in the catalog, whatever they are called by now. Immutable.
 *
 * <pre>
 * table of the catalog                                                    is
 * in the publication, and planned, or known to the stream by its number   carried, by the stream's name for it
 * in the publication, and awaited                                         awaited: rows of it are a stranger's
 * planned, not in the publication, while the stream has another table     owed: made since; the stream has yet to tell where that other
 *   of its name, or had one                                                 one went, or the lanes have yet to come there
 * planned, not in the publication                                         lacking: changes of it may be lost
 * </pre>
 */
record Carried(
        List<CatalogTable> tables, List<CatalogTable> awaited, List<CatalogTable> owed, List<CatalogTable> lacking) {
    Carried {
        tables = List.copyOf(tables);
        awaited = List.copyOf(awaited);
        owed = List.copyOf(owed);
        lacking = List.copyOf(lacking);
    }

    private enum Part {
        CARRIED,
        AWAITED,
        OWED,
        LACKING
    }

    /**
     * Asks the catalog.
     *
     * @param planned tables of the task; empty for whatever is there
     * @param seen what the stream has left of them, as far as anybody tells
     * @param areTold whether DDL messages tell where tables go: else nothing is owed
     */
    static Carried of(
            SqlSession session,
            TypeCatalog types,
            Publication publication,
            TableSelection selection,
            Optional<Set<TableId>> planned,
            SeenTables seen,
            boolean areTold) {
        Set<Long> held = publication.numbers(session);
        Predicate<TableId> isPlanned = table -> selection.isSelected(table)
                && planned.map(names -> names.contains(table)).orElse(true);
        Map<Part, List<CatalogTable>> parts = new Catalog(session, types)
                        .tables(
                                selection,
                                (table, oid) -> isPlanned.test(table)
                                        || (held.contains(oid)
                                                && (selection.isAwaited(table)
                                                        || seen.table(oid).isPresent())))
                        .stream()
                        .collect(Collectors.groupingBy(table -> {
                            boolean isKnown = isPlanned.test(table.id())
                                    || seen.table(number(table)).isPresent();
                            if (held.contains(number(table))) {
                                return isKnown ? Part.CARRIED : Part.AWAITED;
                            }
                            boolean isOwed = areTold && (isUntold(table, seen) || seen.hasLeft(table.id()));
                            return isOwed ? Part.OWED : Part.LACKING;
                        }));
        return new Carried(
                parts.getOrDefault(Part.CARRIED, List.of()),
                parts.getOrDefault(Part.AWAITED, List.of()),
                parts.getOrDefault(Part.OWED, List.of()),
                parts.getOrDefault(Part.LACKING, List.of()));
    }

    private static long number(CatalogTable table) {
        return Integer.toUnsignedLong(table.oid());
    }

    private static boolean isUntold(CatalogTable table, SeenTables seen) {
        return seen.table(number(table)).isEmpty() && seen.names().containsValue(table.id());
    }

    /** What the publication must hold. */
    List<CatalogTable> required() {
        return Stream.of(tables, awaited, lacking).flatMap(List::stream).toList();
    }

    /** Names of the catalog that are no news. */
    Set<TableId> names() {
        return Stream.of(tables, awaited, owed, lacking)
                .flatMap(List::stream)
                .map(CatalogTable::id)
                .collect(Collectors.toSet());
    }

    /**
     * Where a table of the stream went whose name another one has, the stream must have told once it has passed the moment.
     *
     * @throws MillraceException with SOURCE_SETTING where it has not
     */
    void requireTold(SeenTables seen) {
        for (CatalogTable table : owed) {
            if (isUntold(table, seen)) {
                throw new MillraceException(
                        ErrorCode.SOURCE_SETTING,
                        "a selected table was made anew, and the stream does not tell where the one before went: table="
                                + table.id());
            }
        }
    }
}
