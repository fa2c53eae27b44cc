package io.millrace.reader.postgres.server;

import io.millrace.position.PostgresPosition;
import io.millrace.reader.SlotGlance;
import io.millrace.reader.postgres.connection.SqlSession;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A replication slot as the server has it. Columns that a version lacks are empty.
 *
 * @param database where it was made
 * @param activePid whose connection uses it, 0 where none does
 * @param confirmedLsn what we acknowledged; 0 where unknown
 * @param isBeingMade whether the server still waits for transactions that ran when it began to make it
 * @param isReserved whether the server still holds the WAL from there on
 * @param walStatus {@code reserved, extended, unreserved, lost}
 * @param invalidation why it is of no use any more, or the empty string
 * @param isTwoPhase whether what is prepared comes at its PREPARE
 * @param isSynced whether it was made and is kept in step by a standby, of its primary's, which lasts beyond its promotion
 * @param retainedBytes WAL that the server keeps for it
 * @param safeBytes WAL that may be written before the server gives it up; empty where max_slot_wal_keep_size does not bound it
 * @param writtenLsn where the server's WAL ends
 */
public record SlotState(
        String name,
        String plugin,
        String database,
        int activePid,
        long confirmedLsn,
        boolean isBeingMade,
        boolean isReserved,
        String walStatus,
        String invalidation,
        boolean isTwoPhase,
        boolean isSynced,
        long retainedBytes,
        OptionalLong safeBytes,
        long writtenLsn) {
    private static final String END =
            "CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()"
                    + " ELSE pg_catalog.pg_current_wal_lsn() END";
    private static final String COLUMNS = """
            SELECT s.slot_name, s.plugin, s.database, COALESCE(s.active_pid, 0), COALESCE(s.confirmed_flush_lsn::text, '0/0'),
                   s.restart_lsn IS NOT NULL, COALESCE(s.wal_status, ''),
                   COALESCE(pg_catalog.to_jsonb(s) ->> 'invalidation_reason',
                            CASE WHEN (pg_catalog.to_jsonb(s) ->> 'conflicting')::boolean THEN 'conflicting' END, ''),
                   COALESCE((pg_catalog.to_jsonb(s) ->> 'two_phase')::boolean, false),
                   COALESCE((pg_catalog.to_jsonb(s) ->> 'synced')::boolean, false),
                   COALESCE(pg_catalog.pg_wal_lsn_diff(%1$s, s.restart_lsn)::bigint, 0), s.safe_wal_size, (%1$s)::text,
                   s.confirmed_flush_lsn IS NULL AND s.active_pid IS NOT NULL
            FROM pg_catalog.pg_replication_slots s""".formatted(END);

    public static Optional<SlotState> of(SqlSession session, String name) {
        return session.row(COLUMNS + " WHERE s.slot_name = ? AND s.slot_type = 'logical'", SlotState::read, name);
    }

    /** Slots by our names that nobody reads, but for one. */
    public static List<SlotState> orphans(SqlSession session, String own) {
        return session.rows(
                COLUMNS + " WHERE s.slot_name LIKE 'millrace\\_%' AND s.slot_name <> ? AND NOT s.active ORDER BY 1",
                SlotState::read,
                own);
    }

    /** WAL that the server keeps for a slot at the most: its max_slot_wal_keep_size, in bytes; empty where it is without bounds. */
    public static OptionalLong limitBytes(SqlSession session) {
        long megabytes = Long.parseLong(
                session.value("SELECT setting FROM pg_catalog.pg_settings WHERE name = 'max_slot_wal_keep_size'"));
        return megabytes < 0 ? OptionalLong.empty() : OptionalLong.of(megabytes << 20);
    }

    private static SlotState read(ResultSet row) throws SQLException {
        return new SlotState(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getInt(4),
                PostgresPosition.parseLsn(row.getString(5)),
                row.getBoolean(14),
                row.getBoolean(6),
                row.getString(7),
                row.getString(8),
                row.getBoolean(9),
                row.getBoolean(10),
                row.getLong(11),
                safeBytes(row),
                PostgresPosition.parseLsn(row.getString(13)));
    }

    private static OptionalLong safeBytes(ResultSet row) throws SQLException {
        long bytes = row.getLong(12);
        return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(Math.max(0, bytes));
    }

    public SlotGlance glance() {
        return new SlotGlance(name, walStatus, activePid != 0, isLost(), retainedBytes, safeBytes, writtenLsn);
    }

    public boolean isLost() {
        return walStatus.equals("lost") || !invalidation.isEmpty() || !isReserved;
    }
}
