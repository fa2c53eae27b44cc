package io.millrace.e2e.rates;

import io.millrace.e2e.workload.OltpWorkload;
import io.millrace.e2e.workload.ReferenceBacklog;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Whether a contender left what the source has: without it a run has no result. */
final class RowCounts {
    private RowCounts() {}

    static void requireEqual(Rig rig) throws SQLException {
        try (Connection source = rig.source().connect(rig.database());
                Connection target = rig.target().connect(rig.targetDatabase())) {
            for (String table : rig.tables()) {
                long expected = number(source, "SELECT COUNT(*) FROM " + table);
                long actual = number(target, "SELECT count(*) FROM " + table);
                if (expected != actual) {
                    throw new IllegalStateException(
                            "row counts differ: table=" + table + ", source=" + expected + ", target=" + actual);
                }
            }
            for (String table : rig.tables()) {
                requireSameRows(source, target, table);
            }
        }
    }

    private static void requireSameRows(Connection source, Connection target, String table) throws SQLException {
        String columns = table.equals(ReferenceBacklog.TABLE)
                ? "id, customer_id, quantity, status, amount, code, name, coalesce(note, '-')"
                : OltpWorkload.compared(table);
        long expected = number(source, "SELECT SUM(CRC32(CONCAT_WS('|', " + columns + "))) FROM " + table);
        long actual =
                number(target, "SELECT sum(crc32(convert_to(concat_ws('|', " + columns + "), 'UTF8'))) FROM " + table);
        if (expected != actual) {
            throw new IllegalStateException("rows differ: table=" + table);
        }
    }

    private static long number(Connection connection, String query) throws SQLException {
        try (Statement sql = connection.createStatement();
                ResultSet row = sql.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }
}
