package io.millrace.writer.mysql;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.SourcePosition;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.Counters;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/** The checkpoint table's statements: rows to records and back. */
final class Checkpoints {
    static final String NAME = "checkpoint";

    private static final String COLUMNS =
            "lane, lane_count, layout_version, epoch, log_id, log_index, source_position, last_transaction,"
                    + " rows_into_transaction, changes_in, applied, filtered, ignored, skipped_by_load, dirty,"
                    + " missing_rows, inserts, updates, deletes";

    private final String table;
    private final String task;
    private final Dialect dialect;

    Checkpoints(String controlSchema, String task, Dialect dialect) {
        table = Identifiers.quote(controlSchema) + "." + NAME;
        this.task = task;
        this.dialect = dialect;
    }

    String table() {
        return table;
    }

    String create() {
        return "CREATE TABLE IF NOT EXISTS " + table + " (task varchar(128) NOT NULL, lane int NOT NULL,"
                + " lane_count int NOT NULL, layout_version int NOT NULL, epoch bigint NOT NULL,"
                + " log_id char(36) CHARACTER SET ascii NOT NULL, log_index bigint NOT NULL,"
                + " source_position longtext NOT NULL, last_transaction text NOT NULL,"
                + " rows_into_transaction bigint NOT NULL, changes_in bigint NOT NULL,"
                + " applied bigint NOT NULL, filtered bigint NOT NULL, ignored bigint NOT NULL,"
                + " skipped_by_load bigint NOT NULL, dirty bigint NOT NULL, missing_rows bigint NOT NULL,"
                + " inserts bigint NOT NULL, updates bigint NOT NULL, deletes bigint NOT NULL,"
                + " updated_at timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),"
                + " PRIMARY KEY (task, lane)) ENGINE=InnoDB DEFAULT COLLATE=" + dialect.binaryCollation();
    }

    /** All of the task, locked or not. */
    List<Checkpoint> read(MySqlSession session, boolean forUpdate) throws SQLException {
        return session.rows(
                "SELECT " + COLUMNS + " FROM " + table + " WHERE task = ? ORDER BY lane"
                        + (forUpdate ? " FOR UPDATE" : ""),
                Checkpoints::read,
                task);
    }

    /** One lane's, after all that was committed before, locked; empty where there is none. */
    List<Checkpoint> readLane(MySqlSession session, int lane) throws SQLException {
        return session.rows(
                "SELECT " + COLUMNS + " FROM " + table + " WHERE task = ? AND lane = ? FOR UPDATE",
                Checkpoints::read,
                task,
                lane);
    }

    /** The first lane's epoch, is locked against a take-over until the transaction ends. */
    void requireEpoch(MySqlSession session, long epoch) throws SQLException {
        List<Long> found = session.rows(
                "SELECT epoch FROM " + table + " WHERE task = ? AND lane = 0 LOCK IN SHARE MODE",
                row -> row.getLong(1),
                task);
        if (found.isEmpty() || found.get(0) != epoch) {
            throw new MillraceException(
                    ErrorCode.TARGET_FENCED,
                    "the task's checkpoints are not this process's: epoch=" + epoch + ", found="
                            + (found.isEmpty() ? "none" : found.get(0)));
        }
    }

    private static Checkpoint read(ResultSet row) throws SQLException {
        return new Checkpoint(
                row.getInt(1),
                row.getInt(2),
                row.getInt(3),
                row.getLong(4),
                UUID.fromString(row.getString(5)),
                row.getLong(6),
                SourcePosition.parse(row.getString(7)),
                row.getString(8),
                row.getLong(9),
                new Counters(
                        row.getLong(10),
                        row.getLong(11),
                        row.getLong(12),
                        row.getLong(13),
                        row.getLong(14),
                        row.getLong(15),
                        row.getLong(16),
                        row.getLong(17),
                        row.getLong(18),
                        row.getLong(19)));
    }

    void insert(MySqlSession session, Checkpoint checkpoint) throws SQLException {
        Counters counters = checkpoint.counters();
        session.update(
                "INSERT INTO " + table + " (task, " + COLUMNS + ") VALUES (?" + ", ?".repeat(19) + ")",
                task,
                checkpoint.lane(),
                checkpoint.laneCount(),
                checkpoint.layoutVersion(),
                checkpoint.epoch(),
                checkpoint.logId().toString(),
                checkpoint.logIndex(),
                checkpoint.position().text(),
                checkpoint.lastTransaction(),
                checkpoint.rowsIntoTransaction(),
                counters.changesIn(),
                counters.applied(),
                counters.filtered(),
                counters.ignored(),
                counters.skippedByLoad(),
                counters.dirty(),
                counters.missingRows(),
                counters.inserts(),
                counters.updates(),
                counters.deletes());
    }

    /** Adds the compare-and-set to the pipeline: it meets one row, or somebody else was here. */
    void move(Pipeline pipeline, Checkpoint expected, Checkpoint next) {
        Counters counters = next.counters();
        StringBuilder sql = new StringBuilder(1024)
                .append("UPDATE ")
                .append(table)
                .append(" SET lane_count=")
                .append(next.laneCount())
                .append(",layout_version=")
                .append(next.layoutVersion())
                .append(",epoch=")
                .append(next.epoch())
                .append(",log_id='")
                .append(next.logId())
                .append("',log_index=")
                .append(next.logIndex())
                .append(",source_position=")
                .append(Identifiers.literal(next.position().text()))
                .append(",last_transaction=")
                .append(Identifiers.literal(next.lastTransaction()))
                .append(",rows_into_transaction=")
                .append(next.rowsIntoTransaction());
        count(sql, "changes_in", counters.changesIn());
        count(sql, "applied", counters.applied());
        count(sql, "filtered", counters.filtered());
        count(sql, "ignored", counters.ignored());
        count(sql, "skipped_by_load", counters.skippedByLoad());
        count(sql, "dirty", counters.dirty());
        count(sql, "missing_rows", counters.missingRows());
        count(sql, "inserts", counters.inserts());
        count(sql, "updates", counters.updates());
        count(sql, "deletes", counters.deletes());
        sql.append(" WHERE task=")
                .append(Identifiers.literal(task))
                .append(" AND lane=")
                .append(expected.lane())
                .append(" AND epoch=")
                .append(expected.epoch())
                .append(" AND log_id='")
                .append(expected.logId())
                .append("' AND log_index=")
                .append(expected.logIndex())
                // Within a chain that is read back the index stands still.
                .append(" AND rows_into_transaction=")
                .append(expected.rowsIntoTransaction());
        pipeline.begin();
        pipeline.output().putAscii(sql);
        pipeline.end();
    }

    private static void count(StringBuilder sql, String column, long value) {
        sql.append(',').append(column).append('=').append(value);
    }
}
