package io.millrace.position;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PostgresPositionTest {
    private static TransactionId transaction(long number, long commit, long end) {
        TransactionId transaction = new TransactionId();
        transaction.kind = TransactionId.KIND_POSTGRES;
        transaction.domain = 3;
        transaction.serverHigh = -5;
        transaction.number = number;
        transaction.serverLow = commit;
        transaction.endPosition = end;
        return transaction;
    }

    @Test
    void shouldReadWhatItPrints() {
        PostgresPosition place = new PostgresPosition(-5, 3, 0xFFFF_FFFF_0000_0001L);
        assertEquals("lsn:FFFFFFFF/1@18446744073709551611/3", place.text());
        assertEquals(place, SourcePosition.parse(place.text()));
        assertEquals(new PostgresPosition(0, 0, 0x16_B374_D848L), SourcePosition.parse("lsn:16/b374d848"));
        for (String bad :
                new String[] {"lsn:", "lsn:1", "lsn:1/", "lsn:x/1", "lsn:1/1@2", "lsn:1/1@x/1", "lsn:1/100000000"}) {
            assertThrows(IllegalArgumentException.class, () -> SourcePosition.parse(bad), bad);
        }
    }

    /** A place lies behind a transaction where its commit record starts before it. */
    @Test
    void shouldHoldTransactionsByWhereTheirCommitStarts() {
        PostgresPosition place = new PostgresPosition(-5, 3, 100);
        assertTrue(place.contains(transaction(1, 99, 0)));
        assertFalse(place.contains(transaction(1, 100, 0)));
        assertEquals(new PostgresPosition(-5, 3, 180), place.plus(transaction(1, 120, 180)));
        assertEquals(place, place.plus(transaction(1, 20, 100)));
        assertFalse(place.contains(new TransactionId()));
    }

    /** EXACTNESS 11. */
    @Test
    void shouldHoldOutWhatIsPreparedUntilItIsResolved() {
        TransactionId first = transaction(1, 120, 180);
        TransactionId second = transaction(2, 200, 240);
        PostgresPosition place = new PostgresPosition(-5, 3, 100).holding(first).holding(second);
        assertEquals("lsn:0/F0!0/78!0/C8@18446744073709551611/3", place.text());
        assertEquals(place, SourcePosition.parse(place.text()));
        assertFalse(place.contains(first));
        assertTrue(place.contains(transaction(3, 190, 0)));
        assertEquals(120, place.neededLsn());
        assertEquals(place, place.holding(second), "known");
        PostgresPosition resolved = place.plus(first).plus(transaction(1, 300, 340));
        assertEquals("lsn:0/154!0/C8@18446744073709551611/3", resolved.text());
        assertTrue(resolved.contains(first));
        assertEquals(200, resolved.neededLsn());
        assertEquals(340, resolved.plus(second).neededLsn());
        assertEquals("lsn:1/2!0/1", SourcePosition.parse("lsn:1/2!0/1").text());
        assertThrows(IllegalArgumentException.class, () -> SourcePosition.parse("lsn:1/2!"));
    }

    /** EXACTNESS 33: by id, in 64 bits, and by nothing else. */
    @Test
    void shouldHoldWhatASnapshotSees() {
        PostgresSnapshot snapshot = PostgresSnapshot.of("5000000010:5000000020:5000000012,5000000015", 77);
        assertEquals(snapshot, SourcePosition.parse(snapshot.text()));
        assertEquals(77, snapshot.lsn());
        for (long seen : new long[] {3, 5000000009L, 5000000010L, 5000000011L, 5000000019L}) {
            assertTrue(snapshot.contains(transaction(seen, 1_000, 1_000)), () -> "" + seen);
        }
        for (long hidden : new long[] {5000000012L, 5000000015L, 5000000020L, 9000000000L}) {
            assertFalse(snapshot.contains(transaction(hidden, 1, 1)), () -> "" + hidden);
        }
        assertTrue(PostgresSnapshot.of("10:10:", 1).contains(transaction(9, 1, 1)));
        for (String bad : new String[] {"1:2", "a:2:", "1:2:x"}) {
            assertThrows(IllegalArgumentException.class, () -> PostgresSnapshot.of(bad, 0), bad);
        }
        assertThrows(IllegalArgumentException.class, () -> SourcePosition.parse("snapshot:1:2:"));
    }
}
