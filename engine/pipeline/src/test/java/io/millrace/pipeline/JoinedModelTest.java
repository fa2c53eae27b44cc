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
import io.millrace.task.TaskSpec;
import io.millrace.writer.Counters;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions over tables that are joined at the target, by seeds: see {@link Seeds}. */
class JoinedModelTest {
    private static final int SHARDS = 3;

    @TempDir
    Path directory;

    private int runs;

    private ModelRig rig(Random random, Step first, Step... others) {
        return rig(random, false, first, others);
    }

    private ModelRig rig(Random random, boolean hasTextKey, Step first, Step... others) {
        ModelRig rig = new ModelRig(random, directory.resolve("run-" + runs++));
        for (int i = 0; i < SHARDS; i++) {
            ModelTable shard = new ModelTable("shard_" + i, hasTextKey, 30);
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
            shard.rows.forEach((key, row) -> assertEquals(null, all.put(key, row), "shards have keys of their own"));
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
                rig.open();
                for (int i = 0; i < 150; i++) {
                    rig.step(true);
                }
                rig.crash(random.nextBoolean());
            }
            rig.open();
            rig.drain();
            assertEqual(rig);
            assertEquals(0, rig.target.healed + rig.target.missing + rig.target.fellBack);
            long changes = rig.source.history.stream()
                    .mapToLong(each -> each.changes().size())
                    .sum();
            assertEquals(changes, rig.counters().changesIn());
        });
    }

    @Test
    void shouldEndEqualWhenTablesThatAreJoinedAreLoadedBesideTheStream() {
        Seeds.forEach(20, random -> load(random, false, false));
    }

    /** Decision 0033: whatever chunks show of a row that goes from one table to another, it ends where it went. */
    @Test
    void shouldEndEqualWhenRowsGoFromTableToTableWhileTheyAreLoaded() {
        Seeds.forEach(40, random -> load(random, true, false));
    }

    @Test
    void shouldEndEqualWhenRowsOfTextKeysGoFromTableToTableWhileTheyAreLoaded() {
        Seeds.forEach(20, random -> load(random, true, true));
    }

    private void load(Random random, boolean doRowsMove, boolean hasTextKey) {
        ModelRig rig = rig(random, hasTextKey, Step.STRUCTURE, Step.FULL, Step.INCREMENTAL);
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
            rig.open();
            int steps = random.nextInt(300);
            for (int i = 0; i < steps; i++) {
                rig.step(true);
            }
            rig.crash(random.nextInt(3) == 0);
        }
        rig.open();
        rig.drain();
        assertEqual(rig);
    }
}
