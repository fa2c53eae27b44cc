package io.millrace.reader.postgres.statement;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.TransactionId;
import java.util.List;
import java.util.Optional;

/**
 * Statements of the source within the stream of one connection: as DDL messages tell of them, where those are written, and else as Relations
 * do. Confined to the stream's thread.
 */
public final class SourceStatements {
    private final SeenTables seen;
    private final DdlEffects effects;
    private final ShapeDifferences differences;
    private final Optional<DdlHints> hints;
    private boolean isStopped;

    public SourceStatements(
            SeenTables seen, DdlEffects effects, ShapeDifferences differences, Optional<DdlHints> hints) {
        this.seen = seen;
        this.effects = effects;
        this.differences = differences;
        this.hints = hints;
    }

    /** Reads DDL messages; empty where none are asked for. */
    public Optional<DdlHints> hints() {
        return hints;
    }

    public ShapeDifferences differences() {
        return differences;
    }

    /** What the columns of the task's key are called in a transaction; empty where that is not known. */
    public Optional<List<String>> keyNames(int oid, SeenChanges changes) {
        long number = Integer.toUnsignedLong(oid);
        return changes.latest(number).orElseGet(() -> seen.table(number)).flatMap(effects::keyNames);
    }

    /** Whether a statement was committed at which the lanes stop. */
    public boolean isStopped() {
        return isStopped;
    }

    /** Messages that nothing confirmed. */
    public long unconfirmed() {
        return hints.map(DdlHints::passed).orElse(0L);
    }

    /**
     * Makes what a transaction did durable, ahead of its commit, without which it does not count.
     *
     * @throws MillraceException with SOURCE_BUSY where another one, which was committed meanwhile, has told of the same first
     */
    public void keep(SeenChanges committed, TransactionId transaction) {
        if (committed.isEmpty()) {
            return;
        }
        for (SeenTable found : committed.found().values()) {
            if (!seen.table(found.oid()).equals(Optional.of(found))) {
                throw new MillraceException(
                        ErrorCode.SOURCE_BUSY,
                        "a transaction that was open tells of a statement that another one has told of: table="
                                + found.id() + ", transaction=" + transaction);
            }
        }
        seen.keep(committed, transaction);
    }

    /** What a transaction did is everybody's. */
    public void commit(SeenChanges committed) {
        isStopped |= committed.hasStop();
        seen.commit(committed);
    }
}
