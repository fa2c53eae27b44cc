package io.millrace.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.load.LoadRest;
import io.millrace.pipeline.ModelSource.ModelRow;
import io.millrace.pipeline.command.Reload;
import io.millrace.pipeline.directory.TaskDirectory;
import io.millrace.pipeline.reload.Reloads;
import io.millrace.schema.TableId;
import io.millrace.task.DmlSpec;
import io.millrace.task.ExistingRows;
import io.millrace.task.TargetSpec;
import io.millrace.task.TaskSpec;
import io.millrace.writer.LedgerEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tables that are loaded again, whole or in part, after somebody has damaged them at the target, beside changes and with sessions that are
 * killed at any moment; and rows that stood at the target before a load. {@code -Dseeds=} asks for more.
 */
class ReloadModelTest {
    private static final TableId ORDERS = new TableId("shop", "orders");
    private static final TableId CODES = new TableId("shop", "codes");
    private static final int KEYS = 40;
    private static final int STRIDE = 97;

    @TempDir
    Path directory;

    private int runs;
    private int mostParts;
    private int cuts;

    @Test
    void shouldEndEqualWhenATableIsLoadedAgainAndSessionsAreKilled() {
        Seeds.forEach(20, random -> {
            ModelRig rig = loaded(random);
            rig.target.isOrdered = random.nextInt(4) > 0;
            damage(rig.target.tables.get(ORDERS), random, Long.MIN_VALUE, Long.MAX_VALUE);
            ask(rig, ORDERS, Optional.empty());
            assertComes(rig, random);
        });
    }

    @Test
    void shouldEndEqualWhenARangeIsLoadedAgainAndSessionsAreKilled() {
        Seeds.forEach(20, random -> {
            ModelRig rig = loaded(random);
            long first = random.nextInt(KEYS * STRIDE / 2) - 300L;
            long last = first + random.nextInt(KEYS * STRIDE);
            NavigableMap<Object, ModelRow> orders = rig.target.tables.get(ORDERS);
            damage(orders, random, first, last);
            int form = random.nextInt(4);
            String where = switch (form) {
                case 0 -> "id between " + first + " and " + last;
                case 1 -> "id > " + (first - 1) + " and (ID <= " + last + ")";
                case 2 -> "id <= " + last;
                default -> "id >= " + first;
            };
            // What is outside stays, whatever it is.
            List<ModelRow> outside = new ArrayList<>();
            if (form != 2) {
                outside.add(new ModelRow(-1_000L, -1, "outside"));
            }
            if (form != 3) {
                outside.add(new ModelRow(1_000_000L, -1, "outside"));
            }
            outside.forEach(row -> orders.put(row.key(), row));
            ask(rig, ORDERS, Optional.of(where));
            comes(rig, random);
            outside.forEach(
                    row -> assertEquals(row, rig.target.tables.get(ORDERS).remove(row.key())));
            assertEquals(Optional.empty(), rig.difference());
        });
        boolean isOne = Long.getLong("seed") != null;
        assertTrue(isOne || mostParts > 2, () -> "of no range were there several chunks: " + mostParts);
        assertTrue(isOne || cuts > 0, "no session was killed between chunks of a range");
    }

    @Test
    void shouldExpectTheRowsOfTheRangeWhenThatIsLoadedAgain() {
        Seeds.forEach(5, random -> {
            ModelRig rig = loaded(random);
            ask(rig, ORDERS, Optional.of("id > 500 and id <= 3000"));
            long rows = rig.source.tables.get(ORDERS).rows.subMap(501L, 3_001L).size();
            if (rig.session != null) {
                rig.finish();
                rig.crash(false);
            }
            rig.open();
            assertEquals(rows, expected(rig));
            while (parts(rig) == 0) {
                rig.step(false);
            }
            rig.crash(false);
            rig.open();
            assertEquals(rows, expected(rig));
            rig.drain();
            assertEquals(Optional.empty(), rig.difference());
        });
    }

    private static long expected(ModelRig rig) {
        return rig.session.load().orElseThrow().status().tables().stream()
                .filter(table -> table.source().equals(ORDERS))
                .findFirst()
                .orElseThrow()
                .estimatedRows();
    }

