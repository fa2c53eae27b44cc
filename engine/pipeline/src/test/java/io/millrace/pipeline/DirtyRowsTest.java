package io.millrace.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dirty.DirtyRow;
import io.millrace.dirty.DirtyState;
import io.millrace.dirty.DirtyStore;
import io.millrace.dirty.StoredRow;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.lane.Follower;
import io.millrace.load.ChunkLoader;
import io.millrace.pipeline.ModelSource.ModelRow;
import io.millrace.task.DirtyLimit;
import io.millrace.task.StartPosition;
import io.millrace.task.Step;
import io.millrace.task.TablePattern;
import io.millrace.task.TableRule;
import io.millrace.task.TableRules;
import io.millrace.task.TaskSpec;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.RunOperation;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lanes do with rows that cannot be written. {@code -Dseeds=} asks for more histories. */
class DirtyRowsTest {
    @TempDir
    Path directory;

    private final ModelTable orders = new ModelTable("orders", false, 40);
    private int runs;

    private ModelRig rig(Random random, DirtyLimit limit) {
        ModelRig rig = new ModelRig(random, directory.resolve("run-" + runs++));
        rig.task = ModelRig.task(2, Step.STRUCTURE, Step.INCREMENTAL);
        rig.dirtyLimit(limit);
        return rig;
    }

    private ModelRig opened(DirtyLimit limit) {
        ModelRig rig = rig(new Random(7), limit);
        rig.add(orders);
        rig.open();
        return rig;
    }

    private static void send(ModelRig rig) {
        rig.source.pump(rig.sink, 100, false);
        rig.log.sync();
        rig.drain();
    }

    private static List<StoredRow> stored(ModelRig rig) {
        try (DirtyStore store = DirtyStore.open(rig.directory)) {
            return store.rows();
        }
    }

    @Test
    void shouldStoreTheRowAndWriteTheOthersWhenOneCannotBeWritten() {
        ModelRig rig = opened(new DirtyLimit.Count(1));
        rig.target.refuses = row -> row.text().equals("bad");
        rig.source.change(orders, null, new ModelRow(1L, 1, "good"));
        rig.source.change(orders, null, new ModelRow(2L, 2, "bad"));
        rig.source.change(orders, null, new ModelRow(3L, 3, "good"));
        send(rig);
        assertEquals(
                List.of(1L, 3L),
                List.copyOf(rig.target.tables.get(orders.schema().table()).keySet()));
        StoredRow only = stored(rig).get(0);
        assertEquals(1, stored(rig).size());
        assertEquals(RunOperation.INSERT, only.head().operation());
        assertEquals("22001", only.head().why().sqlState());
        assertTrue(only.head().commitTimeMicros() > 0);
        assertEquals(3, rig.counters().changesIn());
        assertEquals(2, rig.counters().applied());
        assertEquals(2, rig.counters().inserts());
        assertEquals(1, rig.counters().dirty());
        assertTrue(rig.counters().conserve());
    }

    @Test
    void shouldFailAndCheckpointNothingPastTheFirstRowOverTheLimit() {
        ModelRig rig = opened(new DirtyLimit.Count(1));
        rig.target.refuses = row -> row.text().equals("bad");
        rig.source.change(orders, null, new ModelRow(1L, 1, "bad"));
        send(rig);
        List<Checkpoint> before = List.copyOf(rig.target.checkpoints);
        rig.source.change(orders, null, new ModelRow(2L, 2, "bad"));
        MillraceException over = assertThrows(MillraceException.class, () -> send(rig));
        assertEquals(ErrorCode.DIRTY_LIMIT, over.code());
        assertTrue(
                over.getMessage().contains("limit=1, stored=1, table=shop.orders, operation=INSERT"),
                over.getMessage());
        assertEquals(1, stored(rig).size());
        for (int lane = 0; lane < before.size(); lane++) {
            assertEquals(
                    before.get(lane).counters().dirty(),
                    rig.target.checkpoints.get(lane).counters().dirty());
        }
        rig.crash(false);
        rig.dirtyLimit(new DirtyLimit.Unlimited());
        rig.open();
        rig.drain();
        assertEquals(2, stored(rig).size());
        assertEquals(2, rig.counters().dirty());
        assertEquals(0, rig.counters().applied());
    }

