package io.millrace.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.pipeline.ModelSource.ModelRow;
import io.millrace.schema.TableId;
import io.millrace.task.DeliverySpec;
import io.millrace.task.Mapping;
import io.millrace.task.ResourceSpec;
import io.millrace.task.StartPosition;
import io.millrace.task.Step;
import io.millrace.task.TablePattern;
import io.millrace.task.TableRule;
import io.millrace.task.TableRules;
import io.millrace.task.TaskSpec;
import io.millrace.writer.Counters;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions over tables that are joined at the target, by seeds: see {@link Seeds}. */
class JoinedModelTest {
    private static final int SHARDS = 3;

    @TempDir
    Path directory;

    private int runs;

    private ModelRig rig(Random random, Step first, Step... others) {
        return rig(random, false, 30, first, others);
    }

    private ModelRig rig(Random random, boolean hasTextKey, int keys, Step first, Step... others) {
        ModelRig rig = new ModelRig(random, directory.resolve("run-" + runs++));
        for (int i = 0; i < SHARDS; i++) {
            ModelTable shard = new ModelTable("shard_" + i, hasTextKey, keys);
            shard.partialUpdates = 0.3;
            rig.add(shard);
        }
        TaskSpec.Builder task = TaskSpec.builder("model")
                .source("a")
                .target("b")
                .tables("shop.*")
                .mapping(Mapping.DEFAULT.renamingTables("shard_.*", "all"))
                .steps(first, others)
                .delivery(new DeliverySpec(Duration.ofMillis(200), 7, 1 << 20))
                .resources(ResourceSpec.defaults().withReadConcurrency(4).withWriteConcurrency(1 + random.nextInt(4)));
        if (others[0] == Step.INCREMENTAL) {
            task.start(new StartPosition.Earliest());
        }
        rig.task = task.build();
        return rig;
    }

    private static List<ModelTable> shards(ModelRig rig) {
        return List.copyOf(rig.source.tables.values());
    }

    private static void assertEqual(ModelRig rig) {
        Map<Object, ModelRow> all = new TreeMap<>();
        for (ModelTable shard : shards(rig)) {
            if (isShard(shard)) {
                shard.rows.forEach(
                        (key, row) -> assertEquals(null, all.put(key, row), "shards have keys of their own"));
            } else {
                assertEquals(shard.rows, rig.target.tables.get(shard.schema().table()));
            }
        }
        assertEquals(all, rig.target.tables.get(new TableId("shop", "all")));
        Counters counters = rig.counters();
        assertTrue(counters.conserve(), () -> counters.toString());
        assertEquals(0, rig.session.inFlight(rig.session.inflows(), rig.sink.rows()));
    }

    /** EXACTNESS 21: rows of two tables with one key go to one lane, and none overtakes the other. */
    @Test
    void shouldEndEqualWhenTablesThatAreJoinedHandKeysOver() {
        Seeds.forEach(20, random -> {
            ModelRig rig = rig(random, Step.STRUCTURE, Step.INCREMENTAL);
            for (ModelTable shard : shards(rig)) {
                shard.hasPartialMoves = random.nextBoolean();
                shard.isTaken =
                        key -> shards(rig).stream().anyMatch(other -> other != shard && other.rows.containsKey(key));
            }
            rig.target.failures = 0.02;
            for (int life = 0; life < 4; life++) {
                rig.live(150);
                rig.crash(random.nextBoolean());
            }
            rig.open();
            rig.drain();
            assertEqual(rig);
            assertEquals(0, rig.target.healed + rig.target.missing + rig.target.fellBack);
            long changes = rig.source.changes();
            assertEquals(changes, rig.counters().changesIn());
        });
    }

    @Test
    void shouldEndEqualWhenTablesThatAreJoinedAreLoadedBesideTheStream() {
        Seeds.forEach(20, random -> load(random, false, false));
    }

    /** Decision 0033: whatever chunks show of a row that goes from one table to another, it ends where it went. */
    /** EXACTNESS 35: under one snapshot a row is in one of them or in none. */
    @Test
    void shouldEndEqualWhenRowsGoFromTableToTableWhileTheyAreLoaded() {
        Seeds.forEach(40, random -> load(random, true, false));
    }

    @Test
    void shouldEndEqualWhenRowsOfTextKeysGoFromTableToTableWhileTheyAreLoaded() {
        Seeds.forEach(20, random -> load(random, true, true));
    }

