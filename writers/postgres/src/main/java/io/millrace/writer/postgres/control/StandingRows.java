package io.millrace.writer.postgres.control;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.row.KeyBound;
import io.millrace.schema.TableId;
import io.millrace.writer.KeyRange;
import io.millrace.writer.TargetTable;
import io.millrace.writer.postgres.catalog.Catalog;
import io.millrace.writer.postgres.catalog.CatalogTable;
import io.millrace.writer.postgres.connection.Identifiers;
import io.millrace.writer.postgres.connection.PostgresSession;
import io.millrace.writer.postgres.type.EnumType;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Rows that stand in tables before rows of a load come, and who else refers to them. */
public final class StandingRows {
    private static final String REFERRING = """
        SELECT DISTINCT n.nspname, c.relname
        FROM pg_catalog.pg_constraint f
        JOIN pg_catalog.pg_class c ON c.oid = f.conrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE f.contype = 'f' AND f.conparentid = 0 AND f.confrelid = pg_catalog.to_regclass(?)\
        """;

    /** A partitioned table has the rows of its partitions; -1 is what was never counted. */
    private static final String ESTIMATE = """
        SELECT CASE WHEN pg_catalog.min(c.reltuples) < 0 THEN -1 ELSE pg_catalog.sum(c.reltuples)::bigint END
        FROM pg_catalog.pg_partition_tree(pg_catalog.to_regclass(?)) t
        JOIN pg_catalog.pg_class c ON c.oid = t.relid
        WHERE t.isleaf\
        """;

    private static final Set<String> NUMBERS = Set.of("smallint", "integer", "bigint");

    private StandingRows() {}

    /** All at once: tables that refer to each other go together. */
    public static List<String> emptying(Collection<TableId> tables) {
        return List.of(
                "TRUNCATE TABLE " + tables.stream().map(Identifiers::quote).collect(Collectors.joining(", ")));
    }

    /** In the open transaction, in the order given. */
    public static void remove(
            PostgresSession session, List<TargetTable> tables, Optional<KeyBound> lower, Optional<KeyBound> upper)
            throws SQLException {
        for (TargetTable table : tables) {
            String condition = KeyRange.condition(table, lower, upper, Identifiers::quote);
            session.execute("DELETE FROM " + Identifiers.quote(table.name())
                    + (condition.isEmpty() ? "" : " WHERE " + condition));
        }
    }

    public static Set<TableId> referring(PostgresSession session, Collection<TableId> tables) throws SQLException {
        Set<TableId> referring = new TreeSet<>();
        try (PreparedStatement statement = session.connection().prepareStatement(REFERRING)) {
            for (TableId table : tables) {
                statement.setString(1, Identifiers.quote(table));
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        referring.add(new TableId(rows.getString(1), rows.getString(2)));
                    }
                }
            }
        }
        referring.removeAll(Set.copyOf(tables));
        return referring;
    }

    /** All at once: tables that refer to each other go together. */
    public static List<String> dropping(Collection<TableId> tables) {
        return tables.isEmpty() ? List.of() : List.of(EnumType.dropTables(tables));
    }

    public static void requireUnreferred(Set<TableId> referring) {
        if (!referring.isEmpty()) {
            throw new MillraceException(
                    ErrorCode.TARGET_FAILED,
                    "foreign keys of other tables refer to tables that are to be removed: referring=" + referring);
        }
    }

    public static long estimate(PostgresSession session, TableId table) throws SQLException {
        try (PreparedStatement statement = session.connection().prepareStatement(ESTIMATE)) {
            statement.setString(1, Identifiers.quote(table));
            try (ResultSet rows = statement.executeQuery()) {
                long estimate = rows.next() ? rows.getLong(1) : -1;
                return rows.wasNull() ? -1 : estimate;
            }
        }
    }

    /** Whether keys of whole numbers stand in columns of numbers, as the table is. */
    public static boolean isOrdered(PostgresSession session, TargetTable table) throws SQLException {
        if (!KeyRange.isOfNumbers(table)) {
            return false;
        }
        Optional<CatalogTable> there = Catalog.table(session.connection(), table.name());
        return there.isPresent()
                && table.key().stream()
                        .map(i -> there.get().column(table.columns().get(i).name()))
                        .allMatch(column -> column.filter(each -> NUMBERS.contains(each.sqlType())
                                        || each.sqlType().startsWith("numeric"))
                                .isPresent());
    }
}
