package io.millrace.writer.postgres.structure;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.schema.TableId;
import io.millrace.writer.Partitioning;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import io.millrace.writer.postgres.connection.PostgresSession;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** Whether a table can be divided as a task says, or is. Pure but for the question to the catalog. */
final class PartitionFit {
    private static final String DIVISION = """
            SELECT p.partstrat::text, a.attname, p.partnatts
            FROM pg_catalog.pg_partitioned_table p
            JOIN pg_catalog.pg_class c ON c.oid = p.partrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = p.partattrs[0]
            WHERE n.nspname = ? AND c.relname = ?""";

    private PartitionFit() {}

    /** What keeps a table that is made from being divided so; empty where nothing does. */
    static Optional<Finding> ofNew(TargetTable table, Partitioning partitioning) {
        TargetColumn column = table.column(partitioning.column()).orElseThrow();
        boolean isDate = column.sqlType().equals("date");
        boolean isMoment = isDate || column.sqlType().startsWith("timestamp");
        if (partitioning.method() == Partitioning.Method.HASH || (isMoment && (!isDate || partitioning.isOfDays()))) {
            return Optional.empty();
        }
        return Optional.of(finding(
                table.name(),
                "a range of intervals is of a date or a timestamp, of a date by whole days: column="
                        + partitioning.column() + ", type=" + column.sqlType(),
                "name another column or interval, or by: hash(" + partitioning.column() + ")"));
    }

    /** What is wrong with a table that stands; empty where it is divided by the method and the column. */
    static Optional<Finding> ofExisting(PostgresSession session, TableId table, Partitioning partitioning)
            throws SQLException {
        String found = "none";
        try (PreparedStatement statement = session.connection().prepareStatement(DIVISION)) {
            statement.setString(1, table.namespace());
            statement.setString(2, table.name());
            try (ResultSet row = statement.executeQuery()) {
                if (row.next()) {
                    String method = switch (row.getString(1)) {
                        case "r" -> "RANGE";
                        case "h" -> "HASH";
                        default -> "LIST";
                    };
                    found = method + "(" + row.getString(2) + (row.getInt(3) > 1 ? ", …" : "") + ")";
                }
            }
        }
        String wanted = partitioning.method() + "(" + partitioning.column() + ")";
        return found.equals(wanted)
                ? Optional.empty()
                : Optional.of(finding(
                        table,
                        "the table stands and is not divided as the task says: table=" + table + ", wanted=" + wanted
                                + ", found=" + found,
                        "take partition: out, or let the task make the table"));
    }

    private static Finding finding(TableId table, String message, String fix) {
        return new Finding(Finding.Severity.ERROR, ErrorCode.TARGET_TABLE_MISMATCH, table.toString(), message, fix);
    }
}
