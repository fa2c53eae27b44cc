package io.millrace.writer.mysql.structure;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.schema.TableId;
import io.millrace.writer.Partitioning;
import io.millrace.writer.TargetTable;
import io.millrace.writer.mysql.connection.Identifiers;
import io.millrace.writer.mysql.connection.MySqlSession;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Whether a table can be divided as a task says, or is. Pure but for the question to the catalog. */
final class PartitionFit {
    private static final Pattern MOMENT = Pattern.compile("date|(datetime|timestamp)(\\([0-6]\\))?");

    /** Types of which the servers make no KEY. */
    private static final Pattern LONG = Pattern.compile(".*(text|blob|json|geometry).*");

    private PartitionFit() {}

    /** What keeps a table that is made from being divided so; empty where nothing does. */
    static Optional<Finding> ofNew(TargetTable table, Partitioning partitioning) {
        String type = PartitionSql.column(table, partitioning).sqlType();
        boolean isHash = partitioning.method() == Partitioning.Method.HASH;
        boolean isFit = isHash
                ? !LONG.matcher(type).matches()
                : MOMENT.matcher(type).matches() && (!type.equals("date") || partitioning.isOfDays());
        return isFit
                ? Optional.empty()
                : Optional.of(finding(
                        table.name(),
                        "a range of intervals is of a date, datetime or timestamp, of a date by whole days, and a hash of no"
                                + " long type: column=" + partitioning.column() + ", type=" + type,
                        "name another column or interval"));
    }

    /** What is wrong with a table that stands; empty where it is divided by the method and the column. */
    static Optional<Finding> ofExisting(MySqlSession session, TableId table, Partitioning partitioning)
            throws SQLException {
        List<String> found = session.rows(
                "SELECT PARTITION_METHOD, PARTITION_EXPRESSION FROM information_schema.PARTITIONS"
                        + " WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND PARTITION_METHOD IS NOT NULL LIMIT 1",
                row -> row.getString(1) + " (" + row.getString(2) + ")",
                table.namespace(),
                table.name());
        String division = found.isEmpty() ? "none" : found.get(0);
        String method = partitioning.method() == Partitioning.Method.HASH ? "KEY" : "RANGE";
        boolean isSame = division.startsWith(method)
                && division.toLowerCase(Locale.ROOT)
                        .contains(Identifiers.quote(partitioning.column()).toLowerCase(Locale.ROOT));
        return isSame
                ? Optional.empty()
                : Optional.of(finding(
                        table,
                        "the table stands and is not divided as the task says: table=" + table + ", wanted=" + method
                                + " (" + Identifiers.quote(partitioning.column()) + "), found=" + division,
                        "take partition: out, or let the task make the table"));
    }

    private static Finding finding(TableId table, String message, String fix) {
        return new Finding(Finding.Severity.ERROR, ErrorCode.TARGET_TABLE_MISMATCH, table.toString(), message, fix);
    }
}