    /** No order of its keys is known, so it comes at once. */
    @Test
    void shouldEndEqualWhenATableOfTextKeysIsLoadedAgain() {
        Seeds.forEach(15, random -> {
            ModelRig rig = loaded(random);
            NavigableMap<Object, ModelRow> codes = rig.target.tables.get(CODES);
            codes.keySet().removeIf(key -> random.nextInt(3) == 0);
            codes.replaceAll((key, row) -> new ModelRow(key, row.number(), "damaged"));
            codes.put("further", new ModelRow("further", 1, "damaged"));
            ask(rig, CODES, Optional.empty());
            ask(rig, ORDERS, Optional.empty());
            assertComes(rig, random);
        });
    }

    @Test
    void shouldRefuseWhatCannotBeExact() {
        ModelRig rig = loaded(new Random(3));
        assertRefused(ErrorCode.NO_TABLE_SELECTED, "table=shop.none", rig, "shop.none", "");
        assertRefused(ErrorCode.USAGE, "not a range of the table's key", rig, "shop.orders", "n > 3");
        assertRefused(ErrorCode.USAGE, "no key is in the range", rig, "shop.orders", "id > 3 and id < 3");
        assertRefused(ErrorCode.NOT_SUPPORTED_YET, "--where", rig, "shop.codes", "id > 3");
        ask(rig, ORDERS, Optional.empty());
        assertRefused(ErrorCode.USAGE, "asked for already", rig, "shop.orders", "");
        rig.dml(DmlSpec.UNSAID.withDeletesIgnored(true));
        assertRefused(ErrorCode.NOT_SUPPORTED_YET, "policies", rig, "shop.codes", "");
        rig.dml(DmlSpec.UNSAID);
        rig.task = existing(rig.task, ExistingRows.KEEP);
        assertRefused(ErrorCode.NOT_SUPPORTED_YET, "existing_rows=keep", rig, "shop.codes", "");
    }

    private static void assertRefused(ErrorCode code, String words, ModelRig rig, String table, String where) {
        Optional<String> range = where.isEmpty() ? Optional.empty() : Optional.of(where);
        MillraceException refused = assertThrows(
                MillraceException.class,
                () -> Reload.request(
                        rig.task, rig.source, rig.target, new TaskDirectory(rig.directory, rig.task), table, range));
        assertEquals(code, refused.code(), refused.display());
        assertTrue(refused.getMessage().contains(words), refused.getMessage());
    }

    @Test
    void shouldEmptyTablesOnceWhenSessionsAreKilled() {
        Seeds.forEach(20, random -> {
            ModelRig rig = rig(random);
            rig.task = existing(rig.task, ExistingRows.TRUNCATE);
            stand(rig, random);
            rig.target.openingFailures = 0.3;
            live(rig, random);
            if (rig.session == null) {
                rig.open();
            }
            rig.drain();
            assertEquals(Optional.empty(), rig.difference());
        });
    }

    @Test
    void shouldWriteOverRowsThatStandAndLeaveTheOthersWhenTheyAreKept() {
        Seeds.forEach(20, random -> {
            ModelRig rig = rig(random);
            rig.task = existing(rig.task, ExistingRows.KEEP);
            stand(rig, random);
            live(rig, random);
            if (rig.session == null) {
                rig.open();
            }
            rig.drain();
            NavigableMap<Object, ModelRow> orders = rig.target.tables.get(ORDERS);
            assertTrue(orders.containsKey(-7L) && orders.containsKey(-8L), () -> orders.toString());
            NavigableMap<Object, ModelRow> there = rig.source.tables.get(ORDERS).rows;
            orders.values().removeIf(row -> row.text().equals("stood") && !there.containsKey(row.key()));
            assertEquals(Optional.empty(), rig.difference());
        });
    }

    private static TaskSpec existing(TaskSpec task, ExistingRows rows) {
        return TaskSpec.builder(task.name())
                .source("a")
                .target(TargetSpec.of("b").withExistingRows(rows))
                .tables("shop.*")
                .delivery(task.delivery())
                .resources(task.resources())
                .build();
    }

    /** Rows under keys that the source has, and under others. */
    private static void stand(ModelRig rig, Random random) {
        NavigableMap<Object, ModelRow> orders = new TreeMap<>();
        orders.put(-7L, new ModelRow(-7L, 1, "stood"));
        orders.put(-8L, new ModelRow(-8L, 1, "stood"));
        ModelTable table = rig.source.tables.get(ORDERS);
        for (Object key : table.rows.keySet()) {
            if (random.nextBoolean()) {
                orders.put(key, new ModelRow(key, 1, "stood"));
            }
        }
        rig.target.tables.put(ORDERS, orders);
        rig.target.marks.put(ORDERS, new TreeSet<>());
        rig.target.marks.put(CODES, new TreeSet<>());
    }

