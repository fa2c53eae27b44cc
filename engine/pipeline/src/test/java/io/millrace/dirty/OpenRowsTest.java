package io.millrace.dirty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.position.TransactionId;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.writer.Refusal;
import io.millrace.writer.RunOperation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class OpenRowsTest {
    private static final TableSchema SCHEMA = new TableSchema(
            new TableId("shop", "orders"),
            1,
            List.of(new Column("id", ColumnType.INTEGER, "bigint", false, 8, -1, "", List.of(), false)),
            List.of(0));
    private static final DirtyPlace PLACE = new DirtyPlace(new UUID(1, 2), 3, 4, false);
    private static final DirtyRow HEAD = new DirtyRow(
            PLACE,
            new byte[TransactionId.LENGTH],
            0,
            "a position",
            0,
            SCHEMA,
            new TableId("dw", "orders"),
            RunOperation.UPSERT,
            new byte[0],
            new byte[0],
            true,
            new Refusal("1406", "22001", "column=note"),
            99);

    private final OpenRows rows = new OpenRows();

    private static StoredRow row(long number, DirtyState state) {
        Optional<DirtyPlace> by = state == DirtyState.OPEN ? Optional.empty() : Optional.of(PLACE);
        return new StoredRow(number, HEAD, state, PLACE, by);
    }

    private void store(long number, Long... hashes) {
        rows.know(number, List.of(hashes));
        rows.take(List.of(row(number, DirtyState.OPEN)));
    }

    @Test
    void shouldHaveNothingWhenAllRowsAreOvertaken() {
        assertTrue(rows.keys().isEmpty());
        store(1, 7L, 8L);
        store(2, 7L);
        assertEquals(List.of(1L, 2L), rows.of(7));
        assertTrue(rows.keys().contains(8));
        rows.take(List.of(row(1, DirtyState.OVERTAKEN)));
        assertEquals(List.of(2L), rows.of(7));
        assertEquals(List.of(), rows.of(8));
        rows.take(List.of(row(2, DirtyState.OVERTAKEN)));
        assertTrue(rows.keys().isEmpty());
        rows.take(List.of(row(1, DirtyState.OPEN)));
        assertTrue(rows.keys().contains(8));
        rows.forget(List.of(1L, 2L));
        assertTrue(rows.keys().isEmpty());
        assertFalse(rows.isKnown(1));
    }

    /** Each hash is looked for among many that are alike, and so are the two of which one stands for an empty slot. */
    @Test
    void shouldFindWhatWasAddedAndNothingElseWhenHashesAreAlike() {
        for (long hash = 0; hash < 3_000; hash++) {
            store(hash + 1, hash << 32);
        }
        LongStream.range(0, 3_000).forEach(hash -> assertTrue(rows.keys().contains(hash << 32)));
        LongStream.range(3_000, 9_000).forEach(hash -> assertFalse(rows.keys().contains(hash << 32)));
    }

    /** A batch that stores a row costs that row, not all that are stored. */
    @Test
    void shouldKeepTheSameSetWhenItHasRoomForARowMore() {
        Set<StoredKeys> sets = new HashSet<>();
        for (long number = 1; number <= 10_000; number++) {
            store(number, number * 0x9E3779B97F4A7C15L);
            sets.add(rows.keys());
        }
        assertTrue(sets.size() < 20, "sets=" + sets.size());
        StoredKeys last = rows.keys();
        rows.take(List.of(row(1, DirtyState.OVERTAKEN)));
        assertSame(last, rows.keys());
    }

    @Test
    void shouldAgreeWithASearchThroughAllRowsWhatsoeverBecomesOfThem() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            OpenRows tested = new OpenRows();
            Map<Long, List<Long>> hashes = new HashMap<>();
            Map<Long, DirtyState> states = new HashMap<>();
            for (int step = 0; step < 100; step++) {
                List<Long> known = new ArrayList<>(new TreeSet<>(hashes.keySet()));
                if (known.isEmpty() || random.nextInt(3) == 0) {
                    long number = step;
                    List<Long> own = random.ints(random.nextInt(3), 0, 12)
                            .mapToObj(each -> (long) each)
                            .distinct()
                            .toList();
                    hashes.put(number, own);
                    states.put(number, DirtyState.OPEN);
                    tested.know(number, own);
                    tested.take(List.of(row(number, DirtyState.OPEN)));
                } else if (random.nextInt(4) == 0) {
                    long number = known.get(random.nextInt(known.size()));
                    hashes.remove(number);
                    states.remove(number);
                    tested.forget(List.of(number));
                } else {
                    long number = known.get(random.nextInt(known.size()));
                    DirtyState state = List.of(DirtyState.values()).get(random.nextInt(DirtyState.values().length));
                    states.put(number, state);
                    tested.take(List.of(row(number, state)));
                }
                boolean isAnyOpen = false;
                for (long hash = 0; hash < 12; hash++) {
                    long asked = hash;
                    Set<Long> expected = new HashSet<>();
                    hashes.forEach((number, own) -> {
                        if (own.contains(asked) && states.get(number) != DirtyState.OVERTAKEN) {
                            expected.add(number);
                        }
                    });
                    isAnyOpen |= !expected.isEmpty();
                    assertEquals(expected, new HashSet<>(tested.of(hash)), "seed=" + seed);
                    assertEquals(expected.size(), tested.of(hash).size(), "seed=" + seed);
                    assertTrue(expected.isEmpty() || tested.keys().contains(hash), "seed=" + seed);
                }
                assertEquals(!isAnyOpen, tested.keys().isEmpty(), "seed=" + seed);
            }
        }
    }
}
