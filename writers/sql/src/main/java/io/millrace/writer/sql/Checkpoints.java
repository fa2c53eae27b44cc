package io.millrace.writer.sql;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.SourcePosition;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.Counters;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/** The checkpoint table's statements: rows to records and back. A writer adds the compare-and-set, which travels with its batches. */
public abstract class Checkpoints<S extends SqlSession> {
    public static final String NAME = "checkpoint";

    protected static final String COLUMNS =
            "lane, lane_count, layout_version, epoch, log_id, log_index, source_position, last_transaction,"
                    + " rows_into_transaction, changes_in, applied, filtered, ignored, skipped_by_load, dirty,"
                    + " missing_rows, inserts, updates, deletes";

    private final String table;
    private final String task;

    /**
     * Of one task.
     *
     * @param table in quotes, with its schema
     */
    protected Checkpoints(String table, String task) {
        this.table = table;
        this.task = task;
    }

    public final String table() {
        return table;
    }

    protected final String task() {
        return task;
    }

    /** The statement that makes the table where it is missing. */
    public abstract String create();

    /** All of the task, locked or not. */
    public final List<Checkpoint> read(S session, boolean forUpdate) throws SQLException {
        return session.rows(
                "SELECT " + COLUMNS + " FROM " + table + " WHERE task = ? ORDER BY lane"
                        + (forUpdate ? " FOR UPDATE" : ""),
                Checkpoints::read,
                task);
    }

    /** One lane's, after all that was committed before, locked; empty where there is none. */
    public final List<Checkpoint> readLane(S session, int lane) throws SQLException {
        return session.rows(
                "SELECT " + COLUMNS + " FROM " + table + " WHERE task = ? AND lane = ? FOR UPDATE",
                Checkpoints::read,
                task,
                lane);
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

    /** Refuses what another process's checkpoints stand against; until the transaction ends none takes the task over. */
    public final void requireEpoch(S session, long epoch) throws SQLException {
        List<Long> found = firstEpoch(session);
        if (found.isEmpty() || found.get(0) != epoch) {
            throw new MillraceException(
                    ErrorCode.TARGET_FENCED,
                    "the task's checkpoints are not this process's: epoch=" + epoch + ", found="
                            + (found.isEmpty() ? "none" : found.get(0)));
        }
    }

    /** The first lane's epoch, whose row is locked against a take-over; empty where there is none. */
    protected abstract List<Long> firstEpoch(S session) throws SQLException;

    /** The statement of {@link #insert}. Parameters: the task, then as {@link #COLUMNS}. */
    protected final String insertion() {
        return "INSERT INTO " + table + " (task, " + COLUMNS + ") VALUES (?" + ", ?".repeat(19) + ")";
    }

    /** In the open transaction. */
    public abstract void insert(S session, List<Checkpoint> checkpoints) throws SQLException;
}
