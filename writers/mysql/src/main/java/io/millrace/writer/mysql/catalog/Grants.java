package io.millrace.writer.mysql.catalog;

import io.millrace.writer.mysql.connection.MySqlSession;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the account may make tables, as far as its own grants tell: where it has roles, they may allow what its own do not, and the
 * server has the last word.
 */
public final class Grants {
    private static final Pattern ON_DATABASE =
            Pattern.compile("GRANT (.*) ON (?:\\*|`((?:[^`]|``)*)`)\\.\\* TO .*", Pattern.CASE_INSENSITIVE);

    private static final Pattern ROLE = Pattern.compile("GRANT [`'].*", Pattern.CASE_INSENSITIVE);

    private static final Set<String> OF_ROWS = Set.of("SELECT", "INSERT", "UPDATE", "DELETE");

    private final List<String> lines;

    /** @param lines as the server says them */
    Grants(List<String> lines) {
        this.lines = lines;
    }

    public static Grants of(MySqlSession session) throws SQLException {
        return new Grants(session.rows("SHOW GRANTS", row -> row.getString(1)));
    }

    public boolean mayCreateIn(String database) {
        return lines.stream().anyMatch(line -> mayCreateIn(line, database));
    }

    private static boolean mayCreateIn(String line, String database) {
        if (ROLE.matcher(line).matches()) {
            return true;
        }
        Matcher grant = ON_DATABASE.matcher(line);
        if (!grant.matches()) {
            return false;
        }
        String privileges = "," + grant.group(1).toUpperCase(Locale.ROOT).replace(", ", ",") + ",";
        boolean doesAllow = privileges.contains(",ALL PRIVILEGES,") || privileges.contains(",CREATE,");
        return doesAllow && (grant.group(2) == null || isLike(database, grant.group(2)));
    }

    /**
     * Whether the account has, by plain grants, all that rows take on every table of a database. Not so where privileges are taken back
     * in part, nor where several patterns mean the database, of which the server takes one: then each table is asked.
     */
    public boolean mayWriteTo(String database) {
        if (lines.stream().anyMatch(line -> line.startsWith("REVOKE "))) {
            return false;
        }
        Set<String> held = new HashSet<>();
        int patterns = 0;
        for (String line : lines) {
            Matcher grant = ON_DATABASE.matcher(line);
            if (grant.matches() && (grant.group(2) == null || isLike(database, grant.group(2)))) {
                patterns += grant.group(2) == null ? 0 : 1;
                held.addAll(List.of(grant.group(1).toUpperCase(Locale.ROOT).split(", ", -1)));
            }
        }
        return patterns <= 1 && (held.contains("ALL PRIVILEGES") || held.containsAll(OF_ROWS));
    }

    /** Databases of grants are patterns: {@code _} and {@code %}, with a backslash where they are meant. */
    private static boolean isLike(String database, String pattern) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '\\' && i + 1 < pattern.length()) {
                regex.append(Pattern.quote(String.valueOf(pattern.charAt(++i))));
            } else {
                regex.append(c == '_' ? "." : c == '%' ? ".*" : Pattern.quote(String.valueOf(c)));
            }
        }
        return database.matches(regex.toString());
    }
}
