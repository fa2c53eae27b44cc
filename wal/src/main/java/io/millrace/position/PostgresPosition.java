package io.millrace.position;

import java.util.Locale;

/**
 * A place in PostgreSQL's WAL: every transaction whose commit record starts before it is done. Within one server's history,
 * which its system identifier names, places of two timelines compare by LSN alone: whether the newer timeline has all of the
 * older one's past is asked of the server at each connect (EXACTNESS 12).
 *
 * <p>Text form: {@code lsn:HIGH/LOW}, both hexadecimal, and where they are known {@code @SYSTEM/TIMELINE}.
 *
 * @param system the server's system identifier, 0 where a person named the place
 * @param timeline of the WAL that the place was read from, 0 where unknown
 * @param lsn unsigned
 */
public record PostgresPosition(long system, int timeline, long lsn) implements SourcePosition {
    static final String PREFIX = "lsn:";
    private static final String FORM = "not a PostgreSQL position: expected=lsn:HIGH/LOW";
    private static final int HEXADECIMAL = 16;

    static PostgresPosition parse(String text) {
        int at = text.indexOf('@');
        long lsn = parseLsn(at < 0 ? text : text.substring(0, at));
        if (at < 0) {
            return new PostgresPosition(0, 0, lsn);
        }
        int slash = text.indexOf('/', at);
        if (slash < 0) {
            throw new IllegalArgumentException(FORM + "@SYSTEM/TIMELINE");
        }
        try {
            return new PostgresPosition(
                    Long.parseUnsignedLong(text.substring(at + 1, slash)),
                    Integer.parseUnsignedInt(text.substring(slash + 1)),
                    lsn);
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

    /** Whether every transaction before the other place lies before this one. */
    public boolean covers(PostgresPosition other) {
        return Long.compareUnsigned(lsn, other.lsn) >= 0;
    }

    @Override
    public boolean contains(TransactionId transaction) {
        return transaction.kind == TransactionId.KIND_POSTGRES && Long.compareUnsigned(transaction.serverLow, lsn) < 0;
    }

    @Override
    public PostgresPosition plus(TransactionId transaction) {
        if (transaction.kind != TransactionId.KIND_POSTGRES
                || Long.compareUnsigned(transaction.endPosition, lsn) <= 0) {
            return this;
        }
        return new PostgresPosition(transaction.serverHigh, transaction.domain, transaction.endPosition);
    }

    /** A prepared transaction is streamed at its commit, like any other: until then it is behind every place. */
    @Override
    public PostgresPosition holding(TransactionId prepare) {
        return this;
    }

    @Override
    public String text() {
        return PREFIX
                + lsnText(lsn)
                + (system == 0 ? "" : "@" + Long.toUnsignedString(system) + "/" + Integer.toUnsignedString(timeline));
    }

    @Override
    public String toString() {
        return text();
    }
}