    @Test
    void shouldCountATablesRowsByItselfWhenItHasALimitOfItsOwn() {
        ModelTable codes = new ModelTable("codes", false, 40);
        ModelRig rig = new ModelRig(new Random(7), directory.resolve("own"));
        rig.task = TaskSpec.builder("model")
                .source("a")
                .target("b")
                .tables(new TableRules(List.of(
                        TableRule.include(TablePattern.of("shop.codes")).withDirtyLimit(new DirtyLimit.Count(2)),
                        TableRule.include(TablePattern.of("shop.*")))))
                .steps(Step.STRUCTURE, Step.INCREMENTAL)
                .start(new StartPosition.Earliest())
                .dirtyLimit(new DirtyLimit.Count(1))
                .build();
        rig.target.refuses = row -> row.text().equals("bad");
        rig.add(orders);
        rig.add(codes);
        rig.open();
        rig.source.change(codes, null, new ModelRow(1L, 1, "bad"));
        rig.source.change(codes, null, new ModelRow(2L, 1, "bad"));
        rig.source.change(orders, null, new ModelRow(1L, 1, "bad"));
        send(rig);
        assertEquals(3, stored(rig).size(), "two of the one's, one of the task's");
        rig.source.change(codes, null, new ModelRow(3L, 1, "bad"));
        MillraceException over = assertThrows(MillraceException.class, () -> send(rig));
        assertEquals(ErrorCode.DIRTY_LIMIT, over.code());
        assertTrue(over.getMessage().contains("limit=2, stored=2, table=shop.codes"), over.getMessage());
        assertEquals(3, stored(rig).size());
    }

    @Test
    void shouldFailOverPercentOnlyOnceAThousandRowsHavePassed() {
        ModelRig rig = opened(DirtyLimit.parse("1%"));
        rig.target.refuses = row -> row.text().equals("bad");
        for (long key = 0; key < 900; key++) {
            rig.source.change(orders, null, new ModelRow(key, 1, key < 20 ? "bad" : "good"));
        }
        send(rig);
        assertEquals(20, rig.counters().dirty());
        for (long key = 1_000; key < 1_200; key++) {
            rig.source.change(orders, null, new ModelRow(key, 1, "good"));
        }
        send(rig);
        rig.source.change(orders, null, new ModelRow(2_000L, 1, "bad"));
        MillraceException over = assertThrows(MillraceException.class, () -> send(rig));
        assertEquals(ErrorCode.DIRTY_LIMIT, over.code());
        assertTrue(over.getMessage().contains("limit=1%"), over.getMessage());
    }

    /** EXACTNESS 30. */
    @Test
    void shouldMarkARowOvertakenWhenALaterChangeOfItsKeyIsWritten() {
        ModelRig rig = opened(new DirtyLimit.Unlimited());
        rig.target.refuses = row -> row.text().equals("bad");
        rig.source.change(orders, null, new ModelRow(1L, 1, "bad"));
        rig.source.change(orders, null, new ModelRow(2L, 1, "bad"));
        rig.source.change(orders, null, new ModelRow(3L, 1, "bad"));
        send(rig);
        rig.source.change(orders, new ModelRow(1L, 1, "bad"), new ModelRow(1L, 2, "good"));
        rig.source.change(orders, new ModelRow(2L, 1, "bad"), null);
        rig.source.change(orders, new ModelRow(3L, 1, "bad"), new ModelRow(3L, 3, "bad"));
        send(rig);
        assertEquals(
                List.of(DirtyState.OVERTAKEN, DirtyState.OVERTAKEN, DirtyState.OPEN, DirtyState.OPEN),
                stored(rig).stream().map(StoredRow::state).toList());
        assertEquals(4, rig.counters().dirty());
        assertEquals(2, rig.counters().missingRows());
    }

