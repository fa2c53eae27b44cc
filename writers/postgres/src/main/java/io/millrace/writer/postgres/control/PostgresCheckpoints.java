package io.millrace.writer.postgres.control;

import io.millrace.connection.DriverErrors;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.Counters;
import io.millrace.writer.postgres.connection.Identifiers;
import io.millrace.writer.postgres.connection.Oids;
import io.millrace.writer.postgres.connection.Pipeline;
import io.millrace.writer.postgres.connection.PostgresSession;
import io.millrace.writer.postgres.connection.SqlStates;
import io.millrace.writer.sql.Checkpoints;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.postgresql.core.Query;

/** The checkpoint table at PostgreSQL, and its compare-and-set in the pipeline. */
public final class PostgresCheckpoints extends Checkpoints<PostgresSession> {
    private final String name;

    PostgresCheckpoints(String controlSchema, String task) {
        super(Identifiers.quote(controlSchema) + "." + NAME, task);
        name = controlSchema + "." + NAME;
    }

    /**
     * Makes the table. Updates of it are HOT: nine tenths of a page are left for them, and its dead rows are swept away early.
     */
    @Override
    public String create() {
        return "CREATE TABLE IF NOT EXISTS " + table() + " (task text NOT NULL, lane integer NOT NULL,"
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

    /** Locked against a take-over but not against lanes. */
    @Override
    protected List<Long> firstEpoch(PostgresSession session) throws SQLException {
        return session.rows(
                "SELECT " + COLUMNS + " FROM " + table() + " WHERE task = ? AND lane = ? FOR KEY SHARE",
                row -> row.getLong(4),
                task(),
                0);
    }

    @Override
    public void insert(PostgresSession session, List<Checkpoint> checkpoints) throws SQLException {
        Query query = session.prepare(insertion());
        Pipeline pipeline = session.pipeline();
        for (Checkpoint checkpoint : checkpoints) {
            pipeline.begin(query);
            pipeline.parameter(task(), Oids.TEXT);
            putInt(checkpoint.lane(), pipeline);
            putState(checkpoint, pipeline);
        }
        pipeline.flush();
    }

    /**
     * The compare-and-set. Where the row does not stand as expected nothing is updated, and the insert then stumbles over
     * NULL in {@code lane}: so the failure ends the pipeline, whatever has been sent behind it.
     */
    public String move() {
        return "WITH moved AS (UPDATE " + table() + " SET lane_count = ?, layout_version = ?, epoch = ?, log_id = ?,"
                + " log_index = ?, source_position = ?, last_transaction = ?, rows_into_transaction = ?, changes_in = ?,"
                + " applied = ?, filtered = ?, ignored = ?, skipped_by_load = ?, dirty = ?, missing_rows = ?,"
                + " inserts = ?, updates = ?, deletes = ?, updated_at = pg_catalog.now()"
                + " WHERE task = ? AND lane = ? AND epoch = ? AND log_id = ? AND log_index = ? AND rows_into_transaction = ?"
                + " RETURNING lane) INSERT INTO " + table() + " (task, lane)"
                + " SELECT '', NULL WHERE NOT EXISTS (SELECT FROM moved)";
    }

    /** Adds the compare-and-set to the pipeline. */
    public void move(Pipeline pipeline, Query query, Checkpoint expected, Checkpoint next) {
        pipeline.begin(query);
        putState(next, pipeline);
        pipeline.parameter(task(), Oids.TEXT);
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
    public boolean isFence(SQLException error) {
        return DriverErrors.stateOf(error).equals(SqlStates.NOT_NULL_VIOLATION)
                && name.equals(SqlStates.tableOf(error));
    }
}
