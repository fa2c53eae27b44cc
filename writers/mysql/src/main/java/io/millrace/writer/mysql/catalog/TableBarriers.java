package io.millrace.writer.mysql.catalog;

import io.millrace.error.ErrorCode;
import io.millrace.error.Findings;
import io.millrace.schema.TableId;
import io.millrace.writer.mysql.connection.Identifiers;
import io.millrace.writer.mysql.connection.MySqlSession;
import io.millrace.writer.mysql.connection.SqlErrors;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** What stands between our rows and a table that exists: privileges, triggers. */
public final class TableBarriers {
    private TableBarriers() {}

    /** Asks for the plan of each kind of statement, which needs its privilege and runs nothing. Says whether rows may be read. */
    public static boolean findPrivileges(MySqlSession session, TableId table, CatalogTable catalog, Findings findings)
            throws SQLException {
        String name = Identifiers.quote(table);
        List<String> columns = catalog.columns().stream()
                .filter(column -> !column.isGenerated())
                .map(column -> Identifiers.quote(column.name()))
                .toList();
        String list = String.join(",", columns);
        String some = columns.get(0);
        boolean canRead = may(session, "SELECT", "SELECT " + list + " FROM " + name + " WHERE FALSE", table, findings);
        if (canRead) {
            may(
                    session,
                    "INSERT",
                    "INSERT INTO " + name + " (" + list + ") SELECT " + list + " FROM " + name + " WHERE FALSE",
                    table,
                    findings);
        }
        may(session, "UPDATE", "UPDATE " + name + " SET " + some + " = " + some + " WHERE FALSE", table, findings);
        may(session, "DELETE", "DELETE FROM " + name + " WHERE FALSE", table, findings);
        return canRead;
    }

    private static boolean may(
            MySqlSession session, String privilege, String statement, TableId table, Findings findings)
            throws SQLException {
        try {
            session.rows("EXPLAIN " + statement, row -> row.getString(1));
            return true;
        } catch (SQLException e) {
            if (SqlErrors.of(e, "").code() != ErrorCode.TARGET_PRIVILEGE) {
                throw e;
            }
            findings.error(
                    ErrorCode.TARGET_PRIVILEGE,
                    table.toString(),
                    "a privilege is missing: privilege=" + privilege,
                    "GRANT " + privilege + " ON " + Identifiers.quote(table) + " TO CURRENT_USER");
            return false;
        }
    }

    /** By table, a question for each database. */
    public static Map<TableId, List<String>> triggers(MySqlSession session, Collection<TableId> tables)
            throws SQLException {
        Map<TableId, List<String>> triggers = CatalogScope.byName(session);
        for (CatalogScope scope : CatalogScope.of(tables)) {
            session.rows(
                    "SELECT EVENT_OBJECT_TABLE, TRIGGER_NAME FROM information_schema.TRIGGERS WHERE "
                            + scope.where("EVENT_OBJECT_SCHEMA", "EVENT_OBJECT_TABLE") + " ORDER BY TRIGGER_NAME",
                    row -> triggers.computeIfAbsent(
                                    new TableId(scope.schema(), row.getString(1)), table -> new ArrayList<>())
                            .add(row.getString(2)),
                    scope.parameters());
        }
        return triggers;
    }

    public static void findTriggers(List<String> triggers, TableId table, Findings findings) {
        for (String trigger : triggers) {
            findings.warning(
                    ErrorCode.TARGET_TABLE_MISMATCH,
                    table.toString(),
                    "a trigger fires on replicated rows too, and an upsert fires those of INSERT for rows that it"
                            + " changes: trigger=" + trigger,
                    "drop it, if it is not meant for them");
        }
    }
}
