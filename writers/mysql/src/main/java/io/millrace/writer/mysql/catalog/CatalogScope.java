package io.millrace.writer.mysql.catalog;

import io.millrace.schema.TableId;
import io.millrace.writer.mysql.connection.MySqlSession;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The part of {@code information_schema} that one question is about: a table, or all tables of a database. Both servers open a table's
 * files for what is asked by name only, so few tables are asked for one by one, and many all at once.
 *
 * @param table empty for all
 */
record CatalogScope(String schema, Optional<String> table) {
    /** Up to how many tables of a database are asked for one by one. */
    private static final int ONE_BY_ONE = 8;

    static List<CatalogScope> of(Collection<TableId> tables) {
        Map<String, List<TableId>> bySchema = new LinkedHashMap<>();
        tables.forEach(table -> bySchema.computeIfAbsent(table.namespace(), name -> new ArrayList<>())
                .add(table));
        List<CatalogScope> scopes = new ArrayList<>();
        bySchema.forEach((schema, members) -> {
            if (members.size() <= ONE_BY_ONE) {
                members.forEach(table -> scopes.add(new CatalogScope(schema, Optional.of(table.name()))));
            } else {
                scopes.add(new CatalogScope(schema, Optional.empty()));
            }
        });
        return scopes;
    }

    /** A condition with as many parameters as {@link #parameters}. */
    String where(String schemaColumn, String tableColumn) {
        return schemaColumn + " = ?" + (table.isPresent() ? " AND " + tableColumn + " = ?" : "");
    }

    Object[] parameters() {
        return table.isPresent() ? new Object[] {schema, table.get()} : new Object[] {schema};
    }

    /** Something for each of the tables that somebody asked for, by the name that the server says, which may differ in case. */
    static <T> Map<TableId, T> byName(MySqlSession session) throws SQLException {
        boolean isFolded = !session.rows("SELECT @@lower_case_table_names", row -> row.getInt(1))
                .contains(0);
        return isFolded
                ? new TreeMap<TableId, T>(Comparator.comparing(CatalogScope::folded))
                : new TreeMap<TableId, T>();
    }

    private static TableId folded(TableId table) {
        return new TableId(
                table.namespace().toLowerCase(Locale.ROOT), table.name().toLowerCase(Locale.ROOT));
    }
}