    private ModelRig rig(Random random) {
        ModelRig rig = new ModelRig(random, directory.resolve("run-" + runs++));
        rig.add(new ModelTable("orders", false, KEYS));
        rig.add(new ModelTable("codes", true, 10));
        for (int i = 0; i < 40; i++) {
            rig.source.mutate(6);
        }
        rig.source.settleAll();
        return rig;
    }

    /** A task whose load is over, and behind all lanes. */
    private ModelRig loaded(Random random) {
        ModelRig rig = rig(random);
        rig.lanes(1 + random.nextInt(3));
        rig.open();
        rig.drain();
        rig.finish();
        if (random.nextBoolean()) {
            rig.crash(false);
            rig.open();
            rig.drain();
        }
        assertEquals(Optional.empty(), rig.difference());
        return rig;
    }

    private static void ask(ModelRig rig, TableId table, Optional<String> where) {
        Reload reload = Reload.request(
                rig.task, rig.source, rig.target, new TaskDirectory(rig.directory, rig.task), table.toString(), where);
        assertEquals(List.of(table), reload.tables());
    }

    /** Rows that the source has no more, that are missing, and that are others; of these keys only. */
    private static void damage(NavigableMap<Object, ModelRow> rows, Random random, long first, long last) {
        for (Object key : new ArrayList<>(rows.keySet())) {
            boolean isIn = (Long) key >= first && (Long) key <= last;
            if (isIn && random.nextInt(3) == 0) {
                rows.remove(key);
            } else if (isIn && random.nextInt(3) == 0) {
                rows.put(key, new ModelRow(key, -1, "damaged"));
            }
        }
        for (long key = Math.max(first, -30); key < 0 && key <= last; key++) {
            rows.put(key, new ModelRow(key, -1, "further"));
        }
    }

    private void assertComes(ModelRig rig, Random random) {
        comes(rig, random);
        assertEquals(Optional.empty(), rig.difference());
    }

    private void comes(ModelRig rig, Random random) {
        live(rig, random);
        for (int i = 0; i < 10; i++) {
            if (rig.session == null) {
                rig.open();
            }
            rig.drain();
            rig.finish();
            if (rig.target.ledger.stream().noneMatch(entry -> entry.isRequest() || entry.isReload())) {
                break;
            }
            rig.crash(false);
        }
        assertTrue(rig.target.ledger.stream().noneMatch(LedgerEntry::isRequest), () -> rig.target.ledger.toString());
        mostParts = Math.max(mostParts, parts(rig));
        assertTrue(rig.counters().conserve(), () -> rig.counters().toString());
    }

    /** A few sessions beside changes, each killed or ended. */
    private void live(ModelRig rig, Random random) {
        rig.source.isFailing = true;
        rig.target.failures = 0.02;
        for (int life = 0; life < 3; life++) {
            if (rig.session == null) {
                rig.open();
            }
            int steps = random.nextInt(250);
            for (int i = 0; i < steps; i++) {
                rig.step(true);
            }
            if (random.nextInt(3) == 0) {
                rig.finish();
            }
            boolean isLeft = !LoadRest.of(chunks(rig)).ranges().isEmpty();
            cuts += parts(rig) > 0 && isLeft ? 1 : 0;
            rig.crash(random.nextInt(4) == 0);
        }
    }

    /** Chunks of a range before others, which have one. */
    private static int parts(ModelRig rig) {
        List<LedgerEntry> chunks = chunks(rig);
        boolean isRange = chunks.stream().anyMatch(entry -> entry.number() == Reloads.BEHIND);
        return isRange
                ? (int) chunks.stream()
                        .filter(entry -> entry.number() > 0 && entry.number() < Reloads.BEHIND)
                        .count()
                : 0;
    }

    private static List<LedgerEntry> chunks(ModelRig rig) {
        return rig.target.ledger.stream()
                .filter(entry -> entry.source().equals(ORDERS) && entry.isChunk())
                .toList();
    }
}
