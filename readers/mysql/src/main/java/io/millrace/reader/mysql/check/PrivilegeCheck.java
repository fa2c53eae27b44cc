package io.millrace.reader.mysql.check;

import io.millrace.error.ErrorCode;
import io.millrace.error.Findings;
import io.millrace.error.MillraceException;
import io.millrace.reader.TableDetails;
import io.millrace.reader.mysql.sql.ServerVariables;
import io.millrace.reader.mysql.sql.SqlSession;
import io.millrace.reader.mysql.sql.SqlText;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Whether the account may do what reading takes. Asks by doing, since grants come by roles, wildcards and revocations; only a
 * plain grant on a whole database saves asking each of its tables.
 */
final class PrivilegeCheck {
    private final SqlSession session;
    private final ServerVariables variables;
    private final Findings findings;

    PrivilegeCheck(SqlSession session, ServerVariables variables, Findings findings) {
        this.session = session;
        this.variables = variables;
        this.findings = findings;
    }

    void check(List<TableDetails> tables) {
        if (!mayReplicate()) {
            missing("REPLICATION SLAVE", "*.*", "the binlog cannot be read");
        }
        if (isDenied("SHOW BINARY LOG STATUS", "SHOW MASTER STATUS")) {
            missing(
                    variables.isMariaDb() ? "BINLOG MONITOR" : "REPLICATION CLIENT",
                    "*.*",
                    "the server's position cannot be asked for");
        }
        if (isDenied("XA RECOVER")) {
            findings.warning(
                    ErrorCode.SOURCE_PRIVILEGE,
                    "XA_RECOVER_ADMIN",
                    "prepared XA transactions cannot be seen: one that is open when a load begins stops the task later",
                    "GRANT XA_RECOVER_ADMIN ON *.* TO " + account());
        }
        List<String> grants = session.rows("SHOW GRANTS", row -> row.getString(1));
        for (TableDetails table : tables) {
            String name = SqlText.quoted(table.schema().table());
            if (!mayReadAll(grants, table.schema().table().namespace())
                    && isDenied("SELECT * FROM " + name + " LIMIT 0")) {
                missing("SELECT", name, "the table cannot be read");
            }
        }
    }

    private void missing(String privilege, String on, String consequence) {
        findings.error(
                ErrorCode.SOURCE_PRIVILEGE,
                privilege + (on.equals("*.*") ? "" : " on " + on),
                consequence + ": privilege=" + privilege + ", on=" + on,
                "GRANT " + privilege + " ON " + on + " TO " + account());
    }

    private String account() {
        String account = session.value("SELECT CURRENT_USER()").orElse("");
        int at = account.lastIndexOf('@');
        return at < 0 ? account : "'" + account.substring(0, at) + "'@'" + account.substring(at + 1) + "'";
    }

    /** MySQL asks REPLICATION SLAVE of whoever lists replicas; MariaDB asks another privilege, but shows grants of roles. */
    private boolean mayReplicate() {
        if (!variables.isMariaDb()) {
            return !isDenied("SHOW REPLICAS", "SHOW SLAVE HOSTS");
        }
        return hasPrivilege(
                session.rows("SHOW GRANTS", row -> row.getString(1)),
                "*.*",
                "REPLICATION SLAVE",
                "REPLICATION REPLICA");
    }

    private static boolean mayReadAll(List<String> grants, String database) {
        return grants.stream().noneMatch(grant -> grant.startsWith("REVOKE "))
                && (hasPrivilege(grants, "*.*", "SELECT")
                        || hasPrivilege(grants, SqlText.quoted(database) + ".*", "SELECT"));
    }

    /** Whether a grant on exactly this has one of the privileges, or all. */
    private static boolean hasPrivilege(List<String> grants, String on, String... privileges) {
        String end = " ON " + on + " TO ";
        return grants.stream()
                .filter(grant -> grant.startsWith("GRANT ") && grant.contains(end))
                .map(grant ->
                        grant.substring("GRANT ".length(), grant.indexOf(end)).toUpperCase(Locale.ROOT))
                .flatMap(list -> Arrays.stream(list.split(",", -1)))
                .map(String::strip)
                .anyMatch(granted -> granted.equals("ALL PRIVILEGES")
                        || Arrays.asList(privileges).contains(granted));
    }

    /** Whether the first of these statements that the server knows is denied. */
    private boolean isDenied(String... statements) {
        for (String sql : statements) {
            try {
                session.rows(sql, row -> sql);
                return false;
            } catch (MillraceException e) {
                if (e.code() == ErrorCode.SOURCE_PRIVILEGE) {
                    return true;
                }
                boolean isUnknownHere = e.code() == ErrorCode.SOURCE_PROTOCOL || e.code() == ErrorCode.SOURCE_SETTING;
                if (!isUnknownHere && e.code() != ErrorCode.SCHEMA_MISMATCH) {
                    throw e;
                }
            }
        }
        return false;
    }
}
