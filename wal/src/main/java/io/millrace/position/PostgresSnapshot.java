package io.millrace.position;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What a PostgreSQL snapshot sees: the watermark of a chunk, never a place to stream from. A transaction is in it where its
 * id, in 64 bits, is visible: that alone proves it; an LSN would not, for a commit is in the WAL before it is visible
 * (EXACTNESS 33).
 *
 * <p>Text form: {@code snapshot:XMIN:XMAX:XIP[,XIP…]@HIGH/LOW}, as the server prints a {@code pg_snapshot}, and an LSN read
 * within the snapshot, before which all of its transactions were committed.
 */
public final class PostgresSnapshot implements SourcePosition {
    static final String PREFIX = "snapshot:";

    private final long xmin;
    private final long xmax;
    private final long[] running; // sorted, as unsigned numbers
    private final long lsn;

    private PostgresSnapshot(long xmin, long xmax, long[] running, long lsn) {
        this.xmin = xmin;
        this.xmax = xmax;
        this.running = running;
        this.lsn = lsn;
    }

    /**
     * Reads what the server says.
     *
     * @param snapshot text of {@code pg_current_snapshot()}
     * @param lsn read within the snapshot
     * @throws IllegalArgumentException where it is none
     */
    public static PostgresSnapshot of(String snapshot, long lsn) {
        String[] parts = snapshot.split(":", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("not a snapshot: expected=XMIN:XMAX:XIP[,XIP…]");
        }
        try {
            long[] running = parts[2].isEmpty()
                    ? new long[0]
                    : Arrays.stream(parts[2].split(",", -1))
                            .mapToLong(Long::parseLong)
                            .sorted()
                            .toArray();
            return new PostgresSnapshot(Long.parseLong(parts[0]), Long.parseLong(parts[1]), running, lsn);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a snapshot: expected=XMIN:XMAX:XIP[,XIP…]", e);
        }
    }

    static PostgresSnapshot parse(String text) {
        int at = text.indexOf('@');
        if (at < 0) {
            throw new IllegalArgumentException("not a snapshot: expected=snapshot:XMIN:XMAX:XIP@HIGH/LOW");
        }
        return of(text.substring(0, at), PostgresPosition.parseLsn(text.substring(at + 1)));
    }

    @Override
    public boolean contains(TransactionId transaction) {
        return transaction.kind == TransactionId.KIND_POSTGRES && isVisible(transaction.number);
    }

    /** Whether the snapshot sees a transaction that has committed. */
    public boolean isVisible(long transaction) {
        return transaction < xmin || (transaction < xmax && Arrays.binarySearch(running, transaction) < 0);
    }

    /** Whether another snapshot sees all that this one sees. */
    public boolean isWithin(PostgresSnapshot other) {
        for (long transaction : other.running) {
            if (isVisible(transaction)) {
                return false;
            }
        }
        return xmax <= other.xmax;
    }

    /** Every transaction of the snapshot was committed before this LSN. */
    public long lsn() {
        return lsn;
    }

    @Override
    public SourcePosition plus(TransactionId transaction) {
        throw new IllegalStateException("a snapshot does not move");
    }

    @Override
    public SourcePosition holding(TransactionId prepare) {
        throw new IllegalStateException("a snapshot does not move");
    }

    @Override
    public String text() {
        return PREFIX + xmin + ":" + xmax + ":"
                + Arrays.stream(running).mapToObj(Long::toString).collect(Collectors.joining(","))
                + "@" + PostgresPosition.lsnText(lsn);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PostgresSnapshot that && text().equals(that.text());
    }

    @Override
    public int hashCode() {
        return text().hashCode();
    }

    @Override
    public String toString() {
        return text();
    }
}
