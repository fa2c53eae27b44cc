package io.millrace.writer.mysql.structure;

import io.millrace.writer.Partitioning;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import io.millrace.writer.mysql.connection.Identifiers;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/**
 * The words of partitions: a range has one for each interval, one for what is before them and one for what is behind. Pure.
 *
 * <p>A TIMESTAMP is divided by its second, for its text depends on the session's zone.
 */
final class PartitionSql {
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("uuuuMMdd");
    private static final DateTimeFormatter HOUR = DateTimeFormatter.ofPattern("uuuuMMddHH");
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("uuuu-MM-dd");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");

    private PartitionSql() {}

    static TargetColumn column(TargetTable table, Partitioning partitioning) {
        return table.column(partitioning.column()).orElseThrow();
    }

    static boolean isTimestamp(String sqlType) {
        return sqlType.startsWith("timestamp");
    }

    /** What stands behind the options of a CREATE TABLE. */
    static String clause(TargetTable table, Partitioning partitioning) {
        String column = Identifiers.quote(partitioning.column());
        if (partitioning.method() == Partitioning.Method.HASH) {
            return "\nPARTITION BY KEY (" + column + ") PARTITIONS " + partitioning.count();
        }
        String sqlType = column(table, partitioning).sqlType();
        String second = "UNIX_TIMESTAMP(" + column + ")";
        // With a fraction that is no whole number, by which alone the server divides.
        String by = !isTimestamp(sqlType)
                ? "RANGE COLUMNS (" + column + ")"
                : sqlType.contains("(") ? "RANGE (FLOOR(" + second + "))" : "RANGE (" + second + ")";
        List<String> parts = new ArrayList<>();
        List<LocalDateTime> bounds = partitioning.bounds();
        if (!bounds.isEmpty()) {
            parts.add("PARTITION p_min VALUES LESS THAN (" + bound(sqlType, bounds.get(0)) + ")");
        }
        parts.addAll(intervals(sqlType, partitioning));
        parts.add("PARTITION p_max VALUES LESS THAN (MAXVALUE)");
        return "\nPARTITION BY " + by + " (\n  " + String.join(",\n  ", parts) + "\n)";
    }

    static List<String> intervals(String sqlType, Partitioning partitioning) {
        List<String> parts = new ArrayList<>();
        List<LocalDateTime> bounds = partitioning.bounds();
        DateTimeFormatter name = partitioning.isOfDays() ? DAY : HOUR;
        for (int i = 0; i + 1 < bounds.size(); i++) {
            parts.add("PARTITION p" + name.format(bounds.get(i)) + " VALUES LESS THAN ("
                    + bound(sqlType, bounds.get(i + 1)) + ")");
        }
        return parts;
    }

    private static String bound(String sqlType, LocalDateTime bound) {
        if (isTimestamp(sqlType)) {
            return Long.toString(bound.toEpochSecond(ZoneOffset.UTC));
        }
        return "'" + (sqlType.equals("date") ? DATE : TIME).format(bound) + "'";
    }
}
