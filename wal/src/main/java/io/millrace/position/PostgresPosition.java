package io.millrace.position;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A place in PostgreSQL's WAL: every transaction whose commit record starts before it is done. Within one server's history,
 * which its system identifier names, places of two timelines compare by LSN alone: whether the newer timeline has all of the
 * older one's past is asked of the server at each connect (EXACTNESS 12).
 *
 * <p>What was prepared before the place and is neither committed nor rolled back is held out of it (EXACTNESS 11): a stream from the
 * place alone would never send its rows, for the server sends them with the PREPARE.
 *
 * <p>Text form: {@code lsn:HIGH/LOW}, both hexadecimal, {@code !HIGH/LOW} for each PREPARE that is held out, and where they are
 * known {@code @SYSTEM/TIMELINE}.
 *
 * @param system the server's system identifier, 0 where a person named the place
 * @param timeline of the WAL that the place was read from, 0 where unknown
 * @param lsn unsigned
 * @param held where the records of PREPARE start that are held out, in the order in which they came
 */
public record PostgresPosition(long system, int timeline, long lsn, List<Long> held) implements SourcePosition {
    static final String PREFIX = "lsn:";
    private static final String FORM = "not a PostgreSQL position: expected=lsn:HIGH/LOW";
    private static final int HEXADECIMAL = 16;

    public PostgresPosition {
        held = List.copyOf(held);
    }

    /** A place that holds nothing out. */
    public PostgresPosition(long system, int timeline, long lsn) {
        this(system, timeline, lsn, List.of());
    }

    static PostgresPosition parse(String text) {
        int at = text.indexOf('@');
        String[] places = (at < 0 ? text : text.substring(0, at)).split("!", -1);
        long lsn = parseLsn(places[0]);
        List<Long> held = new ArrayList<>();
        for (int i = 1; i < places.length; i++) {
            held.add(parseLsn(places[i]));
        }
        if (at < 0) {
            return new PostgresPosition(0, 0, lsn, held);
        }
        int slash = text.indexOf('/', at);
        if (slash < 0) {
            throw new IllegalArgumentException(FORM + "@SYSTEM/TIMELINE");
        }
        try {
            return new PostgresPosition(
                    Long.parseUnsignedLong(text.substring(at + 1, slash)),
                    Integer.parseUnsignedInt(text.substring(slash + 1)),
                    lsn,
                    held);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(FORM + "@SYSTEM/TIMELINE", e);
        }
    }

    /**
     * Reads an LSN as the server prints it.
     *
     * @throws IllegalArgumentException where it is none
     */
    public static long parseLsn(String text) {
        int slash = text.indexOf('/');
        if (slash <= 0) {
            throw new IllegalArgumentException(FORM);
        }
        try {
            long high = Integer.parseUnsignedInt(text.substring(0, slash), HEXADECIMAL);
            long low = Integer.parseUnsignedInt(text.substring(slash + 1), HEXADECIMAL);
            return (high << Integer.SIZE) | (low & 0xFFFF_FFFFL);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(FORM, e);
        }
    }

    /** An LSN as the server prints it. */
    public static String lsnText(long lsn) {
        return String.format(Locale.ROOT, "%X/%X", lsn >>> Integer.SIZE, lsn & 0xFFFF_FFFFL);
    }

    /** Whether both may be places of one server's history. */
    public boolean isOfSame(long otherSystem) {
        return system == otherSystem || system == 0 || otherSystem == 0;
    }

    /** Whether every transaction before the other place lies before this one; what is prepared counts as passed. */
    public boolean covers(PostgresPosition other) {
        return Long.compareUnsigned(lsn, other.lsn) >= 0;
    }

    @Override
    public boolean contains(TransactionId transaction) {
        return transaction.kind == TransactionId.KIND_POSTGRES
                && Long.compareUnsigned(transaction.serverLow, lsn) < 0
                && !isHeld(transaction.serverLow);
    }

    private boolean isHeld(long prepare) {
        for (int i = 0; i < held.size(); i++) {
            if (held.get(i) == prepare) {
                return true;
            }
        }
        return false;
    }

    @Override
    public PostgresPosition plus(TransactionId transaction) {
        if (transaction.kind != TransactionId.KIND_POSTGRES) {
            return this;
        }
        if (isHeld(transaction.serverLow)) {
            List<Long> left =
                    held.stream().filter(each -> each != transaction.serverLow).toList();
            return new PostgresPosition(system, timeline, lsn, left).plus(transaction);
        }
        return Long.compareUnsigned(transaction.endPosition, lsn) <= 0
                ? this
                : new PostgresPosition(transaction.serverHigh, transaction.domain, transaction.endPosition, held);
    }

    @Override
    public PostgresPosition holding(TransactionId prepare) {
        PostgresPosition passed = plus(prepare);
        List<Long> more = new ArrayList<>(passed.held);
        more.add(prepare.serverLow);
        return new PostgresPosition(passed.system, passed.timeline, passed.lsn, more);
    }

    /** This place, moved on to another one of the same WAL. */
    public PostgresPosition at(long otherSystem, int otherTimeline, long otherLsn) {
        return new PostgresPosition(otherSystem, otherTimeline, otherLsn, held);
    }

    /** The first place before which nothing is held out: what lies behind it may be needed. */
    public long neededLsn() {
        long least = lsn;
        for (int i = 0; i < held.size(); i++) {
            least = Long.compareUnsigned(held.get(i), least) < 0 ? held.get(i) : least;
        }
        return least;
    }

    @Override
    public String text() {
        StringBuilder text = new StringBuilder(PREFIX).append(lsnText(lsn));
        held.forEach(each -> text.append('!').append(lsnText(each)));
        return text
                + (system == 0 ? "" : "@" + Long.toUnsignedString(system) + "/" + Integer.toUnsignedString(timeline));
    }

    @Override
    public String toString() {
        return text();
    }
}
