package io.millrace.writer.postgres;

import io.millrace.error.ErrorCode;
import io.millrace.schema.TableId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** What stands between our rows and a table that exists: privileges, row security, rules, triggers. */
final class TableBarriers {
    private static final String PRIVILEGES = """
            SELECT p, pg_catalog.has_table_privilege(?::pg_catalog.oid, p)
            FROM pg_catalog.unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) p""";

    private static final String SECURITY_AND_RULES = """
            SELECT pg_catalog.row_security_active(c.oid),
                   EXISTS (
                     SELECT FROM pg_catalog.pg_rewrite r
                     WHERE r.ev_class = c.oid AND r.ev_type IN ('2', '3', '4') AND r.ev_enabled IN %s)
            FROM pg_catalog.pg_class c WHERE c.oid = ?::pg_catalog.oid""";

    private static final String TRIGGERS = """
            SELECT tgname, tgenabled <> 'O'
            FROM pg_catalog.pg_trigger
            WHERE tgrelid = ?::pg_catalog.oid AND NOT tgisinternal AND tgenabled IN %s
            ORDER BY tgname""";

    private TableBarriers() {}

    /** Says whether rows may be read. */
    static boolean findPrivileges(PostgresSession session, long oid, TableId table, Findings findings)
            throws SQLException {
        boolean canRead = true;
        try (PreparedStatement statement = session.connection().prepareStatement(PRIVILEGES)) {
            statement.setLong(1, oid);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    String privilege = rows.getString(1);
                    if (!rows.getBoolean(2)) {
                        canRead &= !privilege.equals("SELECT");
                        findings.error(
                                ErrorCode.TARGET_PRIVILEGE,
                                table.toString(),
                                "a privilege is missing: privilege=" + privilege,
                                "GRANT " + privilege + " ON " + Identifiers.quote(table) + " TO CURRENT_USER");
                    }
                }
            }
        }
        return canRead;
    }

    static void find(PostgresSession session, long oid, TableId table, Findings findings) throws SQLException {
        try (PreparedStatement statement =
                session.connection().prepareStatement(SECURITY_AND_RULES.formatted(session.firing()))) {
            statement.setLong(1, oid);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                if (rows.getBoolean(1)) {
                    findings.error(
                            ErrorCode.TARGET_PRIVILEGE,
                            table.toString(),
                            "row-level security hides rows from this user",
                            "grant BYPASSRLS to the user, or make it the table's owner");
                }
                if (rows.getBoolean(2)) {
                    findings.error(
                            ErrorCode.TARGET_TABLE_MISMATCH,
                            table.toString(),
                            "a rule rewrites inserts, updates or deletes, and COPY passes it by",
                            "drop the rule, or make it a trigger");
                }
            }
        }
        findTriggers(session, oid, table, findings);
    }

    private static void findTriggers(PostgresSession session, long oid, TableId table, Findings findings)
            throws SQLException {
        try (PreparedStatement statement =
                session.connection().prepareStatement(TRIGGERS.formatted(session.firing()))) {
            statement.setLong(1, oid);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    if (!rows.getBoolean(2)) {
                        findings.warning(
                                ErrorCode.TARGET_TABLE_MISMATCH,
                                table.toString(),
                                "a trigger fires on replicated rows too: trigger=" + rows.getString(1),
                                "if it is meant to, ALTER TABLE … ENABLE ALWAYS TRIGGER; else ENABLE REPLICA or drop it");
                    }
                }
            }
        }
    }
}
