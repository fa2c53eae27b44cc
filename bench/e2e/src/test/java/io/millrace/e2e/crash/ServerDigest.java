package io.millrace.e2e.crash;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What the servers themselves make of the bank's tables: row count and sum of their own CRC32 over their own text of every
 * column. Shares nothing with the engine.
 */
final class ServerDigest {
    private static final Map<String, String> MYSQL = new LinkedHashMap<>();
    private static final Map<String, String> POSTGRES = new LinkedHashMap<>();

    static {
        MYSQL.put(
                "account",
                "id, owner, balance, COALESCE(DATE_FORMAT(opened, '%Y-%m-%d %H:%i:%s.%f'), '-'),"
                        + " COALESCE(DATE_FORMAT(touched, '%Y-%m-%d %H:%i:%s.%f'), '-'), COALESCE(flags, '-'),"
                        + " COALESCE(HEX(photo), '-')");
        POSTGRES.put(
                "account",
                "id, owner, balance, COALESCE(to_char(opened, 'YYYY-MM-DD HH24:MI:SS.US'), '-'),"
                        + " COALESCE(to_char(touched, 'YYYY-MM-DD HH24:MI:SS.US'), '-'), COALESCE(flags::text, '-'),"
                        + " COALESCE(upper(encode(photo, 'hex')), '-')");
        MYSQL.put("entry", "account, line, COALESCE(amount, '-'), COALESCE(note, '-')");
        POSTGRES.put("entry", "account, line, COALESCE(amount::text, '-'), COALESCE(note, '-')");
        MYSQL.put("setting", "name, COALESCE(content, '-')");
        POSTGRES.put("setting", "name, COALESCE(content, '-')");
        MYSQL.put("event", "id, kind, DATE_FORMAT(happened, '%Y-%m-%d %H:%i:%s.%f'), COALESCE(detail, '-')");
        POSTGRES.put("event", "id, kind, to_char(happened, 'YYYY-MM-DD HH24:MI:SS.US'), COALESCE(detail, '-')");
    }

    private ServerDigest() {}

    static Map<String, String> ofMySql(Connection connection) throws SQLException {
        return digest(
                connection,
                MYSQL,
                "SET time_zone = '+00:00'",
                "SELECT COUNT(*), SUM(CRC32(CONCAT_WS('|', %s))) FROM bank.%s");
    }

    static Map<String, String> ofPostgres(Connection connection) throws SQLException {
        return digest(
                connection,
                POSTGRES,
                "SET TimeZone = 'UTC'",
                "SELECT count(*), sum(crc32(convert_to(concat_ws('|', %s), 'UTF8'))) FROM bank.%s");
    }

    /** Of a bank in PostgreSQL, with the table that only such a bank has. */
    static Map<String, String> ofPostgresBank(Connection connection) throws SQLException {
        Map<String, String> tables = new LinkedHashMap<>(POSTGRES);
        tables.put("document", "name, revision, tags::text, COALESCE(content, '-')");
        return digest(
                connection,
                tables,
                "SET TimeZone = 'UTC'",
                "SELECT count(*), sum(hashtextextended(concat_ws('|', %s), 0)) FROM bank.%s");
    }

    private static Map<String, String> digest(
            Connection connection, Map<String, String> tables, String setting, String query) throws SQLException {
        Map<String, String> digests = new LinkedHashMap<>();
        try (Statement sql = connection.createStatement()) {
            sql.execute(setting);
            for (Map.Entry<String, String> table : tables.entrySet()) {
                try (ResultSet row =
                        sql.executeQuery(String.format(Locale.ROOT, query, table.getValue(), table.getKey()))) {
                    row.next();
                    digests.put(table.getKey(), "rows=" + row.getLong(1) + ", digest=" + row.getString(2));
                }
            }
        }
        return digests;
    }
}