    /** EXACTNESS 30: the lanes die between the store's force and the target's commit, again and again, and every change is there once. */
    @Test
    void shouldStoreEachRowOnceWhenKilledBetweenStoreAndCommit() {
        ModelRig rig = opened(new DirtyLimit.Unlimited());
        rig.target.refuses = row -> row.text().equals("bad");
        for (long key = 0; key < 12; key++) {
            rig.source.change(orders, null, new ModelRow(key, 1, key % 3 == 0 ? "bad" : "good"));
        }
        rig.source.pump(rig.sink, 100, false);
        rig.log.sync();
        for (int life = 0; life < 3; life++) {
            rig.target.whileApplying = new Runnable() {
                private int calls;

                @Override
                public void run() {
                    if (++calls > 1) {
                        throw new IllegalStateException("killed");
                    }
                }
            };
            assertThrows(IllegalStateException.class, () -> {
                for (int i = 0; i < 100; i++) {
                    rig.source.pump(rig.sink, 100, false);
                    rig.log.sync();
                    rig.nanos += 1_000_000_000L;
                    rig.session.lanes().forEach(Follower::doWork);
                }
            });
            rig.crash(life == 1);
            rig.open();
        }
        rig.target.whileApplying = () -> {};
        rig.drain();
        assertEquals(4, stored(rig).size());
        assertEquals(4, rig.counters().dirty());
        assertEquals(8, rig.counters().applied());
        assertTrue(rig.counters().conserve());
    }

    /** What is open in the store, written in its order to what is at the target, makes that equal to the source. */
    @Test
    void shouldLackOnlyWhatIsOpenWhenCrashedAndCutAtAnyMoment() {
        Seeds.forEach(12, random -> {
            ModelRig rig = rig(random, new DirtyLimit.Unlimited());
            rig.add(new ModelTable("orders", false, 40));
            rig.add(new ModelTable("codes", true, 10));
            if (random.nextInt(3) == 0) {
                rig.source.tables.keySet().forEach(rig.target.tied::add);
            }
            rig.lanes(1 + random.nextInt(4));
            rig.target.refuses = row -> row.text().endsWith("7");
            rig.target.failures = 0.03;
            for (int life = 0; life < 5; life++) {
                rig.live(random.nextInt(250));
                rig.crash(random.nextInt(4) == 0);
            }
            rig.open();
            rig.drain();
            assertTrue(rig.counters().conserve(), () -> rig.counters().toString());
            assertEquals(0, rig.session.inFlight(rig.session.inflows(), rig.sink.rows()));
            replay(rig);
            assertEquals(Optional.empty(), rig.difference());
        });
    }

    @Test
    void shouldStoreRowsOfALoadAndTakeTheOthersWhenSomeCannotBeWritten() {
        ModelRig rig = new ModelRig(new Random(3), directory.resolve("load"));
        rig.dirtyLimit(new DirtyLimit.Count(2));
        rig.add(orders);
        rig.target.refuses = row -> row.text().equals("bad");
        for (long key = 0; key < 10; key++) {
            rig.source.change(orders, null, new ModelRow(key, 1, key % 5 == 0 ? "bad" : "good"));
        }
        rig.source.settleAll();
        rig.open();
        rig.drain();
        assertEquals(8, rig.target.tables.get(orders.schema().table()).size());
        assertEquals(2, stored(rig).size());
        assertEquals("22001", stored(rig).get(0).head().why().sqlState());
        rig.source.change(orders, new ModelRow(0L, 1, "bad"), new ModelRow(0L, 2, "good"));
        send(rig);
        assertEquals(DirtyState.OVERTAKEN, stored(rig).get(0).state());
        assertEquals(DirtyState.OPEN, stored(rig).get(1).state());
    }

    /** Orders 0 to 39, all good but for one. */
    private ModelRig ordersWithABadOne(DirtyLimit limit, long bad) {
        ModelRig rig = new ModelRig(new Random(3), directory.resolve("load"));
        rig.task = ModelRig.task(4, Step.STRUCTURE, Step.FULL, Step.INCREMENTAL);
        rig.dirtyLimit(limit);
        rig.add(orders);
        rig.target.refuses = row -> row.text().equals("bad");
        for (long key = 0; key < 40; key++) {
            rig.source.change(orders, null, new ModelRow(key, 1, key == bad ? "bad" : "good"));
        }
        rig.source.settleAll();
        rig.open();
        return rig;
    }

