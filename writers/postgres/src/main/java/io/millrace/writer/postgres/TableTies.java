package io.millrace.writer.postgres;

import io.millrace.schema.TableId;
import io.millrace.writer.StructureItem;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What ties a table's rows to others beyond their key, as far as the server enforces it on us: further unique indexes,
 * exclusion constraints, foreign keys in either direction (EXACTNESS 25).
 *
 * @param tables at the other end of foreign keys
 * @param uniqueColumns of further unique keys; all columns where one is partial, over expressions, or an exclusion
 */
record TableTies(boolean isTied, List<TableId> tables, List<String> uniqueColumns) {
    /** Foreign keys whose triggers fire for us; one that is not enforced has none. */
    private static final String FOREIGN_KEYS = """
            WITH wanted AS (SELECT pg_catalog.unnest(?::pg_catalog.oid[]) AS oid),
              ends AS (
                SELECT f.conrelid AS oid, f.confrelid AS other, f.oid AS key
                FROM wanted JOIN pg_catalog.pg_constraint f ON f.conrelid = wanted.oid WHERE f.contype = 'f'
                UNION
                SELECT f.confrelid, f.conrelid, f.oid
                FROM wanted JOIN pg_catalog.pg_constraint f ON f.confrelid = wanted.oid WHERE f.contype = 'f')
            SELECT DISTINCT ends.oid, n.nspname, c.relname
            FROM ends
            JOIN pg_catalog.pg_class c ON c.oid = ends.other
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE EXISTS (
              SELECT FROM pg_catalog.pg_trigger g WHERE g.tgconstraint = ends.key AND g.tgenabled IN %s)
            ORDER BY 1, 2, 3""";

    private static final String EXCLUSIONS = """
            SELECT conrelid, conname FROM pg_catalog.pg_constraint
            WHERE contype = 'x' AND conrelid = ANY (?::pg_catalog.oid[])""";

    /** What the server has of many tables. */
    record Enforced(Map<Long, List<TableId>> foreignKeys, Map<Long, List<String>> exclusions) {
        /** By two questions. */
        static Enforced of(PostgresSession session, Collection<Long> oids) throws SQLException {
            return new Enforced(
                    Catalog.byTable(
                            session.connection(),
                            FOREIGN_KEYS.formatted(session.firing()),
                            oids,
                            row -> new TableId(row.getString(2), row.getString(3))),
                    Catalog.byTable(session.connection(), EXCLUSIONS, oids, row -> row.getString(2)));
        }
    }

    TableTies {
        tables = List.copyOf(tables);
        uniqueColumns = List.copyOf(uniqueColumns);
    }

    static TableTies of(Enforced enforced, CatalogTable table, List<String> key) {
        List<TableId> tables = enforced.foreignKeys().getOrDefault(table.oid(), List.of());
        List<CatalogIndex> others = table.indexes().stream()
                .filter(index ->
                        index.columns().size() != key.size() || !index.columns().containsAll(key))
                .toList();
        boolean hasExclusion = enforced.exclusions().containsKey(table.oid());
        boolean isAny = hasExclusion || others.stream().anyMatch(index -> !index.canArbitrate());
        List<String> unique = isAny
                ? table.columns().stream().map(CatalogColumn::name).toList()
                : others.stream()
                        .flatMap(index -> index.columns().stream())
                        .distinct()
                        .toList();
        return new TableTies(!others.isEmpty() || !tables.isEmpty() || hasExclusion, tables, unique);
    }

    /**
     * With what the task has yet to make, so that rows are shared out alike before and behind that.
     *
     * @param noted of the table, and of others that refer to it
     */
    TableTies and(TableId table, List<StructureItem> noted, boolean isReplica) {
        if (noted.isEmpty()) {
            return this;
        }
        boolean doesTie = isTied;
        Set<TableId> others = new TreeSet<>(tables);
        Set<String> unique = new TreeSet<>(uniqueColumns);
        for (StructureItem item : noted) {
            Optional<TableId> parent = item.reference().map(StructureItem.Reference::table);
            boolean isParent = parent.filter(table::equals).isPresent();
            if (item.kind() == StructureItem.Kind.UNIQUE && item.table().equals(table)) {
                unique.addAll(item.columns());
            }
            boolean doesRest = isReplica && item.kind() == StructureItem.Kind.FOREIGN_KEY;
            if (item.doesTie() && !doesRest && (isParent || item.table().equals(table))) {
                doesTie = true;
                parent.ifPresent(each -> others.add(isParent ? item.table() : each));
            }
        }
        return new TableTies(doesTie, List.copyOf(others), List.copyOf(unique));
    }
}
