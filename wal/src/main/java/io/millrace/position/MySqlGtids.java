package io.millrace.position;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * MySQL's set of GTIDs: for each server uuid a sorted list of intervals. Sets have gaps, so membership counts and never
 * order (EXACTNESS 10).
 */
public final class MySqlGtids implements SourcePosition {
    public static final MySqlGtids EMPTY = new MySqlGtids(new TreeMap<>());

    /** Start (inclusive) and end (exclusive) of each interval, in order, never touching each other. */
    private final SortedMap<UUID, long[]> servers;

    private MySqlGtids(SortedMap<UUID, long[]> servers) {
        this.servers = servers;
    }

    /** Reads {@code uuid:1-5:7,uuid:3}, with blanks and line ends as the server prints them. */
    public static MySqlGtids parse(String text) {
        TreeMap<UUID, long[]> servers = new TreeMap<>();
        for (String part : text.split(",", -1)) {
            String stripped = part.strip();
            if (stripped.isEmpty()) {
                continue;
            }
            String[] fields = stripped.split(":", -1);
            try {
                UUID server = UUID.fromString(fields[0].strip());
                if (fields.length < 2) {
                    throw new IllegalArgumentException("no interval");
                }
                for (int i = 1; i < fields.length; i++) {
                    String[] bounds = fields[i].strip().split("-", -1);
                    long start = Long.parseLong(bounds[0]);
                    long end = bounds.length == 1 ? start : Long.parseLong(bounds[1]);
                    if (bounds.length > 2 || start < 1 || end < start) {
                        throw new IllegalArgumentException("not an interval");
                    }
                    servers.merge(server, new long[] {start, end + 1}, MySqlGtids::union);
                }
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("not a GTID set: expected=UUID:N[-N][:…][,…]", e);
            }
        }
        return new MySqlGtids(servers);
    }

    @Override
    public boolean contains(TransactionId transaction) {
        if (transaction.kind != TransactionId.KIND_MYSQL) {
            return false;
        }
        for (Map.Entry<UUID, long[]> entry : servers.entrySet()) {
            UUID server = entry.getKey();
            if (server.getMostSignificantBits() == transaction.serverHigh
                    && server.getLeastSignificantBits() == transaction.serverLow) {
                return contains(entry.getValue(), transaction.number);
            }
        }
        return false;
    }

    private static boolean contains(long[] intervals, long number) {
        for (int i = 0; i < intervals.length; i += 2) {
            if (number >= intervals[i] && number < intervals[i + 1]) {
                return true;
            }
        }
        return false;
    }

    /** Whether every GTID of the other set is here too. */
    public boolean containsAll(MySqlGtids other) {
        return other.minus(this).isEmpty();
    }

    public boolean isEmpty() {
        return servers.isEmpty();
    }

    @Override
    public MySqlGtids plus(TransactionId transaction) {
        if (transaction.kind != TransactionId.KIND_MYSQL || contains(transaction)) {
            return this;
        }
        TreeMap<UUID, long[]> next = new TreeMap<>(servers);
        next.merge(
                new UUID(transaction.serverHigh, transaction.serverLow),
                new long[] {transaction.number, transaction.number + 1},
                MySqlGtids::union);
        return new MySqlGtids(next);
    }

    /** Sets have gaps: what is prepared is one. */
    @Override
    public MySqlGtids holding(TransactionId prepare) {
        return this;
    }

    /** This set and the GTIDs of one server from {@code first} to {@code last}, both included. */
    MySqlGtids plusRange(UUID server, long first, long last) {
        TreeMap<UUID, long[]> next = new TreeMap<>(servers);
        next.merge(server, new long[] {first, last + 1}, MySqlGtids::union);
        return new MySqlGtids(next);
    }

    public MySqlGtids plus(MySqlGtids other) {
        TreeMap<UUID, long[]> next = new TreeMap<>(servers);
        other.servers.forEach((server, intervals) -> next.merge(server, intervals, MySqlGtids::union));
        return new MySqlGtids(next);
    }

    /** What is here and not in the other set. */
    public MySqlGtids minus(MySqlGtids other) {
        TreeMap<UUID, long[]> next = new TreeMap<>();
        servers.forEach((server, intervals) -> {
            long[] left = subtract(intervals, other.servers.getOrDefault(server, new long[0]));
            if (left.length > 0) {
                next.put(server, left);
            }
        });
        return new MySqlGtids(next);
    }

    /** The intervals of each server as (start inclusive, end exclusive) pairs; copies. */
    public Map<UUID, long[]> intervals() {
        TreeMap<UUID, long[]> copy = new TreeMap<>();
        servers.forEach((server, intervals) -> copy.put(server, intervals.clone()));
        return copy;
    }

    private static long[] union(long[] a, long[] b) {
        long[] merged = new long[a.length + b.length];
        int length = 0;
        int i = 0;
        int j = 0;
        while (i < a.length || j < b.length) {
            boolean takeA = j >= b.length || (i < a.length && a[i] <= b[j]);
            long start = takeA ? a[i] : b[j];
            long end = takeA ? a[i + 1] : b[j + 1];
            i += takeA ? 2 : 0;
            j += takeA ? 0 : 2;
            if (length > 0 && start <= merged[length - 1]) {
                merged[length - 1] = Math.max(merged[length - 1], end);
            } else {
                merged[length++] = start;
                merged[length++] = end;
            }
        }
        return Arrays.copyOf(merged, length);
    }

    private static long[] subtract(long[] from, long[] without) {
        long[] left = new long[from.length + without.length];
        int length = 0;
        int j = 0;
        for (int i = 0; i < from.length; i += 2) {
            long start = from[i];
            long end = from[i + 1];
            while (j < without.length && without[j + 1] <= start) {
                j += 2;
            }
            for (int k = j; k < without.length && without[k] < end; k += 2) {
                if (without[k] > start) {
                    left[length++] = start;
                    left[length++] = without[k];
                }
                start = Math.max(start, without[k + 1]);
            }
            if (start < end) {
                left[length++] = start;
                left[length++] = end;
            }
        }
        return Arrays.copyOf(left, length);
    }

    /** As the server prints it on one line, without the prefix. */
    public String set() {
        StringBuilder text = new StringBuilder();
        servers.forEach((server, intervals) -> {
            text.append(text.isEmpty() ? "" : ",").append(server.toString().toLowerCase(Locale.ROOT));
            for (int i = 0; i < intervals.length; i += 2) {
                text.append(':').append(intervals[i]);
                if (intervals[i + 1] - intervals[i] > 1) {
                    text.append('-').append(intervals[i + 1] - 1);
                }
            }
        });
        return text.toString();
    }

    @Override
    public String text() {
        return "gtid:" + set();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MySqlGtids that && set().equals(that.set());
    }

    @Override
    public int hashCode() {
        return set().hashCode();
    }

    @Override
    public String toString() {
        return text();
    }
}
