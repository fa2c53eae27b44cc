package io.millrace.servers;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;

/**
 * Semi-synchronous replication with the server's own default wait point, AFTER_SYNC: a commit of the source is in its binary log, and
 * goes out to whoever reads that, while no session sees it before a replica has acknowledged it. The replica is a real one, that
 * applies nothing, and its word takes a while.
 *
 * <p>Of MySQL 9.7 and of MariaDB: the MySQL 8.0 that there is for tests comes without the plugins.
 */
public final class SemiSync implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Server source;
    private final Server replica;
    private final FaultProxy between;
    private final String role; // what the source calls itself in its variables

    private SemiSync(Server source, Server replica, String role) {
        this.source = source;
        this.replica = replica;
        this.role = role;
        between = FaultProxy.to(source);
    }

    /**
     * Starts a source and a replica; close it.
     *
     * @throws ServerUnavailable if this machine cannot run them
     */
    public static SemiSync mySql() {
        Server source = ServerKind.MYSQL_9_7
                .builder()
                .set("plugin_load_add", "semisync_source.so")
                .set("rpl_semi_sync_source_enabled", "ON")
                .set("rpl_semi_sync_source_timeout", PATIENCE.toMillis())
                .start();
        return closingOnFailure(source, () -> {
            Server replica = ServerKind.MYSQL_9_7
                    .builder()
                    .set("plugin_load_add", "semisync_replica.so")
                    .set("rpl_semi_sync_replica_enabled", "ON")
                    .set("skip_replica_start", "")
                    .start();
            return new SemiSync(source, replica, "source");
        });
    }

    /** As {@link #mySql}, of the newest MariaDB. */
    public static SemiSync mariaDb() {
        Server source = MariaDbServer.builder()
                .set("rpl_semi_sync_master_enabled", "ON")
                .set("rpl_semi_sync_master_wait_point", "AFTER_SYNC")
                .set("rpl_semi_sync_master_timeout", PATIENCE.toMillis())
                .set("sync_binlog", 1)
                .start();
        return closingOnFailure(source, () -> {
            Server replica = MariaDbServer.builder()
                    .set("rpl_semi_sync_slave_enabled", "ON")
                    .set("skip_slave_start", "")
                    .start();
            return new SemiSync(source, replica, "master");
        });
    }

    private interface Start {
        SemiSync run();
    }

    private static SemiSync closingOnFailure(Server source, Start start) {
        SemiSync pair = null;
        try {
            pair = start.run();
            pair.follow();
            return pair;
        } catch (RuntimeException failure) {
            if (pair != null) {
                pair.close();
            }
            source.close();
            throw failure;
        }
    }

    private void follow() {
        if (replica instanceof MariaDbServer) {
            replica.execute(
                    null,
                    String.format(
                            Locale.ROOT,
                            "CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = %d, MASTER_USER = '%s',"
                                    + " MASTER_PASSWORD = '%s', MASTER_USE_GTID = slave_pos, MASTER_SSL_VERIFY_SERVER_CERT = 0",
                            between.port(),
                            source.user(),
                            source.password()),
                    "START SLAVE IO_THREAD");
        } else {
            replica.execute(
                    null,
                    String.format(
                            Locale.ROOT,
                            "CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = %d, SOURCE_USER = '%s',"
                                    + " SOURCE_PASSWORD = '%s', SOURCE_AUTO_POSITION = 1, SOURCE_SSL = 1",
                            between.port(),
                            source.user(),
                            source.password()),
                    "START REPLICA IO_THREAD");
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (status("clients") == 0) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("no replica acknowledges: source=" + source);
            }
            Pause.millis(50);
        }
    }

    public Server source() {
        return source;
    }

    /** From now on the replica's word takes this long. */
    public void delay(Duration time) {
        between.delay(Direction.TO_SERVER, time);
    }

    /** How many commits have waited for the replica's word, and got it. */
    public long acknowledged() {
        return status("yes_tx");
    }

    private long status(String of) {
        try (Connection connection = source.connect();
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SHOW GLOBAL STATUS LIKE 'Rpl_semi_sync_" + role + "_" + of + "'")) {
            return row.next() ? row.getLong(2) : 0;
        } catch (SQLException failure) {
            throw new IllegalStateException("the source does not say: source=" + source, failure);
        }
    }

    @Override
    public void close() {
        between.close();
        replica.close();
        source.close();
    }
}
