package io.millrace.e2e.rates;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Whether a contender left what the source has: without it a run has no result. */
final class RowCounts {
    private RowCounts() {}

    static void requireEqual(Rig rig, Contender contender) throws SQLException {
        try (Connection source = rig.source().connect();
                Connection target = rig.target().server().connect(rig.targetDatabase())) {
            for (String table : rig.workload().tables()) {
                long expected = number(source, "SELECT COUNT(*) FROM " + table);
                long actual = number(target, "SELECT count(*) FROM " + table);
                if (expected != actual) {
                    throw new IllegalStateException(
                            "row counts differ: table=" + table + ", source=" + expected + ", target=" + actual);
                }
            }
            for (String table : rig.workload().tables()) {
                requireSameRows(
                        source, target, table, contender.compared(rig.workload().compared(table)));
            }
        }
    }

    private static void requireSameRows(Connection source, Connection target, String table, String columns)
            throws SQLException {
        if (checksum(source, columns, table) != checksum(target, columns, table)) {
            throw new IllegalStateException("rows differ: table=" + table);
        }
    }

    private static long checksum(Connection connection, String columns, String table) throws SQLException {
        boolean isPostgres = connection.getMetaData().getDatabaseProductName().equals("PostgreSQL");
        String row = "concat_ws('|', " + columns + ")";
        return number(
                connection,
                "SELECT sum(crc32(" + (isPostgres ? "convert_to(" + row + ", 'UTF8')" : row) + ")) FROM " + table);
    }

    private static long number(Connection connection, String query) throws SQLException {
        try (Statement sql = connection.createStatement();
                ResultSet row = sql.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }
}
