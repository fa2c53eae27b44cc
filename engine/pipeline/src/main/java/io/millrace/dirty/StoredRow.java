package io.millrace.dirty;

import java.util.Optional;

/**
 * What the store knows of one of its rows without its images. Immutable.
 *
 * @param number by which users name it; never given twice
 * @param head the row, its images empty
 * @param place where it was met last: elsewhere than at first where the log was filled anew
 * @param overtakenBy the change after which it is not open any more
 */
public record StoredRow(
        long number, DirtyRow head, DirtyState state, DirtyPlace place, Optional<DirtyPlace> overtakenBy) {
    static StoredRow open(long number, DirtyRow row) {
        return new StoredRow(number, row.head(), DirtyState.OPEN, row.place(), Optional.empty());
    }

    /** What a mark makes of it; of an open row it says where it was met. */
    StoredRow with(DirtyState next, DirtyPlace by) {
        return next == DirtyState.OPEN
                ? new StoredRow(number, head, next, by, Optional.empty())
                : new StoredRow(number, head, next, place, Optional.of(by));
    }
}
