package io.millrace.position;

/**
 * A place in a source's history: everything before it is done. Immutable and thread-safe.
 *
 * <p>Text form, everywhere the same: {@code gtid:SET} for MySQL and MariaDB, {@code binlog:FILE:POS} for servers without GTIDs.
 */
public sealed interface SourcePosition permits MySqlGtids, MariaDbGtids, BinlogPosition {
    /** Whether a transaction lies before this place. Allocates nothing. */
    boolean contains(TransactionId transaction);

    /** This place after a transaction has been passed. */
    SourcePosition plus(TransactionId transaction);

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
        throw new IllegalArgumentException("not a position: expected=gtid:… or binlog:FILE:POS");
    }
}
