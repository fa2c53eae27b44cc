package io.millrace.load;

import io.millrace.mapping.Positions;
import io.millrace.position.PostgresSnapshot;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import java.util.BitSet;
import java.util.Optional;

/**
 * Where lanes stand while tables are loaded that join others which are loaded already (decision 0045): with all applied that a snapshot shows,
 * and nothing else. Immutable and thread-safe.
 *
 * <pre>
 * watermark    lanes
 * none yet     pass no row
 * known        pass the rows of the transactions that are in it, without those of the tables that are loaded; stand before the first other one
 * </pre>
 */
public final class JoinHold {
    private final int number;
    private final BitSet tables;
    private final Optional<SourcePosition> watermark;

    /**
     * A place.
     *
     * @param number counts those of a load, from 1
     * @param tables that are loaded, by the numbers of their plans; not written any more
     * @param watermark exact; empty where the snapshot is yet to be opened
     */
    JoinHold(int number, BitSet tables, Optional<SourcePosition> watermark) {
        this.number = number;
        this.tables = tables;
        this.watermark = watermark;
    }

    public int number() {
        return number;
    }

    /** Whether the snapshot is open. */
    public boolean isOpen() {
        return watermark.isPresent();
    }

    /** Whether a table is one of those that are loaded. */
    boolean isOf(int table) {
        return tables.get(table);
    }

    /** Whether nothing of a transaction may be passed yet. */
    public boolean holds(TransactionId transaction) {
        return watermark.isEmpty() || !Positions.containsFromBegin(watermark.get(), transaction);
    }

    /** What the snapshot shows; empty where it is yet to be opened. */
    public Optional<SourcePosition> watermark() {
        return watermark;
    }

    /**
     * Whether all that the snapshot shows stands before a transaction that it does not show. Of GTIDs that is so, since nothing was being committed
     * as it was opened. PostgreSQL writes a commit before it shows it: what was written before the snapshot's LSN may have others behind it that
     * are shown.
     */
    public boolean isBehindAll(TransactionId transaction) {
        return !(watermark.orElse(null) instanceof PostgresSnapshot snapshot)
                || Long.compareUnsigned(transaction.serverLow, snapshot.lsn()) >= 0;
    }

    JoinHold at(int next, SourcePosition opened) {
        return new JoinHold(next, tables, Optional.of(opened));
    }
}
