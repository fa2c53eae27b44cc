package io.millrace.lane.batch;

import io.millrace.lane.change.ChangeKind;

/**
 * What an entry of a batch knows of its key, in the low half of a byte; the high half is the {@link ChangeKind} of an entry of a tied
 * table, which is one change, and 0 of all others, which are what is left of all changes of their key.
 *
 * <pre>
 * bit       set                                                meaning at the batch's end
 * ALIVE     the last change left a row                         clear: remove it, or nothing where the batch itself made it
 * EXISTED   the first change was an update or a delete         clear: the row is the batch's own, an INSERT
 * MIXED     a row was removed and came back, or came from      UPSERT instead of UPDATE or INSERT
 *           another key
 * PARTIAL   the image lacks columns that are written           UPDATE of the columns that it has
 * </pre>
 */
public final class EntryState {
    static final int ALIVE = 1;
    static final int EXISTED = 1 << 1;
    static final int MIXED = 1 << 2;
    public static final int PARTIAL = 1 << 3;

    private static final int KIND_SHIFT = 4;

    private EntryState() {}

    /** Of one change of a tied table. */
    static byte ofChange(byte kind, boolean isPartial) {
        return (byte) (kind << KIND_SHIFT | (isPartial ? PARTIAL : 0));
    }

    /** The change of an entry that is one, or 0. */
    static byte kind(int state) {
        return (byte) ((state & 0xFF) >>> KIND_SHIFT);
    }

    static int first(byte kind) {
        return switch (kind) {
            case ChangeKind.INSERT -> ALIVE;
            case ChangeKind.MOVE_IN -> ALIVE | MIXED;
            case ChangeKind.UPDATE, ChangeKind.UPDATE_UNIQUE -> ALIVE | EXISTED;
            default -> EXISTED;
        };
    }

    static int next(int state, byte kind) {
        int next = state;
        switch (kind) {
            case ChangeKind.INSERT, ChangeKind.MOVE_IN -> {
                if (kind == ChangeKind.MOVE_IN || (state & (EXISTED | ALIVE)) != 0) {
                    next |= MIXED;
                }
                next |= ALIVE;
            }
            case ChangeKind.UPDATE, ChangeKind.UPDATE_UNIQUE -> {
                if ((state & ALIVE) == 0) {
                    next |= MIXED;
                }
                next |= ALIVE;
            }
            default -> {
                next &= ~ALIVE;
                if ((state & EXISTED) != 0) {
                    next |= MIXED;
                }
            }
        }
        return next;
    }
}
