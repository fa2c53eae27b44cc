package io.millrace.position;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * MariaDB's GTID position: the last GTID of each domain. Within a domain the binlog holds sequence numbers in order, so a
 * transaction is contained where its number is not above the domain's.
 */
public final class MariaDbGtids implements SourcePosition {
    public static final MariaDbGtids EMPTY = new MariaDbGtids(new TreeMap<>());

    private static final Pattern FORM = Pattern.compile("\\d+-\\d+-\\d+(\\s*,\\s*\\d+-\\d+-\\d+)*");

    private final SortedMap<Integer, Last> domains;

    private record Last(long server, long sequence) {}

    private MariaDbGtids(SortedMap<Integer, Last> domains) {
        this.domains = domains;
    }

    static boolean looksLike(String text) {
        return FORM.matcher(text.strip()).matches();
    }

    /** Reads {@code domain-server-sequence[,…]}; the empty string is the empty position. */
    public static MariaDbGtids parse(String text) {
        String stripped = text.strip();
        if (stripped.isEmpty()) {
            return EMPTY;
        }
        if (!looksLike(stripped)) {
            throw new IllegalArgumentException("not a MariaDB GTID position: expected=DOMAIN-SERVER-SEQUENCE[,…]");
        }
        TreeMap<Integer, Last> domains = new TreeMap<>(Integer::compareUnsigned);
        for (String gtid : stripped.split("\\s*,\\s*", -1)) {
            String[] parts = gtid.split("-", -1);
            Last last = new Last(Long.parseLong(parts[1]), Long.parseUnsignedLong(parts[2]));
            domains.merge(
                    Integer.parseUnsignedInt(parts[0]),
                    last,
                    (a, b) -> Long.compareUnsigned(a.sequence, b.sequence) >= 0 ? a : b);
        }
        return new MariaDbGtids(domains);
    }

    @Override
    public boolean contains(TransactionId transaction) {
        Last last = transaction.kind == TransactionId.KIND_MARIADB ? domains.get(transaction.domain) : null;
        return last != null && Long.compareUnsigned(transaction.number, last.sequence) <= 0;
    }

    /** Whether every domain of the other is here, at least as far. */
    public boolean containsAll(MariaDbGtids other) {
        for (var entry : other.domains.entrySet()) {
            Last last = domains.get(entry.getKey());
            if (last == null || Long.compareUnsigned(last.sequence, entry.getValue().sequence) < 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public MariaDbGtids plus(TransactionId transaction) {
        if (transaction.kind != TransactionId.KIND_MARIADB || contains(transaction)) {
            return this;
        }
        TreeMap<Integer, Last> next = new TreeMap<>(domains);
        next.put(transaction.domain, new Last(transaction.serverLow, transaction.number));
        return new MariaDbGtids(next);
    }

    /** As the server prints it, without the prefix. */
    public String set() {
        StringBuilder text = new StringBuilder();
        domains.forEach((domain, last) -> text.append(text.isEmpty() ? "" : ",")
                .append(Integer.toUnsignedString(domain))
                .append('-')
                .append(last.server)
                .append('-')
                .append(Long.toUnsignedString(last.sequence)));
        return text.toString();
    }

    @Override
    public String text() {
        return "gtid:" + set();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MariaDbGtids that && domains.equals(that.domains);
    }

    @Override
    public int hashCode() {
        return domains.hashCode();
    }

    @Override
    public String toString() {
        return text();
    }
}
