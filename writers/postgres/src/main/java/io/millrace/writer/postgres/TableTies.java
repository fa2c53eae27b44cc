package io.millrace.writer.postgres;

import io.millrace.schema.TableId;
import io.millrace.writer.StructureItem;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
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
            WITH t AS (SELECT ?::pg_catalog.oid AS oid)
            SELECT DISTINCT n.nspname, c.relname
            FROM t
            JOIN pg_catalog.pg_constraint f ON f.contype = 'f' AND t.oid IN (f.conrelid, f.confrelid)
            JOIN pg_catalog.pg_class c
              ON c.oid = CASE WHEN f.conrelid = t.oid THEN f.confrelid ELSE f.conrelid END
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE EXISTS (
              SELECT FROM pg_catalog.pg_trigger g WHERE g.tgconstraint = f.oid AND g.tgenabled IN %s)
            ORDER BY 1, 2""";

    private static final String EXCLUSIONS = """
            SELECT EXISTS (
              SELECT FROM pg_catalog.pg_constraint WHERE contype = 'x' AND conrelid = ?::pg_catalog.oid)""";

    TableTies {
        tables = List.copyOf(tables);
        uniqueColumns = List.copyOf(uniqueColumns);
    }

    static TableTies of(PostgresSession session, CatalogTable table, List<String> key) throws SQLException {
        List<TableId> tables = foreignKeys(session, table.oid());
        List<CatalogIndex> others = table.indexes().stream()
                .filter(index ->
                        index.columns().size() != key.size() || !index.columns().containsAll(key))
                .toList();
        boolean hasExclusion = hasExclusion(session, table.oid());
        boolean isAny = hasExclusion || others.stream().anyMatch(index -> !index.canArbitrate());
        List<String> unique = isAny
                ? table.columns().stream().map(CatalogColumn::name).toList()
                : others.stream()
                        .flatMap(index -> index.columns().stream())
                        .distinct()
                        .toList();
        return new TableTies(!others.isEmpty() || !tables.isEmpty() || hasExclusion, tables, unique);
    }

    /** With what the task has yet to make, so that rows are shared out alike before and behind that. Preflight tells of a missing privilege. */
    TableTies and(TableId table, StructureLedger ledger, PostgresSession session) throws SQLException {
        if (!Catalog.isReadable(session.connection(), ledger.table())) {
            return this;
        }
        boolean doesTie = isTied;
        Set<TableId> others = new TreeSet<>(tables);
        Set<String> unique = new TreeSet<>(uniqueColumns);
        for (StructureItem item : ledger.all(session)) {
            Optional<TableId> parent = item.reference().map(StructureItem.Reference::table);
            boolean isParent = parent.filter(table::equals).isPresent();
            if (item.kind() == StructureItem.Kind.UNIQUE && item.table().equals(table)) {
                unique.addAll(item.columns());
            }
            boolean doesRest = session.isReplica() && item.kind() == StructureItem.Kind.FOREIGN_KEY;
            if (item.doesTie() && !doesRest && (isParent || item.table().equals(table))) {
                doesTie = true;
                parent.ifPresent(each -> others.add(isParent ? item.table() : each));
            }
        }
        return new TableTies(doesTie, List.copyOf(others), List.copyOf(unique));
    }

    private static List<TableId> foreignKeys(PostgresSession session, long table) throws SQLException {
        List<TableId> tables = new ArrayList<>();
        try (PreparedStatement statement =
                session.connection().prepareStatement(FOREIGN_KEYS.formatted(session.firing()))) {
            statement.setLong(1, table);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    tables.add(new TableId(rows.getString(1), rows.getString(2)));
                }
            }
        }
        return tables;
    }

    private static boolean hasExclusion(PostgresSession session, long table) throws SQLException {
        try (PreparedStatement statement = session.connection().prepareStatement(EXCLUSIONS)) {
            statement.setLong(1, table);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
    }
}
