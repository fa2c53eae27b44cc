package io.millrace.writer.mysql.structure;

import io.millrace.schema.TableId;
import io.millrace.writer.Partitioning;
import io.millrace.writer.mysql.connection.Identifiers;
import io.millrace.writer.mysql.connection.MySqlSession;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gives a table that is divided by ranges further partitions while rows are written. What is behind its intervals already comes into them: the
 * server writes the last partition anew.
 */
public final class PartitionMaker {
    private final MySqlSession session;

    public PartitionMaker(MySqlSession session) {
        this.session = session;
    }

    private record Partition(String name, String bound) {
        boolean isRest() {
            return bound.equals("MAXVALUE");
        }

        LocalDateTime end() {
            String text = bound.replace("'", "").strip();
            if (text.matches("[0-9]+")) {
                return LocalDateTime.ofEpochSecond(Long.parseLong(text), 0, ZoneOffset.UTC);
            }
            return LocalDateTime.parse(text.length() == 10 ? text + "T00:00:00" : text.replace(' ', 'T'));
        }
    }

    /** Where the last interval ends. */
    public Optional<LocalDateTime> end(TableId table) throws SQLException {
        return partitions(table).stream()
                .filter(partition -> !partition.isRest())
                .map(Partition::end)
                .max(LocalDateTime::compareTo);
    }

    private List<Partition> partitions(TableId table) throws SQLException {
        return session.rows(
                "SELECT PARTITION_NAME, PARTITION_DESCRIPTION FROM information_schema.PARTITIONS WHERE TABLE_SCHEMA = ?"
                        + " AND TABLE_NAME = ? AND PARTITION_METHOD LIKE 'RANGE%' ORDER BY PARTITION_ORDINAL_POSITION",
                row -> new Partition(row.getString(1), row.getString(2)), table.namespace(), table.name());
    }

    public void add(TableId table, Partitioning further) throws SQLException {
        List<LocalDateTime> bounds = new ArrayList<>(further.bounds());
        Optional<LocalDateTime> end = end(table);
        bounds.removeIf(bound -> end.filter(last -> last.isAfter(bound)).isPresent());
        if (bounds.size() < 2) {
            return;
        }
        String sqlType = session.rows(
                        "SELECT COLUMN_TYPE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?"
                                + " AND COLUMN_NAME = ?",
                        row -> row.getString(1),
                        table.namespace(),
                        table.name(),
                        further.column())
                .get(0);
        String parts = String.join(", ", PartitionSql.intervals(sqlType, further.withBounds(bounds)));
        Optional<Partition> rest =
                partitions(table).stream().filter(Partition::isRest).findFirst();
        session.execute("SET SESSION lock_wait_timeout = 5");
        session.execute("ALTER TABLE " + Identifiers.quote(table)
                + rest.map(last -> " REORGANIZE PARTITION " + Identifiers.quote(last.name()) + " INTO (" + parts
                                + ", PARTITION " + Identifiers.quote(last.name()) + " VALUES LESS THAN (MAXVALUE))")
                        .orElse(" ADD PARTITION (" + parts + ")"));
    }
}