    @Test
    void shouldCountARowOfALoadOnceWhenItsChunkIsTriedAgain() {
        ModelRig rig = ordersWithABadOne(new DirtyLimit.Count(1), 20);
        rig.target.dirtyChunksCut = 3;
        rig.drain();
        assertEquals(1, stored(rig).size());
        assertEquals(39, rig.target.tables.get(orders.schema().table()).size());
    }

    /** What an attempt stored of a chunk that is not committed is read again, in whatever chunk that will be. */
    @Test
    void shouldForgetRowsOfChunksThatWereNotCommittedWhenALoadGoesOn() {
        ModelRig rig = ordersWithABadOne(new DirtyLimit.Count(5), 20);
        rig.target.dirtyChunksCut = Integer.MAX_VALUE;
        List<ChunkLoader> loaders = rig.session.load().orElseThrow().loaders();
        rig.session.lanes().forEach(Follower::doWork);
        loaders.get(0).doWork(); // takes the first chunk, and no further step
        for (int i = 0; i < 1_000 && stored(rig).isEmpty(); i++) {
            step(rig, loaders.get(1));
        }
        int committed = rig.target.ledger.size();
        for (int i = 0; i < 1_000 && rig.target.ledger.size() == committed; i++) {
            step(rig, loaders.get(2));
        }
        assertEquals(1, stored(rig).size());
        rig.crash(false);
        rig.source.change(orders, new ModelRow(20L, 1, "bad"), new ModelRow(20L, 2, "good"));
        for (long key = 100; key < 110; key++) {
            rig.source.change(orders, null, new ModelRow(key, 1, "good"));
        }
        rig.source.settleAll();
        rig.target.dirtyChunksCut = 0;
        rig.open();
        rig.drain();
        assertEquals(Optional.empty(), rig.difference());
        assertEquals(List.of(), stored(rig), "an older image of a row would be replayed over it");
    }

    private static void step(ModelRig rig, ChunkLoader loader) {
        rig.nanos += 200_000_000;
        rig.session.lanes().forEach(Follower::doWork);
        loader.doWork();
    }

    @Test
    void shouldLackOnlyWhatIsOpenWhenLoadedBesideTheStreamAndKilled() {
        Seeds.forEach(12, random -> {
            ModelRig rig = rig(random, new DirtyLimit.Unlimited());
            rig.add(new ModelTable("orders", false, 40));
            rig.add(new ModelTable("codes", true, 10));
            for (int i = 0; i < 60; i++) {
                rig.source.mutate(6);
            }
            rig.source.settleAll();
            rig.task = ModelRig.task(1 + random.nextInt(4), Step.STRUCTURE, Step.FULL, Step.INCREMENTAL);
            rig.dirtyLimit(new DirtyLimit.Unlimited());
            rig.target.refuses = row -> row.text().endsWith("7");
            rig.target.failures = 0.03;
            for (int life = 0; life < 5; life++) {
                rig.live(random.nextInt(250));
                rig.crash(random.nextInt(4) == 0);
            }
            rig.open();
            rig.drain();
            assertTrue(rig.counters().conserve(), () -> rig.counters().toString());
            replay(rig);
            assertEquals(Optional.empty(), rig.difference());
        });
    }

    private static void replay(ModelRig rig) {
        try (DirtyStore store = DirtyStore.open(rig.directory)) {
            HashSet<Object> places = new HashSet<>();
            for (StoredRow row : store.rows()) {
                assertTrue(places.add(row.head().place()), "twice: " + row);
                DirtyRow whole = store.read(row.number()).orElseThrow();
                ModelTable table = rig.source.tables.get(whole.schema().table());
                NavigableMap<Object, ModelRow> rows = rig.target.tables.get(whole.target());
                if (row.state() == DirtyState.OPEN) {
                    ModelRow image = table.decode(whole.wrapImage());
                    rows.put(image.key(), image);
                }
            }
        }
    }
}
