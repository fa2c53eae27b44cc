package io.millrace.reader.postgres.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Ids of a server whose 32 bits have come round: two transactions of the same low bits are told apart by their epoch. */
class TransactionIdsTest {
    private static final long EPOCH = 1L << 32;

    @Test
    void shouldTakeTheNearestIdWhenTheBitsComeRound() {
        TransactionIds ids = new TransactionIds(3 * EPOCH - 2);
        assertEquals(3 * EPOCH - 3, ids.widen(-3));
        assertEquals(3 * EPOCH + 3, ids.widen(3));
        assertEquals(3 * EPOCH - 1, ids.widen(-1), "an older one that is still open");
        assertEquals(3 * EPOCH + 4, ids.widen(4));
    }

    @Test
    void shouldGoOnFromTheNewestIdWhenMoreThanHalfOfThemPass() {
        TransactionIds ids = new TransactionIds(EPOCH + 5);
        long newest = EPOCH + 5;
        for (int step = 0; step < 8; step++) {
            newest += EPOCH / 3;
            assertEquals(newest, ids.widen((int) newest));
        }
    }
}
