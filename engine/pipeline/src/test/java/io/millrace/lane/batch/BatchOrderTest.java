package io.millrace.lane.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.lane.change.ChangeKind;
import io.millrace.lane.table.LaneLayout;
import io.millrace.lane.table.RowMaker;
import io.millrace.lane.table.TableBinding;
import io.millrace.mapping.TablePlan;
import io.millrace.row.ImageFlyweight;
import io.millrace.writer.Batch;
import io.millrace.writer.Run;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Random histories of rows of three tables, two of them tied, one a parent of keys with actions: what a batch comes to, and what it is
 * in the source's order, leave the same rows, and neither inserts a row that is there nor changes one that is not. More by {@code
 * -Dseeds=}.
 */
class BatchOrderTest {
    private static final int SEEDS = Integer.getInteger("seeds", 300);
    private static final int KEYS = 6;

    private final List<RowMaker> makers = List.of(new RowMaker("a"), new RowMaker("b"), new RowMaker("c"));
    private final TableBinding[] tables = {
        binding(makers.get(0), 0, false, List.of()),
        binding(makers.get(1), 1, true, List.of()),
        binding(makers.get(2), 2, true, List.of(0))
    };

    private static TableBinding binding(RowMaker maker, int number, boolean isTied, List<Integer> watched) {
        TargetTable target = new TargetTable(
                maker.schema.table(),
                maker.schema,
                List.of(new TargetColumn("id", "bigint", false, 0), new TargetColumn("n", "bigint", false, 1)),
                List.of(0));
        return new TableBinding(
                new TablePlan(number, target, isTied, 1, watched, List.of(), 2 - number, List.of(), -1),
                new LaneLayout(1, 1));
    }

    @Test
    void shouldLeaveTheSameRowsWhenReorderedAsInTheSourcesOrder() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            LaneBatch batch = new LaneBatch(tables);
            Map<String, Long> before = new HashMap<>();
            for (int table = 0; table < makers.size(); table++) {
                for (long key = 0; key < KEYS; key++) {
                    if (random.nextBoolean()) {
                        before.put(name(table, key), -1L);
                    }
                }
            }
            Map<String, Long> source = new HashMap<>(before);
            int changes = 1 + random.nextInt(60);
            for (int i = 0; i < changes; i++) {
                change(batch, source, random, i);
            }
            batch.seal();
            String context = "seed=" + seed;
            assertEquals(source, applied(batch, before, context), context);
            assertEquals(source, applied(batch.inSourceOrder(), before, context), context);
        }
    }

    private void change(LaneBatch batch, Map<String, Long> source, SplittableRandom random, long number) {
        int table = random.nextInt(makers.size());
        long key = random.nextInt(KEYS);
        String name = name(table, key);
        boolean isTied = tables[table].plan().isTied();
        if (!source.containsKey(name)) {
            boolean isMove = random.nextInt(4) == 0;
            add(batch, table, isMove ? ChangeKind.MOVE_IN : ChangeKind.INSERT, key, number);
            source.put(name, number);
        } else if (random.nextInt(3) == 0) {
            boolean isAlone = isTied && random.nextInt(4) == 0;
            add(batch, table, isAlone ? ChangeKind.DELETE_ALONE : ChangeKind.DELETE, key, 0);
            source.remove(name);
        } else {
            boolean isUnique = isTied && random.nextInt(3) == 0;
            add(batch, table, isUnique ? ChangeKind.UPDATE_UNIQUE : ChangeKind.UPDATE, key, number);
            source.put(name, number);
        }
    }

    private void add(LaneBatch batch, int table, byte kind, long key, long number) {
        ImageFlyweight image = makers.get(table).image(key, number);
        batch.add(
                tables[table],
                kind,
                image,
                RowMaker.address(image),
                image.buffer().capacity(),
                makers.get(table).hash(image),
                false);
    }

    private static String name(int table, long key) {
        return (char) ('a' + table) + "" + key;
    }

    private static Map<String, Long> applied(Batch batch, Map<String, Long> before, String context) {
        Map<String, Long> rows = new HashMap<>(before);
        for (int i = 0; i < batch.runCount(); i++) {
            Run run = batch.run(i);
            for (int row = 0; row < run.count(); row++) {
                ImageFlyweight image = run.row(row);
                String name = run.table().name().name() + image.longAt(0);
                switch (run.operation()) {
                    case INSERT -> assertNull(rows.put(name, image.longAt(1)), context);
                    case UPDATE -> assertNotNull(rows.put(name, image.longAt(1)), context);
                    case UPSERT -> rows.put(name, image.longAt(1));
                    case DELETE -> assertNotNull(rows.remove(name), context);
                    default -> throw new AssertionError(run.operation());
                }
            }
        }
        return rows;
    }
}
