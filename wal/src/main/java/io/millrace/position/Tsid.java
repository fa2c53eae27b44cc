package io.millrace.position;

import java.util.UUID;

/**
 * What MySQL counts transactions by: the server where they began, and the tag under which it issued them, if any. Orders as the
 * server prints its sets. Immutable.
 */
public record Tsid(UUID server, GtidTag tag) implements Comparable<Tsid> {
    /** A server's transactions without tag. */
    public static Tsid of(UUID server) {
        return new Tsid(server, GtidTag.NONE);
    }

    /** Who issued a transaction of MySQL's. */
    static Tsid of(TransactionId id) {
        return new Tsid(new UUID(id.serverHigh, id.serverLow), new GtidTag(id.tagHigh, id.tagMiddle, id.tagLow));
    }

    boolean issued(TransactionId id) {
        return server.getMostSignificantBits() == id.serverHigh
                && server.getLeastSignificantBits() == id.serverLow
                && tag.high() == id.tagHigh
                && tag.middle() == id.tagMiddle
                && tag.low() == id.tagLow;
    }

    @Override
    public int compareTo(Tsid other) {
        int order = Long.compareUnsigned(server.getMostSignificantBits(), other.server.getMostSignificantBits());
        order = order == 0
                ? Long.compareUnsigned(server.getLeastSignificantBits(), other.server.getLeastSignificantBits())
                : order;
        return order == 0 ? tag.compareTo(other.tag) : order;
    }

    /** As the server prints it: {@code uuid} or {@code uuid:tag}. */
    @Override
    public String toString() {
        return tag.isNone() ? server.toString() : server + ":" + tag;
    }
}
