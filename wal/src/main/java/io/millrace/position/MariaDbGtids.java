package io.millrace.position;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * MariaDB's GTID position: the last GTID of each domain. Within a domain the binlog holds sequence numbers in order, so a
 * transaction is contained where its number is not above the domain's, and it is not among those that are held out: prepared,
 * and neither committed nor rolled back (EXACTNESS 11).
 *
 * <p>Text: {@code gtid:0-1-9,1-1-3!0-1-5}; what follows each {@code !} is held out.
 */
public final class MariaDbGtids implements SourcePosition {
    public static final MariaDbGtids EMPTY = new MariaDbGtids(new TreeMap<>(), List.of());

    private static final Pattern FORM =
            Pattern.compile("\\d+-\\d+-\\d+(\\s*,\\s*\\d+-\\d+-\\d+)*(\\s*!\\s*\\d+-\\d+-\\d+)*");

    private final SortedMap<Integer, Last> domains;
    private final List<Gtid> held; // in the order in which they were prepared

    private record Last(long server, long sequence) {}

    private record Gtid(int domain, long server, long sequence) {
        static Gtid parse(String text) {
            String[] parts = text.strip().split("-", -1);
            return new Gtid(
                    Integer.parseUnsignedInt(parts[0]), Long.parseLong(parts[1]), Long.parseUnsignedLong(parts[2]));
        }

        static Gtid of(TransactionId transaction) {
            return new Gtid(transaction.domain, transaction.serverLow, transaction.number);
        }

        @Override
        public String toString() {
            return Integer.toUnsignedString(domain) + "-" + server + "-" + Long.toUnsignedString(sequence);
        }
    }

    private MariaDbGtids(SortedMap<Integer, Last> domains, List<Gtid> held) {
        this.domains = domains;
        this.held = List.copyOf(held);
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
        String[] parts = stripped.split("!", -1);
        for (String part : parts[0].split(",", -1)) {
            Gtid gtid = Gtid.parse(part);
            domains.merge(
                    gtid.domain,
                    new Last(gtid.server, gtid.sequence),
                    (a, b) -> Long.compareUnsigned(a.sequence, b.sequence) >= 0 ? a : b);
        }
        List<Gtid> held = new ArrayList<>();
        for (int i = 1; i < parts.length; i++) {
            held.add(Gtid.parse(parts[i]));
        }
        return new MariaDbGtids(domains, held);
    }

    @Override
    public boolean contains(TransactionId transaction) {
        Last last = transaction.kind == TransactionId.KIND_MARIADB ? domains.get(transaction.domain) : null;
        return last != null && Long.compareUnsigned(transaction.number, last.sequence) <= 0 && !isHeld(transaction);
    }

    private boolean isHeld(TransactionId transaction) {
        for (int i = 0; i < held.size(); i++) {
            Gtid gtid = held.get(i);
            if (gtid.sequence == transaction.number && gtid.domain == transaction.domain) {
                return true;
            }
        }
        return false;
    }

    /** Whether every domain of the other is here, at least as far, and nothing is held out here that the other has. */
    public boolean containsAll(MariaDbGtids other) {
        for (var entry : other.domains.entrySet()) {
            Last last = domains.get(entry.getKey());
            if (last == null || Long.compareUnsigned(last.sequence, entry.getValue().sequence) < 0) {
                return false;
            }
        }
        for (Gtid gtid : held) {
            Last last = other.domains.get(gtid.domain);
            if (last != null && Long.compareUnsigned(gtid.sequence, last.sequence) <= 0 && !other.held.contains(gtid)) {
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
        if (isHeld(transaction)) {
            List<Gtid> left = new ArrayList<>(held);
            left.remove(Gtid.of(transaction));
            return new MariaDbGtids(domains, left);
        }
        TreeMap<Integer, Last> next = new TreeMap<>(domains);
        next.put(transaction.domain, new Last(transaction.serverLow, transaction.number));
        return new MariaDbGtids(next, held);
    }

    @Override
    public MariaDbGtids holding(TransactionId prepare) {
        if (prepare.kind != TransactionId.KIND_MARIADB || isHeld(prepare)) {
            return this;
        }
        List<Gtid> more = new ArrayList<>(held);
        more.add(Gtid.of(prepare));
        return new MariaDbGtids(plus(prepare).domains, more);
    }

    /** This place without one of those that are held out; itself where that one is not. */
    public MariaDbGtids released(TransactionId prepare) {
        return prepare.kind == TransactionId.KIND_MARIADB && isHeld(prepare) ? plus(prepare) : this;
    }

    /**
     * From where everything that is not contained comes again: each domain's place, but before the first one of it that is held
     * out.
     */
    public MariaDbGtids beforeHeld() {
        TreeMap<Integer, Last> next = new TreeMap<>(domains);
        for (Gtid gtid : held) {
            next.computeIfPresent(
                    gtid.domain,
                    (domain, last) -> Long.compareUnsigned(gtid.sequence, last.sequence) > 0
                            ? last
                            : gtid.sequence == 1 ? null : new Last(gtid.server, gtid.sequence - 1));
        }
        return new MariaDbGtids(next, List.of());
    }

    /** As the server prints it, without the prefix and without what is held out. */
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
        StringBuilder text = new StringBuilder("gtid:").append(set());
        held.forEach(gtid -> text.append('!').append(gtid));
        return text.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MariaDbGtids that
                && domains.equals(that.domains)
                && Set.copyOf(held).equals(Set.copyOf(that.held));
    }

    @Override
    public int hashCode() {
        return domains.hashCode() + 31 * Set.copyOf(held).hashCode();
    }

    @Override
    public String toString() {
        return text();
    }
}
