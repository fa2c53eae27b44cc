package io.millrace.writer.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RowSearchTest {
    private final TreeSet<Integer> bad = new TreeSet<>();
    private final List<Integer> written = new ArrayList<>();
    private final List<Integer> refused = new ArrayList<>();
    private int attempts;

    private Exception attempt(int from, int to) {
        attempts++;
        if (!bad.subSet(from, to).isEmpty()) {
            return new SQLException("refused");
        }
        for (int row = from; row < to; row++) {
            written.add(row);
        }
        return null;
    }

    @Test
    void shouldWriteAllButTheBadRowsInOrderWhenAnyAreBad() throws SQLException {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            int count = random.nextInt(300);
            bad.clear();
            written.clear();
            refused.clear();
            attempts = 0;
            for (int i = 0; i < count / 20; i++) {
                bad.add(random.nextInt(count));
            }
            new RowSearch(this::attempt, (row, why) -> {
                        refused.add(row);
                        return RowSearch.Then.GO_ON;
                    })
                    .apply(count);
            assertEquals(List.copyOf(bad), refused, "seed=" + seed);
            List<Integer> good = new ArrayList<>();
            for (int row = 0; row < count; row++) {
                if (!bad.contains(row)) {
                    good.add(row);
                }
            }
            assertEquals(good, written, "seed=" + seed);
            int halvings = 32 - Integer.numberOfLeadingZeros(Math.max(1, count - 1));
            assertTrue(attempts <= 1 + 2 * bad.size() * halvings, "attempts=" + attempts + ", seed=" + seed);
        }
    }

    @Test
    void shouldTryARowOnceMoreWhenItIsWrittenInAnotherWay() throws SQLException {
        bad.add(3);
        new RowSearch(this::attempt, (row, why) -> {
                    refused.add(row);
                    bad.remove(row);
                    return RowSearch.Then.AGAIN;
                })
                .apply(8);
        assertEquals(List.of(3), refused);
        assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7), written);
    }

    @Test
    void shouldLookNoFurtherWhenTold() throws SQLException {
        bad.addAll(List.of(1, 6));
        RowSearch search = new RowSearch(this::attempt, (row, why) -> {
            refused.add(row);
            return RowSearch.Then.STOP;
        });
        search.apply(8);
        assertEquals(List.of(1), refused);
        assertEquals(List.of(0), written);
        search.apply(8);
        assertEquals(List.of(1), refused);
    }
}
