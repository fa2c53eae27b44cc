package io.millrace.writer.mysql.control;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.Counters;
import io.millrace.writer.mysql.connection.Dialect;
import io.millrace.writer.mysql.connection.Identifiers;
import io.millrace.writer.mysql.connection.MySqlSession;
import io.millrace.writer.mysql.connection.Pipeline;
import io.millrace.writer.mysql.connection.StatementException;
import io.millrace.writer.sql.Checkpoints;
import java.sql.SQLException;
import java.util.List;

/** The checkpoint table at MySQL and MariaDB, and its compare-and-set in the pipeline. */
public final class MySqlCheckpoints extends Checkpoints<MySqlSession> {
    private final Dialect dialect;

    MySqlCheckpoints(String controlSchema, String task, Dialect dialect) {
        super(Identifiers.quote(controlSchema) + "." + NAME, task);
        this.dialect = dialect;
    }

    @Override
    public String create() {
        return "CREATE TABLE IF NOT EXISTS " + table() + " (task varchar(128) NOT NULL, lane int NOT NULL,"
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

    /** Locked against a take-over until the transaction ends. */
    @Override
    protected List<Long> firstEpoch(MySqlSession session) throws SQLException {
        return session.rows(
                "SELECT epoch FROM " + table() + " WHERE task = ? AND lane = 0 LOCK IN SHARE MODE",
                row -> row.getLong(1),
                task());
    }

    /** Where there was no row to lock, another process may insert its own at the same time: the key lets one of them win. */
    @Override
    public void insert(MySqlSession session, List<Checkpoint> checkpoints) throws SQLException {
        for (Checkpoint checkpoint : checkpoints) {
            try {
                insert(session, checkpoint);
            } catch (SQLException e) {
                if (e.getErrorCode() != StatementException.DUPLICATE_ENTRY) {
                    throw e;
                }
                throw new MillraceException(
                        ErrorCode.TARGET_FENCED,
                        "another process began the task at the same time: task=" + task() + ", lane="
                                + checkpoint.lane());
            }
        }
    }

    private void insert(MySqlSession session, Checkpoint checkpoint) throws SQLException {
        Counters counters = checkpoint.counters();
        session.update(
                insertion(),
                task(),
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
    public void move(Pipeline pipeline, Checkpoint expected, Checkpoint next) {
        Counters counters = next.counters();
        StringBuilder sql = new StringBuilder(1024)
                .append("UPDATE ")
                .append(table())
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
                .append(Identifiers.literal(task()))
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
