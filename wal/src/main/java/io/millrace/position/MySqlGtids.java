package io.millrace.position;

import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * MySQL's set of GTIDs: for each server uuid and tag a sorted list of intervals. Sets have gaps, so membership counts and never
 * order (EXACTNESS 10).
 */
public final class MySqlGtids implements SourcePosition {
    public static final MySqlGtids EMPTY = new MySqlGtids(new TreeMap<>());

    private static final int UUID_LENGTH = 36;

    /** Start (inclusive) and end (exclusive) of each interval, in order, never touching each other. */
    private final SortedMap<Tsid, long[]> issuers;

    private MySqlGtids(SortedMap<Tsid, long[]> issuers) {
        this.issuers = issuers;
    }

    /** Reads {@code uuid:1-5:7:tag:3,uuid:3}, with blanks and line ends as the server prints them. */
    public static MySqlGtids parse(String text) {
        TreeMap<Tsid, long[]> issuers = new TreeMap<>();
        for (String part : text.split(",", -1)) {
            String stripped = part.strip();
            if (stripped.isEmpty()) {
                continue;
            }
            try {
                parse(stripped.split(":", -1), issuers);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("not a GTID set: expected=UUID[:TAG]:N[-N][:…][,…]", e);
            }
        }
        return new MySqlGtids(issuers);
    }

    /** A tag holds for the intervals behind it, up to the next one. */
    private static void parse(String[] fields, TreeMap<Tsid, long[]> issuers) {
        String uuid = fields[0].strip();
        if (uuid.length() != UUID_LENGTH) {
            throw new IllegalArgumentException("not a uuid");
        }
        Tsid issuer = Tsid.of(UUID.fromString(uuid));
        boolean isIntervalDue = true;
        for (int i = 1; i < fields.length; i++) {
            String field = fields[i].strip();
            if (GtidTag.looksLike(field)) {
                issuer = new Tsid(issuer.server(), GtidTag.parse(field));
                isIntervalDue = true;
            } else {
                issuers.merge(issuer, interval(field), MySqlGtids::union);
                isIntervalDue = false;
            }
        }
        if (isIntervalDue) {
            throw new IllegalArgumentException("no interval");
        }
    }

    private static long[] interval(String field) {
        String[] bounds = field.split("-", -1);
        long start = Long.parseLong(bounds[0].strip());
        long end = bounds.length == 1 ? start : Long.parseLong(bounds[1].strip());
        if (bounds.length > 2 || start < 1 || end < start || end == Long.MAX_VALUE) {
            throw new IllegalArgumentException("not an interval");
        }
        return new long[] {start, end + 1};
    }

    @Override
    public boolean contains(TransactionId transaction) {
        if (transaction.kind != TransactionId.KIND_MYSQL) {
            return false;
        }
        for (Map.Entry<Tsid, long[]> entry : issuers.entrySet()) {
            if (entry.getKey().issued(transaction)) {
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
        return issuers.isEmpty();
    }

    @Override
    public MySqlGtids plus(TransactionId transaction) {
        if (transaction.kind != TransactionId.KIND_MYSQL || contains(transaction)) {
            return this;
        }
        TreeMap<Tsid, long[]> next = new TreeMap<>(issuers);
        next.merge(Tsid.of(transaction), new long[] {transaction.number, transaction.number + 1}, MySqlGtids::union);
        return new MySqlGtids(next);
    }

    /** Sets have gaps: what is prepared is one. */
    @Override
    public MySqlGtids holding(TransactionId prepare) {
        return this;
    }

    /** This set and the GTIDs of one issuer from {@code first} to {@code last}, both included. */
    MySqlGtids plusRange(Tsid issuer, long first, long last) {
        TreeMap<Tsid, long[]> next = new TreeMap<>(issuers);
        next.merge(issuer, new long[] {first, last + 1}, MySqlGtids::union);
        return new MySqlGtids(next);
    }

    public MySqlGtids plus(MySqlGtids other) {
        TreeMap<Tsid, long[]> next = new TreeMap<>(issuers);
        other.issuers.forEach((issuer, intervals) -> next.merge(issuer, intervals, MySqlGtids::union));
        return new MySqlGtids(next);
    }

    /** What is here and not in the other set. */
    public MySqlGtids minus(MySqlGtids other) {
        TreeMap<Tsid, long[]> next = new TreeMap<>();
        issuers.forEach((issuer, intervals) -> {
            long[] left = subtract(intervals, other.issuers.getOrDefault(issuer, new long[0]));
            if (left.length > 0) {
                next.put(issuer, left);
            }
        });
        return new MySqlGtids(next);
    }

    /** The intervals of each issuer as (start inclusive, end exclusive) pairs; copies. */
    public Map<Tsid, long[]> intervals() {
        TreeMap<Tsid, long[]> copy = new TreeMap<>();
        issuers.forEach((issuer, intervals) -> copy.put(issuer, intervals.clone()));
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

    /** Whether any GTID has a tag, which servers before 8.3 do not know. */
    public boolean hasTags() {
        return issuers.keySet().stream().anyMatch(issuer -> !issuer.tag().isNone());
    }

    /** As the server prints it on one line, without the prefix. */
    public String set() {
        StringBuilder text = new StringBuilder();
        UUID server = null;
        for (Map.Entry<Tsid, long[]> entry : issuers.entrySet()) {
            Tsid issuer = entry.getKey();
            if (!issuer.server().equals(server)) {
                server = issuer.server();
                text.append(text.isEmpty() ? "" : ",").append(server);
            }
            if (!issuer.tag().isNone()) {
                text.append(':').append(issuer.tag());
            }
            long[] intervals = entry.getValue();
            for (int i = 0; i < intervals.length; i += 2) {
                text.append(':').append(intervals[i]);
                if (intervals[i + 1] - intervals[i] > 1) {
                    text.append('-').append(intervals[i + 1] - 1);
                }
            }
        }
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
