package io.millrace.servers;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Looks for a run of bytes on the connections of a {@link FaultProxy}, and holds the connection on which it goes by for the
 * asked'th time, in both directions: a statement that is under way, or one whose answer is.
 *
 * <p>A run is found wherever reads cut it. What is to be held before the run begins, is held behind those of its bytes that came
 * in an earlier read. Thread-safe, by the lock of its proxy.
 */
public final class ByteWatch {
    private final FaultProxy proxy;
    private final Direction direction;
    private final byte[] wanted;
    private final int[] fallback;
    private final int asked;
    private final boolean isLet;
    private final Predicate<ProxiedConnection> where;
    private final Map<ProxiedConnection, Integer> matched = new HashMap<>();
    private int seen;
    private ProxiedConnection caught;

    ByteWatch(
            FaultProxy proxy,
            Direction direction,
            byte[] wanted,
            int asked,
            boolean isLet,
            Predicate<ProxiedConnection> where) {
        this.proxy = proxy;
        this.direction = direction;
        this.wanted = wanted.clone();
        this.asked = asked;
        this.isLet = isLet;
        this.where = where;
        fallback = fallback(wanted);
    }

    /** Of each number of bytes that matched, how many still do where the next one does not. */
    private static int[] fallback(byte[] wanted) {
        int[] shorter = new int[wanted.length + 1];
        shorter[0] = -1;
        int matched = -1;
        for (int i = 0; i < wanted.length; i++) {
            while (matched >= 0 && wanted[matched] != wanted[i]) {
                matched = shorter[matched];
            }
            shorter[i + 1] = ++matched;
        }
        return shorter;
    }

    /** The connection that is held; waits for it. */
    public ProxiedConnection await(Duration timeout) {
        proxy.await(() -> caught != null, timeout, "the bytes to go by for the " + asked + "th time");
        return caught;
    }

    /** Whether a connection is held. */
    public boolean hasCaught() {
        return proxy.locked(() -> caught != null);
    }

    /** How often the run has gone by, held or not. */
    public int count() {
        return proxy.locked(() -> seen);
    }

    /** How many of these bytes may pass. Called in the lock of the proxy. */
    int permitted(ProxiedConnection connection, Direction going, byte[] bytes, int offset, int length) {
        if (going != direction || length == 0) {
            return length;
        }
        int matching = matched.getOrDefault(connection, 0);
        for (int i = 0; i < length; i++) {
            while (matching >= 0 && wanted[matching] != bytes[offset + i]) {
                matching = fallback[matching];
            }
            matching++;
            if (matching == wanted.length) {
                matching = fallback[matching];
                if (where.test(connection) && ++seen == asked) {
                    caught = connection;
                    matched.put(connection, 0);
                    connection.hold(Direction.TO_SERVER);
                    connection.hold(Direction.TO_CLIENT);
                    return isLet ? i + 1 : Math.max(0, i + 1 - wanted.length);
                }
            }
        }
        matched.put(connection, matching);
        return length;
    }
}
