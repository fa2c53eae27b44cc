package io.millrace.writer.mysql;

import io.millrace.error.ErrorCode;
import io.millrace.schema.TableId;
import java.sql.SQLException;
import java.util.List;

/** What stands between our rows and a table that exists: privileges, triggers. */
final class TableBarriers {
    private TableBarriers() {}

    /** Asks for the plan of each kind of statement, which needs its privilege and runs nothing. Says whether rows may be read. */
    static boolean findPrivileges(MySqlSession session, TableId table, CatalogTable catalog, Findings findings)
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

    static void findTriggers(MySqlSession session, TableId table, Findings findings) throws SQLException {
        List<String> triggers = session.rows(
                "SELECT TRIGGER_NAME FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = ?"
                        + " AND EVENT_OBJECT_TABLE = ? ORDER BY TRIGGER_NAME",
                row -> row.getString(1),
                table.namespace(),
                table.name());
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
