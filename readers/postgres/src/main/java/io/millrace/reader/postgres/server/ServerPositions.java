package io.millrace.reader.postgres.server;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.PostgresPosition;
import io.millrace.reader.postgres.connection.SqlSession;
import java.util.concurrent.locks.LockSupport;

/**
 * Places in a server's WAL: a primary's, where it writes, a standby's, where it replays. A standby shows a transaction when it has
 * replayed its commit, so that what lies before the place is visible there, and nobody is to be waited for. Confined to its session's
 * thread.
 */
public final class ServerPositions {
    private static final int STANDBY_VERSION = 160_000;
    private static final int HEXADECIMAL = 16;
    private static final int TIMELINE_DIGITS = 8;
    private static final long PAGE_MASK = 8191;
    private static final long SHORT_PAGE_HEADER = 24;
    private static final long LONG_PAGE_HEADER = 40;
    private static final long POLL_NANOS = 10_000_000L;

    /** The WAL writer flushes what was committed without waiting for it within three of its rounds of 200 ms. */
    private static final long LONGEST_FLUSH_NANOS = 1_500_000_000L;

    private final SqlSession session;

    public ServerPositions(SqlSession session) {
        this.session = session;
    }

    public boolean isStandby() {
        return session.value("SELECT pg_catalog.pg_is_in_recovery()").equals("t");
    }

    /** Slots can be made and read on a standby from 16 on. */
    public void requireReadable() {
        String version = session.value("SELECT pg_catalog.current_setting('server_version_num')");
        if (Integer.parseInt(version) < STANDBY_VERSION && isStandby()) {
            throw new MillraceException(
                    ErrorCode.SOURCE_SETTING,
                    "the source is a standby older than those that can be read: version=" + version + ", needed="
                            + STANDBY_VERSION);
        }
    }

    /** Names the very database. */
    public String identity() {
        return "postgres:" + system() + ":" + session.value("SELECT pg_catalog.current_database()");
    }

    /** The system identifier. */
    public long systemNumber() {
        return Long.parseUnsignedLong(system());
    }

    private String system() {
        return session.value("SELECT system_identifier::text FROM pg_catalog.pg_control_system()");
    }

    /** Behind every record of now; on a standby, of what snapshots see from now on, and of nothing else. */
    public PostgresPosition inserted() {
        return at(isStandby() ? replayed() : insertedLsn());
    }

    /** Behind every record of a moment in which nothing was prepared. */
    public PostgresPosition withoutPrepared(Waits waits) {
        if (isStandby()) {
            throw new MillraceException(
                    ErrorCode.SOURCE_SETTING,
                    "a standby does not show what is prepared, so that a task cannot begin there with a two-phase slot that it did"
                            + " not make: two_phase=true");
        }
        while (true) {
            PostgresPosition position = inserted();
            if (session.value("SELECT count(*) FROM pg_catalog.pg_prepared_xacts"
                            + " WHERE database = pg_catalog.current_database()")
                    .equals("0")) {
                return position;
            }
            RunningTransactions.awaitEnd(session, waits);
        }
    }

    /** Behind everything that is committed; no farther than the server has written, so that an idle stream comes to it. */
    public PostgresPosition committed() {
        if (isStandby()) {
            return at(received());
        }
        long inserted = insertedLsn();
        long flushed = flushed();
        long started = System.nanoTime();
        while (Long.compareUnsigned(flushed, inserted) < 0 && System.nanoTime() - started < LONGEST_FLUSH_NANOS) {
            LockSupport.parkNanos(POLL_NANOS);
            flushed = flushed();
        }
        return at(Long.compareUnsigned(flushed, inserted) < 0 ? flushed : inserted);
    }

    /** What a slot still holds. */
    public PostgresPosition confirmed(String slot) {
        return at(SlotState.of(session, slot)
                .orElseThrow(
                        () -> new MillraceException(ErrorCode.SOURCE_SLOT, "the slot does not exist: slot=" + slot))
                .confirmedLsn());
    }

    private PostgresPosition at(long lsn) {
        return new PostgresPosition(systemNumber(), timeline(), lsn);
    }

    /** The control file's is the last checkpoint's, and a server is promoted before its next one. */
    private int timeline() {
        if (isStandby()) {
            try (SqlSession walsender = session.replicationBeside("timeline")) {
                return Walsender.timeline(walsender);
            }
        }
        return timelineOf(session.value("SELECT pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn())"));
    }

    /** The timeline that is in the name of a WAL file. */
    public static int timelineOf(String walFile) {
        return Integer.parseUnsignedInt(walFile.substring(0, TIMELINE_DIGITS), HEXADECIMAL);
    }

    /** All before it is visible. */
    private long replayed() {
        return lsn("SELECT pg_catalog.pg_last_wal_replay_lsn()::text");
    }

    /**
     * All that is visible is before it: a record is seen a moment before it counts as replayed. Where nothing is received, but read from
     * an archive, there is no better word.
     */
    private long received() {
        return lsn("SELECT GREATEST(pg_catalog.pg_last_wal_replay_lsn(), pg_catalog.pg_last_wal_receive_lsn())::text");
    }

    /** Behind the last record. */
    private long insertedLsn() {
        String bytes = session.value("SELECT pg_catalog.pg_size_bytes(pg_catalog.current_setting('wal_segment_size'))");
        return endOfLast(lsn("SELECT pg_catalog.pg_current_wal_insert_lsn()::text"), Long.parseLong(bytes));
    }

    /**
     * Where the last record ended, from where the next will stand: a new page begins with a header, and the first of a segment with a
     * longer one. Behind what goes on from the page before, the next may stand where the longer one would end.
     */
    static long endOfLast(long next, long segmentBytes) {
        long inPage = next & PAGE_MASK;
        boolean isBehindHeader =
                inPage == SHORT_PAGE_HEADER || Long.remainderUnsigned(next, segmentBytes) == LONG_PAGE_HEADER;
        return isBehindHeader ? next - inPage : next;
    }

    private long flushed() {
        return lsn("SELECT pg_catalog.pg_current_wal_flush_lsn()::text");
    }

    private long lsn(String sql) {
        return PostgresPosition.parseLsn(session.value(sql));
    }
}
