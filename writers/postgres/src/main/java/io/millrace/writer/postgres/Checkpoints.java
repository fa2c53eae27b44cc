package io.millrace.writer.postgres;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.SourcePosition;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.Counters;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.postgresql.core.Query;

/** The checkpoint table's statements: rows to records and back. */
final class Checkpoints {
    private static final String COLUMNS =
            "lane, lane_count, layout_version, epoch, log_id, log_index, source_position, last_transaction,"
                    + " rows_into_transaction, changes_in, applied, filtered, ignored, skipped_by_load, dirty,"
                    + " missing_rows, inserts, updates, deletes";

    private final String table;
    private final String task;

    Checkpoints(String controlSchema, String task) {
        table = Identifiers.quote(controlSchema) + ".checkpoint";
        this.task = task;
    }

    String table() {
        return table;
    }

    /**
     * Makes the table. Updates of it are HOT: nine tenths of a page are left for them, and its dead rows are swept away early.
     */
    String create() {
        return "CREATE TABLE IF NOT EXISTS " + table + " (task text NOT NULL, lane integer NOT NULL,"
                + " lane_count integer NOT NULL, layout_version integer NOT NULL, epoch bigint NOT NULL,"
                + " log_id uuid NOT NULL, log_index bigint NOT NULL, source_position text NOT NULL,"
                + " last_transaction text NOT NULL, rows_into_transaction bigint NOT NULL, changes_in bigint NOT NULL,"
                + " applied bigint NOT NULL, filtered bigint NOT NULL, ignored bigint NOT NULL,"
                + " skipped_by_load bigint NOT NULL, dirty bigint NOT NULL, missing_rows bigint NOT NULL,"
                + " inserts bigint NOT NULL, updates bigint NOT NULL, deletes bigint NOT NULL,"
                + " updated_at timestamptz NOT NULL DEFAULT pg_catalog.now(), PRIMARY KEY (task, lane))"
                + " WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500,"
                + " autovacuum_vacuum_cost_delay = 0)";
    }

    /** All of the task, locked or not. */
    List<Checkpoint> read(PostgresSession session, boolean forUpdate) throws SQLException {
        return read(session, " WHERE task = ? ORDER BY lane" + (forUpdate ? " FOR UPDATE" : ""), -1);
    }

    /** One lane's, after all that was committed before; empty where there is none. */
    List<Checkpoint> readLane(PostgresSession session, int lane) throws SQLException {
        return read(session, " WHERE task = ? AND lane = ? FOR UPDATE", lane);
    }

    /** The first lane's is locked against a take-over but not against lanes. */
    void requireEpoch(PostgresSession session, long epoch) throws SQLException {
        List<Checkpoint> found = read(session, " WHERE task = ? AND lane = ? FOR KEY SHARE", 0);
        if (found.isEmpty() || found.get(0).epoch() != epoch) {
            throw new MillraceException(
                    ErrorCode.TARGET_FENCED,
                    "the task's checkpoints are not this process's: epoch=" + epoch + ", found="
                            + (found.isEmpty() ? "none" : found.get(0).epoch()));
        }
    }

