package io.millrace.reader.postgres;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.PostgresPosition;
import java.util.concurrent.locks.LockSupport;

/** Places in a primary's WAL. Confined to its session's thread. */
final class ServerPositions {
    private static final long PAGE_MASK = 8191;
    private static final long SHORT_PAGE_HEADER = 24;
    private static final long LONG_PAGE_HEADER = 40;
    private static final long POLL_NANOS = 10_000_000L;

    /** The WAL writer flushes what was committed without waiting for it within three of its rounds of 200 ms. */
    private static final long LONGEST_FLUSH_NANOS = 1_500_000_000L;

    private final SqlSession session;

    ServerPositions(SqlSession session) {
        this.session = session;
    }

    void requirePrimary() {
        if (session.value("SELECT pg_catalog.pg_is_in_recovery()").equals("t")) {
            throw new MillraceException(
                    ErrorCode.SOURCE_SETTING, "the source is a standby: only primaries can be read yet: recovery=on");
        }
    }

    /** Names the very database. */
    String identity() {
        return "postgres:" + system() + ":" + session.value("SELECT pg_catalog.current_database()");
    }

    private String system() {
        return session.value("SELECT system_identifier::text FROM pg_catalog.pg_control_system()");
    }

    /** Behind every record of now. */
    PostgresPosition inserted() {
        return at(insertedLsn());
    }

    /** Behind every record of a moment in which nothing was prepared. */
    PostgresPosition withoutPrepared() {
        while (true) {
            PostgresPosition position = inserted();
            if (session.value("SELECT count(*) FROM pg_catalog.pg_prepared_xacts"
                            + " WHERE database = pg_catalog.current_database()")
                    .equals("0")) {
                return position;
            }
            RunningTransactions.awaitEnd(session);
        }
    }

    /** Behind everything that is committed; no farther than the server has written, so that an idle stream comes to it. */
    PostgresPosition committed() {
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
    PostgresPosition confirmed(String slot) {
        return at(SlotState.of(session, slot)
                .orElseThrow(
                        () -> new MillraceException(ErrorCode.SOURCE_SLOT, "the slot does not exist: slot=" + slot))
                .confirmedLsn());
    }

    private PostgresPosition at(long lsn) {
        String timeline = session.value("SELECT timeline_id FROM pg_catalog.pg_control_checkpoint()");
        return new PostgresPosition(Long.parseUnsignedLong(system()), Integer.parseUnsignedInt(timeline), lsn);
    }

    /** Where the next record will stand, or the end of the page where it stands behind the next one's header. */
    private long insertedLsn() {
        long lsn = lsn("SELECT pg_catalog.pg_current_wal_insert_lsn()::text");
        long inPage = lsn & PAGE_MASK;
        return inPage == SHORT_PAGE_HEADER || inPage == LONG_PAGE_HEADER ? lsn - inPage : lsn;
    }

    private long flushed() {
        return lsn("SELECT pg_catalog.pg_current_wal_flush_lsn()::text");
    }

    private long lsn(String sql) {
        return PostgresPosition.parseLsn(session.value(sql));
    }
}
