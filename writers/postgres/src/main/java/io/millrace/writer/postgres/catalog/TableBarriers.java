package io.millrace.writer.postgres.catalog;

import io.millrace.error.ErrorCode;
import io.millrace.error.Findings;
import io.millrace.schema.TableId;
import io.millrace.writer.postgres.connection.Identifiers;
import io.millrace.writer.postgres.connection.PostgresSession;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** What stands between our rows and tables that exist: privileges, row security, rules, triggers, tables that inherit. */
public final class TableBarriers {
    private static final String MISSING_PRIVILEGES = """
            SELECT c.oid, p.name
            FROM pg_catalog.unnest(?::pg_catalog.oid[]) AS c (oid)
            CROSS JOIN pg_catalog.unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) WITH ORDINALITY AS p (name, place)
            WHERE pg_catalog.has_table_privilege(c.oid, p.name) IS NOT TRUE
            ORDER BY c.oid, p.place""";

    private static final String SECURITY_AND_RULES = """
            SELECT c.oid, pg_catalog.row_security_active(c.oid),
                   EXISTS (
                     SELECT FROM pg_catalog.pg_rewrite r
                     WHERE r.ev_class = c.oid AND r.ev_type IN ('2', '3', '4') AND r.ev_enabled IN %s)
            FROM pg_catalog.pg_class c WHERE c.oid = ANY (?::pg_catalog.oid[])""";

    private static final String TRIGGERS = """
            SELECT tgrelid, tgname
            FROM pg_catalog.pg_trigger
            WHERE tgrelid = ANY (?::pg_catalog.oid[]) AND NOT tgisinternal AND tgenabled = 'O' AND tgenabled IN %s
            ORDER BY tgrelid, tgname""";

    private static final String HEIRS = """
            SELECT i.inhparent, i.inhrelid::pg_catalog.regclass::text
            FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = ANY (?::pg_catalog.oid[]) AND NOT c.relispartition
            ORDER BY i.inhparent, i.inhrelid""";

    private final Map<Long, List<String>> missing;
    private final Map<Long, List<Hidden>> hidden;
    private final Map<Long, List<String>> triggers;
    private final Map<Long, List<String>> heirs;

    private record Hidden(boolean isSecured, boolean isRewritten) {}

    private TableBarriers(
            Map<Long, List<String>> missing,
            Map<Long, List<Hidden>> hidden,
            Map<Long, List<String>> triggers,
            Map<Long, List<String>> heirs) {
        this.missing = missing;
        this.hidden = hidden;
        this.triggers = triggers;
        this.heirs = heirs;
    }

    /** Of all of these tables, by four questions. */
    public static TableBarriers of(PostgresSession session, Collection<Long> oids) throws SQLException {
        return new TableBarriers(
                missingPrivileges(session, oids),
                Catalog.byTable(
                        session.connection(),
                        SECURITY_AND_RULES.formatted(session.firing()),
                        oids,
                        row -> new Hidden(row.getBoolean(2), row.getBoolean(3))),
                Catalog.byTable(
                        session.connection(), TRIGGERS.formatted(session.firing()), oids, row -> row.getString(2)),
                Catalog.byTable(session.connection(), HEIRS, oids, row -> row.getString(2)));
    }

    private static Map<Long, List<String>> missingPrivileges(PostgresSession session, Collection<Long> oids)
            throws SQLException {
        return Catalog.byTable(session.connection(), MISSING_PRIVILEGES, oids, row -> row.getString(2));
    }

    /** Of a table of ours. */
    public static void findPrivileges(PostgresSession session, long oid, TableId table, Findings findings)
            throws SQLException {
        find(missingPrivileges(session, List.of(oid)).getOrDefault(oid, List.of()), table, findings);
    }

    private static void find(List<String> missing, TableId table, Findings findings) {
        for (String privilege : missing) {
            findings.error(
                    ErrorCode.TARGET_PRIVILEGE,
                    table.toString(),
                    "a privilege is missing: privilege=" + privilege,
                    "GRANT " + privilege + " ON " + Identifiers.quote(table) + " TO CURRENT_USER");
        }
    }

    /** Whether a table's rows may be read. */
    public boolean canRead(long oid) {
        return !missing.getOrDefault(oid, List.of()).contains("SELECT");
    }

    /** Tells of a table's. */
    public void find(long oid, TableId table, Findings findings) {
        find(missing.getOrDefault(oid, List.of()), table, findings);
        for (Hidden each : hidden.getOrDefault(oid, List.of())) {
            if (each.isSecured()) {
                findings.error(
                        ErrorCode.TARGET_PRIVILEGE,
                        table.toString(),
                        "row-level security hides rows from this user",
                        "grant BYPASSRLS to the user, or make it the table's owner");
            }
            if (each.isRewritten()) {
                findings.error(
                        ErrorCode.TARGET_TABLE_MISMATCH,
                        table.toString(),
                        "a rule rewrites inserts, updates or deletes, and COPY passes it by",
                        "drop the rule, or make it a trigger");
            }
        }
        for (String trigger : triggers.getOrDefault(oid, List.of())) {
            findings.warning(
                    ErrorCode.TARGET_TABLE_MISMATCH,
                    table.toString(),
                    "a trigger fires on replicated rows too: trigger=" + trigger,
                    "if it is meant to, ALTER TABLE … ENABLE ALWAYS TRIGGER; else ENABLE REPLICA or drop it");
        }
        List<String> children = heirs.getOrDefault(oid, List.of());
        if (!children.isEmpty()) {
            findings.warning(
                    ErrorCode.TARGET_TABLE_MISMATCH,
                    table.toString(),
                    "other tables inherit from it, and what changes or removes a row of it does so with theirs of the same"
                            + " key: tables=" + children.size() + ", first=" + children.get(0),
                    "ALTER TABLE … NO INHERIT " + Identifiers.quote(table)
                            + ", unless its rows are meant to stand there");
        }
    }
}
