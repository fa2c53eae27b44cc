package io.millrace.reader.postgres.server;

import io.millrace.datasource.DataSource;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.postgres.connection.SqlSession;
import io.millrace.reader.postgres.connection.SqlText;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A task's replication slot: made once, dropped only where a person says so. */
public final class Slot {
    private static final Logger LOG = LoggerFactory.getLogger(Slot.class);
    private static final int FAILOVER_VERSION = 170_000;
    private static final long QUIET_SECONDS = 2;
    private static final long REPEAT_SECONDS = 60;
    private static final long REPEAT_NANOS = REPEAT_SECONDS * 1_000_000_000L;
    private static final long LONGEST_RELEASE_NANOS = 5_000_000_000L;
    private static final long POLL_NANOS = 20_000_000L;

    private final DataSource dataSource;
    private final String name;
    private final boolean isTwoPhase;

    /**
     * A slot by its name.
     *
     * @param isTwoPhase how it is made
     */
    public Slot(DataSource dataSource, String name, boolean isTwoPhase) {
        this.dataSource = dataSource;
        this.name = name;
        this.isTwoPhase = isTwoPhase;
    }

    /**
     * Makes the slot, or takes one that is there and of use. One that a former start began to make, and that waits at the server still, is
     * waited for.
     *
     * @return whether it was made
     */
    public boolean ensure(SqlSession session, Waits waits) {
        Optional<SlotState> found = whole(session, waits);
        if (found.isPresent()) {
            requireOurs(session, found.get());
            return false;
        }
        int version = Integer.parseInt(session.value("SELECT pg_catalog.current_setting('server_version_num')"));
        boolean isStandby = new ServerPositions(session).isStandby();
        boolean isFailover = version >= FAILOVER_VERSION && !isStandby; // a standby's slot belongs to it alone
        try (SqlSession replication = SqlSession.forReplication(dataSource, "slot " + name)) {
            ScheduledExecutorService teller = Executors.newSingleThreadScheduledExecutor(work -> {
                Thread thread = new Thread(work, "millrace-slot-" + name);
                thread.setDaemon(true);
                return thread;
            });
            try {
                ScheduledFuture<?> word = teller.scheduleWithFixedDelay(
                        () -> tellWhy(isStandby), QUIET_SECONDS, REPEAT_SECONDS, TimeUnit.SECONDS);
                // Chunks read under snapshots of their own, so the one of the slot is not exported.
                waits.command(
                        replication,
                        "CREATE_REPLICATION_SLOT " + SqlText.quoted(name) + " LOGICAL pgoutput (SNAPSHOT 'nothing'"
                                + (isTwoPhase ? ", TWO_PHASE true" : "")
                                + (isFailover ? ", FAILOVER true)" : ")"),
                        "making the replication slot " + name);
                word.cancel(false);
            } finally {
                teller.shutdownNow();
            }
        }
        LOG.info("made: slot={}, twoPhase={}", name, isTwoPhase);
        return true;
    }

    /** The slot, made; empty where there is none, or its maker has given up. */
    private Optional<SlotState> whole(SqlSession session, Waits waits) {
        Optional<SlotState> found = SlotState.of(session, name);
        long tellAt = System.nanoTime();
        while (found.filter(SlotState::isBeingMade).isPresent()) {
            if (System.nanoTime() - tellAt >= 0) {
                LOG.warn(
                        "an earlier start still makes the slot, which waits for running transactions: slot={}, pid={}, waitedFor: {}",
                        name,
                        found.get().activePid(),
                        RunningTransactions.describe(session));
                tellAt = System.nanoTime() + REPEAT_NANOS;
            }
            waits.requireGoingOn("waiting for the replication slot " + name);
            LockSupport.parkNanos(POLL_NANOS);
            found = SlotState.of(session, name);
        }
        return found;
    }

    /**
     * The server waits for every transaction that was running when it began. A standby knows those by a record of its primary, which writes
     * one now and then while it is written to, and when it is told to.
     */
    private void tellWhy(boolean isStandby) {
        if (isStandby) {
            LOG.warn(
                    "the standby makes the slot when its primary has logged which transactions run, and these have ended: slot={},"
                            + " on an idle primary run: SELECT pg_log_standby_snapshot()",
                    name);
            return;
        }
        try (SqlSession session = SqlSession.open(dataSource, "slot " + name)) {
            LOG.warn(
                    "the server makes the slot when running transactions have ended: slot={}, waitedFor: {}",
                    name,
                    RunningTransactions.describe(session));
        } catch (MillraceException e) {
            LOG.warn("the server takes its time to make the slot: slot={}", name);
        }
    }

    private static void requireOurs(SqlSession session, SlotState state) {
        String database = session.value("SELECT pg_catalog.current_database()");
        if (!"pgoutput".equals(state.plugin()) || !database.equals(state.database()) || state.isLost()) {
            throw new MillraceException(
                    ErrorCode.SOURCE_SLOT,
                    "a slot of that name is of no use: slot=" + state.name() + ", plugin=" + state.plugin()
                            + ", database=" + state.database() + ", walStatus=" + state.walStatus() + ", invalidation="
                            + state.invalidation());
        }
    }

    /** Drops the slot; a connection that has just ended may hold it for a moment. */
    public static void drop(SqlSession session, String name) {
        long started = System.nanoTime();
        while (System.nanoTime() - started < LONGEST_RELEASE_NANOS
                && SlotState.of(session, name)
                        .filter(slot -> slot.activePid() != 0)
                        .isPresent()) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        session.value("SELECT pg_catalog.pg_drop_replication_slot(?)", name);
    }
}
