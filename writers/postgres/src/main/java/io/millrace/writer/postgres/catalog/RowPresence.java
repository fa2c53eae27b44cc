package io.millrace.writer.postgres.catalog;

import io.millrace.schema.TableId;
import io.millrace.writer.postgres.connection.Identifiers;
import io.millrace.writer.postgres.connection.PostgresSession;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which tables hold rows. A heap without a page has none, so that of empty tables one question is enough. */
public final class RowPresence {
    /** A statement locks each table that it names, and each of its indexes; the server's room for locks is bounded. */
    private static final int TABLES_A_STATEMENT = 50;

    private static final String WITH_PAGES = """
            SELECT c.oid, c.relname
            FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_am m ON m.oid = c.relam
            WHERE c.oid = ANY (?::pg_catalog.oid[]) AND (
              c.relkind <> 'r' OR m.amname IS DISTINCT FROM 'heap' OR pg_catalog.pg_relation_size(c.oid) > 0)""";

    private RowPresence() {}

    /**
     * Those of the tables that do.
     *
     * @param tables with their numbers, all of which may be read
     */
    public static Set<TableId> of(PostgresSession session, Map<TableId, Long> tables) throws SQLException {
        Map<Long, List<String>> withPages =
                Catalog.byTable(session.connection(), WITH_PAGES, tables.values(), row -> row.getString(2));
        List<TableId> candidates = new ArrayList<>();
        tables.forEach((name, oid) -> {
            if (withPages.containsKey(oid)) {
                candidates.add(name);
            }
        });
        Set<TableId> found = new HashSet<>();
        for (int from = 0; from < candidates.size(); from += TABLES_A_STATEMENT) {
            ask(session, candidates.subList(from, Math.min(candidates.size(), from + TABLES_A_STATEMENT)), found);
        }
        return found;
    }

    private static void ask(PostgresSession session, List<TableId> tables, Set<TableId> found) throws SQLException {
        StringBuilder sql = new StringBuilder();
        for (int i = 0; i < tables.size(); i++) {
            sql.append(sql.isEmpty() ? "" : " UNION ALL ")
                    .append("SELECT ")
                    .append(i)
                    .append(" WHERE EXISTS (SELECT FROM ")
                    .append(Identifiers.quote(tables.get(i)))
                    .append(")");
        }
        try (Statement statement = session.connection().createStatement();
                ResultSet rows = statement.executeQuery(sql.toString())) {
            while (rows.next()) {
                found.add(tables.get(rows.getInt(1)));
            }
        }
    }
}
