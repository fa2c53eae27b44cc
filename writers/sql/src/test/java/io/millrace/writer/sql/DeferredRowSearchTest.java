package io.millrace.writer.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.SQLException;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DeferredRowSearchTest {
    private int attempts;

    private BitSet find(int count, int most, DeferredRowSearch.Attempt attempt) throws SQLException {
        attempts = 0;
        return new DeferredRowSearch(
                        rows -> {
                            attempts++;
                            return attempt.passesWithout(rows);
                        },
                        most)
                .find(count);
    }

    @Test
    void shouldFindExactlyWhatMustGo() throws SQLException {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed=" + seed);
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 2_000; round++) {
            int count = 1 + random.nextInt(300);
            BitSet wrong = new BitSet();
            int many = 1 + random.nextInt(6);
            for (int i = 0; i < many; i++) {
                wrong.set(random.nextInt(count));
            }
            BitSet found = find(count, count, rows -> contains(rows, wrong));
            assertEquals(wrong, found);
            int halvings = 32 - Integer.numberOfLeadingZeros(count);
            assertTrue(
                    attempts <= wrong.cardinality() * 3 * halvings,
                    "count=" + count + ", wrong=" + wrong + ", attempts=" + attempts);
        }
    }

    @Test
    void shouldTakeTheLaterOfTwoThatDisagree() throws SQLException {
        BitSet found = find(100, 100, rows -> rows.get(20) || rows.get(70));
        assertEquals(BitSet.valueOf(new long[] {0, 1L << 6}), found);
    }

    @Test
    void shouldNotTakeRowsThatNeedOneBehindThem() throws SQLException {
        // 3 is refused without 90, in whatever part of the batch; 41 is wrong.
        BitSet found = find(100, 100, rows -> rows.get(41) && (rows.get(3) || !rows.get(90)));
        BitSet wrong = new BitSet();
        wrong.set(41);
        assertEquals(wrong, found);
    }

    @Test
    void shouldStopAtTheMostThatAreWanted() throws SQLException {
        BitSet wrong = new BitSet();
        wrong.set(100, 200);
        BitSet found = find(1_000, 3, rows -> contains(rows, wrong));
        assertEquals(3, found.cardinality());
        assertTrue(contains(wrong, found));
        assertTrue(attempts < 100, "attempts=" + attempts);
    }

    private static boolean contains(BitSet all, BitSet some) {
        BitSet missing = (BitSet) some.clone();
        missing.andNot(all);
        return missing.isEmpty();
    }
}
