package io.millrace.position;

/**
 * A place in a source's history: everything before it is done. Immutable and thread-safe.
 *
 * <p>Text form, everywhere the same: {@code gtid:SET} for MySQL and MariaDB (there with {@code !GTID} for each
 * prepared transaction that is held out), {@code binlog:FILE:POS} for servers without GTIDs,
 * {@code lsn:HIGH/LOW} for PostgreSQL.
 */
public sealed interface SourcePosition
        permits MySqlGtids, MariaDbGtids, BinlogPosition, PostgresPosition, PostgresSnapshot {
    /** Whether a transaction lies before this place. Allocates nothing. */
    boolean contains(TransactionId transaction);

    /** This place after a transaction has been passed. */
    SourcePosition plus(TransactionId transaction);

    /**
     * This place after a PREPARE has been passed that is neither committed nor rolled back: what comes behind it may be added, and
     * it itself is not contained before {@link #plus} says so (EXACTNESS 11).
     */
    SourcePosition holding(TransactionId prepare);

    /** The text form, which {@link #parse} reads. */
    String text();

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException where it is none; its message names what was expected
     */
    static SourcePosition parse(String text) {
        if (text.startsWith("binlog:")) {
            return BinlogPosition.parse(text.substring("binlog:".length()));
        }
        if (text.startsWith("gtid:")) {
            String set = text.substring("gtid:".length());
            return MariaDbGtids.looksLike(set) ? MariaDbGtids.parse(set) : MySqlGtids.parse(set);
        }
        if (text.startsWith(PostgresPosition.PREFIX)) {
            return PostgresPosition.parse(text.substring(PostgresPosition.PREFIX.length()));
        }
        if (text.startsWith(PostgresSnapshot.PREFIX)) {
            return PostgresSnapshot.parse(text.substring(PostgresSnapshot.PREFIX.length()));
        }
        throw new IllegalArgumentException("not a position: expected=gtid:…, binlog:FILE:POS or lsn:HIGH/LOW");
    }
}