    private List<Checkpoint> read(PostgresSession session, String tail, int lane) throws SQLException {
        List<Checkpoint> checkpoints = new ArrayList<>();
        try (PreparedStatement statement =
                session.connection().prepareStatement("SELECT " + COLUMNS + " FROM " + table + tail)) {
            statement.setString(1, task);
            if (lane >= 0) {
                statement.setInt(2, lane);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    checkpoints.add(read(rows));
                }
            }
        }
        return checkpoints;
    }

    private static Checkpoint read(ResultSet row) throws SQLException {
        return new Checkpoint(
                row.getInt(1),
                row.getInt(2),
                row.getInt(3),
                row.getLong(4),
                row.getObject(5, UUID.class),
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

    String insert() {
        return "INSERT INTO " + table + " (task, " + COLUMNS + ") VALUES (?" + ", ?".repeat(19) + ")";
    }

    /** Adds the insert of a checkpoint to the pipeline. */
    void insert(Pipeline pipeline, Query query, Checkpoint checkpoint) {
        pipeline.begin(query);
        pipeline.parameter(task, Oids.TEXT);
        putInt(checkpoint.lane(), pipeline);
        putState(checkpoint, pipeline);
    }

    /**
     * The compare-and-set. Where the row does not stand as expected nothing is updated, and the insert then stumbles over
     * NULL in {@code lane}: so the failure ends the pipeline, whatever has been sent behind it.
     */
    String move() {
        return "WITH moved AS (UPDATE " + table + " SET lane_count = ?, layout_version = ?, epoch = ?, log_id = ?,"
                + " log_index = ?, source_position = ?, last_transaction = ?, rows_into_transaction = ?, changes_in = ?,"
                + " applied = ?, filtered = ?, ignored = ?, skipped_by_load = ?, dirty = ?, missing_rows = ?,"
                + " inserts = ?, updates = ?, deletes = ?, updated_at = pg_catalog.now()"
                + " WHERE task = ? AND lane = ? AND epoch = ? AND log_id = ? AND log_index = ? AND rows_into_transaction = ?"
                + " RETURNING lane) INSERT INTO " + table + " (task, lane)"
                + " SELECT '', NULL WHERE NOT EXISTS (SELECT FROM moved)";
    }

    /** Adds the compare-and-set to the pipeline. */
    void move(Pipeline pipeline, Query query, Checkpoint expected, Checkpoint next) {
        pipeline.begin(query);
        putState(next, pipeline);
        pipeline.parameter(task, Oids.TEXT);
        putInt(expected.lane(), pipeline);
        putLong(expected.epoch(), pipeline);
        putUuid(expected.logId(), pipeline);
        putLong(expected.logIndex(), pipeline);
        putLong(expected.rowsIntoTransaction(), pipeline); // within a chain that is read back the index stands still
    }

    private static void putState(Checkpoint checkpoint, Pipeline pipeline) {
        putInt(checkpoint.laneCount(), pipeline);
        putInt(checkpoint.layoutVersion(), pipeline);
        putLong(checkpoint.epoch(), pipeline);
        putUuid(checkpoint.logId(), pipeline);
        putLong(checkpoint.logIndex(), pipeline);
        pipeline.parameter(checkpoint.position().text(), Oids.TEXT);
        pipeline.parameter(checkpoint.lastTransaction(), Oids.TEXT);
        putLong(checkpoint.rowsIntoTransaction(), pipeline);
        Counters counters = checkpoint.counters();
        putLong(counters.changesIn(), pipeline);
        putLong(counters.applied(), pipeline);
        putLong(counters.filtered(), pipeline);
        putLong(counters.ignored(), pipeline);
        putLong(counters.skippedByLoad(), pipeline);
        putLong(counters.dirty(), pipeline);
        putLong(counters.missingRows(), pipeline);
        putLong(counters.inserts(), pipeline);
        putLong(counters.updates(), pipeline);
        putLong(counters.deletes(), pipeline);
    }

    private static void putInt(int value, Pipeline pipeline) {
        pipeline.output().putInt(value);
        pipeline.parameter(Oids.INT4);
    }

    private static void putLong(long value, Pipeline pipeline) {
        pipeline.output().putLong(value);
        pipeline.parameter(Oids.INT8);
    }

    private static void putUuid(UUID value, Pipeline pipeline) {
        pipeline.output().putLong(value.getMostSignificantBits());
        pipeline.output().putLong(value.getLeastSignificantBits());
        pipeline.parameter(Oids.UUID);
    }

    /** Whether an error is the compare-and-set's. */
    boolean isFence(SQLException error, String controlSchema) {
        return SqlStates.stateOf(error).equals(SqlStates.NOT_NULL_VIOLATION)
                && (controlSchema + ".checkpoint").equals(SqlStates.tableOf(error));
    }
}
