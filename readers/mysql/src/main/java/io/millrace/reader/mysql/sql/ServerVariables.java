package io.millrace.reader.mysql.sql;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The server's global variables as they were read. What a server can do is told from the variables that it has, never from
 * its version number. Immutable.
 */
public final class ServerVariables {
    private final Map<String, String> values;

    private ServerVariables(Map<String, String> values) {
        this.values = values;
    }

    public static ServerVariables read(SqlSession session) {
        Map<String, String> values = new HashMap<>();
        session.rows(
                "SHOW GLOBAL VARIABLES",
                row -> values.put(row.getString(1).toLowerCase(Locale.ROOT), row.getString(2)));
        return new ServerVariables(values);
    }

    /** The value; empty where the server does not know the variable. */
    public Optional<String> find(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** The value, or the empty string. */
    public String value(String name) {
        return values.getOrDefault(name, "");
    }

    public boolean isOn(String name) {
        String value = value(name);
        return value.equalsIgnoreCase("ON") || value.equals("1");
    }

    /** The number, or {@code fallback} where the variable is unknown or no number. */
    public long number(String name, long fallback) {
        try {
            return (long) Double.parseDouble(value(name));
        } catch (NumberFormatException e) {
            return fallback;
        }
    }

    public boolean isMariaDb() {
        return values.containsKey("gtid_binlog_pos");
    }

    /** MySQL whose every transaction has a GTID. */
    public boolean hasMySqlGtids() {
        return value("gtid_mode").equalsIgnoreCase("ON");
    }

    public boolean writesBinlog() {
        return isOn("log_bin");
    }
}
