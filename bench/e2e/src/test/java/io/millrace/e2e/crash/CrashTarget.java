package io.millrace.e2e.crash;

import io.millrace.servers.ByteWatch;
import io.millrace.servers.Direction;
import io.millrace.servers.FaultProxy;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.ProxiedConnection;
import io.millrace.servers.Server;
import java.nio.charset.StandardCharsets;

/** The servers that changes go to, and what a commit of ours is on the wire to them. Their proxy records its connections. */
enum CrashTarget {
    POSTGRES,
    MYSQL,
    MARIADB;

    /** Execute of an unnamed portal, one row at the most, and the Sync behind it: a batch ends so, and its last statement is COMMIT. */
    private static final byte[] LAST_EXECUTE = {'E', 0, 0, 0, 9, 0, 0, 0, 0, 1, 'S', 0, 0, 0, 4};

    private static final byte[] COMMIT_TAG = ascii("C\0\0\0\013COMMIT\0");
    private static final byte[] COM_QUERY_COMMIT = ascii("\007\0\0\0\003COMMIT");

    /** Another server than the source, and one that may be killed: whoever asks for it finds it running. */
    Server server() {
        return switch (this) {
            case POSTGRES -> PostgresServer.builder().shared();
            case MYSQL -> MySqlServer.builder().set("skip_log_bin", "").shared();
            case MARIADB -> MariaDbServer.builder().shared();
        };
    }

    /** Holds a lane's connection at the how many'th commit of all lanes; PostgreSQL's lanes count from their second one on. */
    ByteWatch holdCommit(FaultProxy proxy, int times, boolean isLet) {
        return this == POSTGRES
                ? proxy.holdAt(Direction.TO_SERVER, LAST_EXECUTE, times, isLet, CrashTarget::isLaneThatCommitted)
                : proxy.holdAt(Direction.TO_SERVER, COM_QUERY_COMMIT, times, isLet, CrashTarget::isLane);
    }

    /** Holds a lane's connection at the how many'th COPY or LOAD DATA of all lanes. */
    ByteWatch holdBulk(FaultProxy proxy, int times, boolean isLet) {
        return proxy.holdAt(
                Direction.TO_SERVER,
                ascii(this == POSTGRES ? "COPY \"" : "LOAD DATA LOCAL"),
                times,
                isLet,
                CrashTarget::isLane);
    }

    /** Holds a connection of the load at the how many'th chunk: before the answer to its commit, or within its rows. */
    ByteWatch holdLoad(FaultProxy proxy, int times, boolean isCommitted) {
        if (this != POSTGRES) {
            return proxy.holdAt(Direction.TO_SERVER, COM_QUERY_COMMIT, times, isCommitted, CrashTarget::isLoad);
        }
        return isCommitted
                ? proxy.holdAt(Direction.TO_CLIENT, COMMIT_TAG, times, false, CrashTarget::isLoad)
                : proxy.holdAt(Direction.TO_SERVER, ascii("COPY "), times, true, CrashTarget::isLoad);
    }

    static boolean isLane(ProxiedConnection connection) {
        return isFor(connection, "millrace lane ");
    }

    private static boolean isLoad(ProxiedConnection connection) {
        return isFor(connection, "millrace load ");
    }

    /** Before its first commit a lane of PostgreSQL says other things that end alike. */
    private static boolean isLaneThatCommitted(ProxiedConnection connection) {
        return isLane(connection) && isIn(COMMIT_TAG, connection.recorded(Direction.TO_CLIENT));
    }

    /** Sessions say at their login what they are for. */
    private static boolean isFor(ProxiedConnection connection, String purpose) {
        return isIn(ascii(purpose), connection.recorded(Direction.TO_SERVER));
    }

    private static boolean isIn(byte[] part, byte[] all) {
        return new String(all, StandardCharsets.ISO_8859_1).contains(new String(part, StandardCharsets.ISO_8859_1));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
