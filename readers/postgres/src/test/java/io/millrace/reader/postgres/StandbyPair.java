package io.millrace.reader.postgres;

import io.millrace.reader.ChangeRequest;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** A primary and a hot standby that streams from it, for one test or one class. */
final class StandbyPair implements AutoCloseable {
    static final String PHYSICAL_SLOT = "standby";
    private static final long PATIENCE_MILLIS = 180_000;
    private static final int MEMORY_MIB = 32;

    private final PostgresServer primary;
    private final PostgresServer standby;

    private StandbyPair(PostgresServer primary, PostgresServer standby) {
        this.primary = primary;
        this.standby = standby;
    }

    static StandbyPair start(ServerKind kind) {
        return Servers.orSkip(() -> {
            PostgresServer primary =
                    (PostgresServer) kind.builder().memoryMiB(MEMORY_MIB).start();
            try {
                return new StandbyPair(primary, primary.standby(PHYSICAL_SLOT).start());
            } catch (RuntimeException e) {
                primary.close();
                throw e;
            }
        });
    }

    PostgresServer primary() {
        return primary;
    }

    PostgresServer standby() {
        return standby;
    }

    /** Until the standby shows what is committed at the primary now. */
    void awaitReplay() {
        String end = value(primary, "SELECT pg_current_wal_flush_lsn()");
        await(() -> value(standby, "SELECT pg_last_wal_replay_lsn() >= '" + end + "'")
                .equals("t"));
    }

    /**
     * Until the standby holds a slot so that it lasts beyond a promotion: for that the primary's must move on.
     *
     * @param acknowledge moves it
     */
    void awaitSynced(String slot, Runnable acknowledge) {
        await(() -> {
            primary.execute(null, "SELECT pg_log_standby_snapshot()");
            acknowledge.run();
            standby.execute(null, "SELECT pg_reload_conf()"); // wakes who looks after the slots
            return value(
                            standby,
                            "SELECT count(*) FROM pg_replication_slots WHERE synced AND NOT temporary AND slot_name = '"
                                    + slot + "'")
                    .equals("1");
        });
    }

    /** Has the primary log which transactions run, as one does now and then that is written to: a standby makes its slots by that. */
    <T> T logSnapshotsUntil(CompletableFuture<T> made) {
        await(() -> {
            primary.execute(null, "SELECT pg_log_standby_snapshot()");
            return made.isDone();
        });
        return made.join();
    }

    /** A stream of a task that begins on the standby. */
    StreamRun begin(TestDatabase replica, ChangeRequest request) {
        return logSnapshotsUntil(CompletableFuture.supplyAsync(() -> StreamRun.begin(replica, request)));
    }

    /** The standby never takes the primary's slots, whenever it would come to look. */
    void keepSlotsApart() {
        standby.execute(null, "ALTER SYSTEM SET sync_replication_slots = off", "SELECT pg_reload_conf()");
        await(() -> value(standby, "SHOW sync_replication_slots").equals("off"));
    }

    /** The standby hears nothing any more. */
    void cut() {
        standby.execute(null, "ALTER SYSTEM SET primary_conninfo = ''", "SELECT pg_reload_conf()");
        await(() -> value(standby, "SELECT count(*) FROM pg_stat_wal_receiver").equals("0"));
    }

    void promote() {
        standby.execute(null, "SELECT pg_promote(true, 60)");
    }

    static String value(PostgresServer server, String sql) {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (!condition.getAsBoolean()) {
            if (System.currentTimeMillis() > deadline) {
                throw new IllegalStateException("a standby does not follow");
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public void close() {
        try (primary;
                standby) {
            // Both go, the standby first.
        }
    }
}
