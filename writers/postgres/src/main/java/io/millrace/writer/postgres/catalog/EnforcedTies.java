package io.millrace.writer.postgres.catalog;

import io.millrace.schema.TableId;
import io.millrace.writer.postgres.connection.PostgresSession;
import io.millrace.writer.sql.TableTies;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * What ties rows of many tables to others, as the server enforces it on us: further unique indexes, exclusion constraints, foreign
 * keys in either direction (EXACTNESS 25).
 */
public record EnforcedTies(Map<Long, List<TableId>> foreignKeys, Map<Long, List<String>> exclusions) {
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

    /** By two questions. */
    public static EnforcedTies of(PostgresSession session, Collection<Long> oids) throws SQLException {
        return new EnforcedTies(
                Catalog.byTable(
                        session.connection(),
                        FOREIGN_KEYS.formatted(session.firing()),
                        oids,
                        row -> new TableId(row.getString(2), row.getString(3))),
                Catalog.byTable(session.connection(), EXCLUSIONS, oids, row -> row.getString(2)));
    }

    /** Of one of them; all columns are unique ones where an index is partial, over expressions, or an exclusion. */
    public TableTies of(CatalogTable table, List<String> key) {
        List<TableId> tables = foreignKeys.getOrDefault(table.oid(), List.of());
        List<CatalogIndex> others = table.indexes().stream()
                .filter(index ->
                        index.columns().size() != key.size() || !index.columns().containsAll(key))
                .toList();
        boolean hasExclusion = exclusions.containsKey(table.oid());
        boolean isAny = hasExclusion || others.stream().anyMatch(index -> !index.canArbitrate());
        List<String> unique = isAny
                ? table.columns().stream().map(CatalogColumn::name).toList()
                : others.stream()
                        .flatMap(index -> index.columns().stream())
                        .distinct()
                        .toList();
        return new TableTies(!others.isEmpty() || !tables.isEmpty() || hasExclusion, tables, unique);
    }
}
