package io.millrace.transform.step;

import io.millrace.position.TransactionId;
import io.millrace.row.Operation;
import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.EpochClock;

/** What steps may know of a row beside its columns. Confined to a lane or loader; reused. */
public final class RowContext {
    private static final Word LOAD = Word.of("load");
    private static final Word INSERT = Word.of("insert");
    private static final Word UPDATE = Word.of("update");
    private static final Word DELETE = Word.of("delete");

    private final EpochClock clock;
    private final boolean isLoad;
    private final TransactionId positioned = new TransactionId(); // of which the position is
    private TransactionId transaction = positioned;
    private Word operation = LOAD;
    private byte[] position = new byte[0]; // of the transaction, once it was asked for
    private boolean isPositionKnown;
    private long ordinal = -1;

    private RowContext(EpochClock clock, boolean isLoad) {
        this.clock = clock;
        this.isLoad = isLoad;
    }

    /** Of rows that are changes: {@link #change} says of which. */
    public static RowContext ofChanges(EpochClock clock) {
        return new RowContext(clock, false);
    }

    /** Of rows that were read from their table, under a snapshot. */
    public static RowContext ofLoad(String watermark, EpochClock clock) {
        RowContext context = new RowContext(clock, true);
        context.position = watermark.getBytes(StandardCharsets.UTF_8);
        return context;
    }

    /** The rows that follow are changes of a transaction, which is looked at until the next call. Where it is not known, it is all 0. */
    public void change(Operation what, TransactionId of) {
        operation = switch (what) {
            case INSERT -> INSERT;
            case UPDATE -> UPDATE;
            case DELETE -> DELETE;
        };
        transaction = of;
    }

    /** Which of its transaction's rows the next one is. */
    public void ordinal(long number) {
        ordinal = number;
    }

    /** Counted from 0; -1 of loaded rows. */
    long ordinal() {
        return ordinal;
    }

    Word operation() {
        return operation;
    }

    /** Microseconds since 1970; 0 where the source does not say it, as of loaded rows. */
    long commitTimeMicros() {
        return transaction.commitTimeMicros;
    }

    long executeTimeMicros() {
        return clock.time() * 1_000L;
    }

    /** Where the change stands at the source, in the form of positions; empty where that has none. Made once a transaction. */
    byte[] position() {
        if (!isLoad && !(isPositionKnown && positioned.isSame(transaction))) {
            position = PositionText.of(transaction).getBytes(StandardCharsets.UTF_8);
            positioned.copyFrom(transaction);
            isPositionKnown = true;
        }
        return position;
    }
}
