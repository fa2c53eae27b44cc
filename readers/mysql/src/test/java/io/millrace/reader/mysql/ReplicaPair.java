package io.millrace.reader.mysql;

import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.Server;
import io.millrace.servers.Servers;

/** Two servers of one kind, the second a replica of the first by GTID. */
final class ReplicaPair implements AutoCloseable {
    private final Server source;
    private final Server replica;

    private ReplicaPair(Server source, Server replica) {
        this.source = source;
        this.replica = replica;
    }

    static ReplicaPair ofMySql() {
        ReplicaPair pair = new ReplicaPair(
                Servers.orSkip(() -> MySqlServer.builder().start()),
                Servers.orSkip(() -> MySqlServer.builder().start()));
        pair.replica.execute(
                null,
                "CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = " + pair.source.port()
                        + ", SOURCE_USER = 'root', SOURCE_PASSWORD = '" + pair.source.password()
                        + "', SOURCE_SSL = 1, SOURCE_AUTO_POSITION = 1",
                "START REPLICA");
        return pair;
    }

    static ReplicaPair ofMariaDb() {
        ReplicaPair pair = new ReplicaPair(
                Servers.orSkip(() ->
                        MariaDbServer.builder().set("gtid_strict_mode", "ON").start()),
                Servers.orSkip(() -> MariaDbServer.builder()
                        .set("gtid_strict_mode", "ON")
                        .set("log_slave_updates", "ON")
                        .start()));
        pair.replica.execute(
                null,
                "CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = " + pair.source.port()
                        + ", MASTER_USER = 'root', MASTER_PASSWORD = '" + pair.source.password()
                        + "', MASTER_SSL_VERIFY_SERVER_CERT = 0, MASTER_USE_GTID = slave_pos",
                "START SLAVE");
        return pair;
    }

    Server source() {
        return source;
    }

    Server replica() {
        return replica;
    }

    private boolean isMariaDb() {
        return source instanceof MariaDbServer;
    }

    /** Waits until the replica has all that the source has. */
    void awaitReplica() {
        String set = StreamRun.now(source).text().substring("gtid:".length());
        String wait =
                isMariaDb() ? "MASTER_GTID_WAIT('" + set + "', 60)" : "WAIT_FOR_EXECUTED_GTID_SET('" + set + "', 60)";
        if (!"0".equals(StreamRun.value(replica, "SELECT " + wait))) {
            throw new IllegalStateException("replica does not follow: set=" + set);
        }
    }

    /** From now on the replica follows no one. */
    void promote() {
        if (isMariaDb()) {
            replica.execute(null, "STOP SLAVE", "RESET SLAVE ALL");
        } else {
            replica.execute(null, "STOP REPLICA", "RESET REPLICA ALL");
        }
    }

    @Override
    public void close() {
        try (source;
                replica) {
            // Both end, also where one fails to.
        }
    }
}
