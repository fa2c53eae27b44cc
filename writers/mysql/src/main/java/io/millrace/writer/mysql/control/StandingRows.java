package io.millrace.writer.mysql.control;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.row.KeyBound;
import io.millrace.schema.TableId;
import io.millrace.writer.KeyRange;
import io.millrace.writer.TargetTable;
import io.millrace.writer.mysql.catalog.Catalog;
import io.millrace.writer.mysql.catalog.CatalogTable;
import io.millrace.writer.mysql.connection.Identifiers;
import io.millrace.writer.mysql.connection.MySqlSession;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Rows that stand in tables before rows of a load come, and who else refers to them. */
public final class StandingRows {
    private static final String REFERRING = "SELECT DISTINCT TABLE_SCHEMA, TABLE_NAME FROM"
            + " information_schema.KEY_COLUMN_USAGE WHERE REFERENCED_TABLE_SCHEMA = ? AND REFERENCED_TABLE_NAME = ?";

    private static final String ESTIMATE =
            "SELECT TABLE_ROWS FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?";

    private StandingRows() {}

    /** Not TRUNCATE, which commits by itself: a process that was fenced off could still empty what another has loaded. */
    public static List<String> emptying(Collection<TableId> tables) {
        return tables.stream()
                .map(table -> "DELETE FROM " + Identifiers.quote(table))
                .toList();
    }

    static void empty(MySqlSession session, Collection<TableId> tables) throws SQLException {
        withoutKeys(session, emptying(tables));
    }

    /** In the open transaction. */
    public static void remove(
            MySqlSession session, List<TargetTable> tables, Optional<KeyBound> lower, Optional<KeyBound> upper)
            throws SQLException {
        withoutKeys(
                session,
                tables.stream()
                        .map(table -> {
                            String condition = KeyRange.condition(table, lower, upper, Identifiers::quote);
                            return "DELETE FROM " + Identifiers.quote(table.name())
                                    + (condition.isEmpty() ? "" : " WHERE " + condition);
                        })
                        .toList());
    }

    /**
     * InnoDB checks a key at each row, also of a table that refers to itself: but nothing is left that refers to these rows, and no other
     * table does, so there is nothing to check and no action to run.
     */
    private static void withoutKeys(MySqlSession session, List<String> statements) throws SQLException {
        if (statements.isEmpty()) {
            return;
        }
        session.execute("SET SESSION foreign_key_checks = 0");
        try {
            for (String sql : statements) {
                session.execute(sql);
            }
        } finally {
            if (session.isOpen()) {
                session.execute("SET SESSION foreign_key_checks = 1");
            }
        }
    }

    public static Set<TableId> referring(MySqlSession session, Collection<TableId> tables) throws SQLException {
        Set<TableId> referring = new TreeSet<>();
        for (TableId table : tables) {
            referring.addAll(session.rows(
                    REFERRING,
                    row -> new TableId(row.getString(1), row.getString(2)),
                    table.namespace(),
                    table.name()));
        }
        referring.removeAll(Set.copyOf(tables));
        return referring;
    }

    /** Each by itself, for there is no transaction of such statements: what a kill leaves can be removed again. */
    public static void drop(MySqlSession session, Collection<TableId> tables) throws SQLException {
        withoutKeys(
                session,
                tables.stream()
                        .map(table -> "DROP TABLE IF EXISTS " + Identifiers.quote(table))
                        .toList());
    }

    public static void requireUnreferred(Set<TableId> referring) {
        if (!referring.isEmpty()) {
            throw new MillraceException(
                    ErrorCode.TARGET_FAILED,
                    "foreign keys of other tables refer to tables that are to be removed: referring=" + referring);
        }
    }

    public static long estimate(MySqlSession session, TableId table) throws SQLException {
        return session
                .rows(
                        ESTIMATE,
                        row -> {
                            long rows = row.getLong(1);
                            return row.wasNull() ? -1 : rows;
                        },
                        table.namespace(),
                        table.name())
                .stream()
                .findFirst()
                .orElse(-1L);
    }

    /** Whether keys of whole numbers stand in columns of numbers, as the table is. */
    public static boolean isOrdered(MySqlSession session, TargetTable table) throws SQLException {
        if (!KeyRange.isOfNumbers(table)) {
            return false;
        }
        Optional<CatalogTable> there = Catalog.table(session, table.name());
        return there.isPresent()
                && table.key().stream()
                        .map(i -> there.get().column(table.columns().get(i).name()))
                        .allMatch(column -> column.filter(each ->
                                        each.isInteger() || each.dataType().equals("decimal"))
                                .isPresent());
    }
}