    /** Decision 0045: rows go to and from tables that join the others later, and no chunk meets a row that has gone. */
    @Test
    void shouldEndEqualWhenTablesJoinOthersThatAreLoaded() {
        Seeds.forEach(40, random -> join(random, false, false));
    }

    @Test
    void shouldEndEqualWhenTablesOfTextKeysJoinOthersThatAreLoaded() {
        Seeds.forEach(20, random -> join(random, true, false));
    }

    /** All rows of the target have one lane, and a batch ends at a source commit. */
    @Test
    void shouldEndEqualWhenTablesJoinOthersWhoseRowsTheTargetTies() {
        Seeds.forEach(20, random -> join(random, random.nextBoolean(), true));
    }

    /** Tables that stood at the source before the task took them, and one that is new there. */
    private void join(Random random, boolean hasTextKey, boolean isTied) {
        ModelRig rig = rig(random, hasTextKey, 80, Step.STRUCTURE, Step.FULL, Step.INCREMENTAL);
        rig.add(new ModelTable("later", false, 15)); // loads beside, in ranges
        if (isTied) {
            rig.target.tied.add(new TableId("shop", "all"));
        }
        shards(rig).forEach(shard -> handOver(rig, shard));
        for (int i = 0; i < 60; i++) {
            rig.source.mutate(6);
        }
        rig.source.settleAll();
        rig.target.openingFailures = 0.1;
        TaskSpec all = rig.task;
        rig.task = ofTables(all, "shard_0", "shard_1");
        if (random.nextInt(4) > 0) {
            rig.open();
            rig.drain();
            if (random.nextBoolean()) {
                rig.finish();
            }
            rig.crash(random.nextInt(4) == 0);
        }
        live(rig, random);
        rig.task = ofTables(all, "shard_0", "shard_1", "shard_2");
        live(rig, random);
        ModelTable last = new ModelTable("shard_3", hasTextKey, 80);
        rig.add(last);
        handOver(rig, last);
        rig.task = all;
        live(rig, random);
        rig.open();
        rig.drain();
        assertEqual(rig);
    }

    private static void handOver(ModelRig rig, ModelTable shard) {
        if (!isShard(shard)) {
            return;
        }
        shard.partialUpdates = 0.3;
        shard.isTaken = key ->
                shards(rig).stream().anyMatch(other -> isShard(other) && other != shard && other.rows.containsKey(key));
    }

    private static boolean isShard(ModelTable table) {
        return table.schema().table().name().startsWith("shard_");
    }

    private static TaskSpec ofTables(TaskSpec all, String... tables) {
        List<TableRule> rules = Stream.concat(Stream.of("later"), Stream.of(tables))
                .map(table -> TableRule.include(TablePattern.of("shop." + table)))
                .toList();
        return TaskSpec.builder(all.name())
                .source("a")
                .target("b")
                .tables(new TableRules(rules))
                .mapping(all.mapping())
                .delivery(all.delivery())
                .resources(all.resources())
                .build();
    }

    /** A few sessions, each killed or ended. */
    private static void live(ModelRig rig, Random random) {
        rig.target.failures = 0.02;
        rig.source.isFailing = true;
        for (int life = 0; life < 2; life++) {
            boolean isLogLost = random.nextInt(3) == 0;
            rig.mostDocuments = isLogLost ? Long.MAX_VALUE : 1 + random.nextInt(20);
            rig.live(random.nextInt(300));
            if (random.nextInt(3) == 0) {
                rig.finish();
            }
            rig.crash(isLogLost);
        }
        rig.mostDocuments = Long.MAX_VALUE;
    }

    private void load(Random random, boolean doRowsMove, boolean hasTextKey) {
        ModelRig rig = rig(random, hasTextKey, 30, Step.STRUCTURE, Step.FULL, Step.INCREMENTAL);
        List<ModelTable> shards = shards(rig);
        for (int i = 0; i < SHARDS; i++) {
            ModelTable shard = shards.get(i);
            if (doRowsMove) {
                shard.isTaken = key -> shards.stream().anyMatch(other -> other != shard && other.rows.containsKey(key));
            } else {
                shard.first = i;
            }
        }
        for (int i = 0; i < 60; i++) {
            rig.source.mutate(6);
        }
        rig.source.settleAll();
        rig.target.failures = 0.03;
        rig.source.isFailing = true;
        for (int life = 0; life < 4; life++) {
            rig.live(random.nextInt(300));
            rig.crash(random.nextInt(3) == 0);
        }
        rig.open();
        rig.drain();
        assertEqual(rig);
    }
}
