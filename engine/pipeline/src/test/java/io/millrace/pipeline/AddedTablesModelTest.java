package io.millrace.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.pipeline.ModelSource.Change;
import io.millrace.pipeline.ModelSource.ModelRow;
import io.millrace.schema.TableId;
import io.millrace.task.DmlSpec;
import io.millrace.task.ResourceSpec;
import io.millrace.task.TablePattern;
import io.millrace.task.TableRule;
import io.millrace.task.TableRules;
import io.millrace.task.TaskSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tables that come later, in sessions that are opened anew: the target out of reach while they are opened, the log full, and all of it
 * killed at any moment. {@code -Dseeds=} asks for more.
 */
class AddedTablesModelTest {
    @TempDir
    Path directory;

    private int runs;

    @Test
    void shouldEndEqualWhenTablesComeLaterAndSessionsAreKilled() {
        Seeds.forEach(25, random -> {
            ModelRig rig = rig(random);
            rig.source.isFailing = true;
            for (int added = 0; added < 2; added++) {
                live(rig, random);
                rig.add(new ModelTable("later" + added, random.nextBoolean(), 15));
            }
            live(rig, random);
            rig.open();
            rig.drain();
            assertEquals(Optional.empty(), rig.difference());
            assertTrue(rig.counters().conserve(), () -> rig.counters().toString());
            assertEquals(0, rig.session.inFlight(rig.session.inflows(), rig.sink.rows()));
        });
    }

    /** Behind its own load's end, whatever is loaded beside it. */
    @Test
    void shouldGoOnByATablesPoliciesWhileAnotherOneIsLoaded() {
        Seeds.forEach(25, random -> {
            ModelRig rig = rig(random);
            TableId orders = new TableId("shop", "orders");
            rig.task = task(
                    random,
                    TableRule.include(TablePattern.of("shop.orders")).withDml(DmlSpec.UNSAID.withDeletesIgnored(true)));
            rig.open();
            rig.drain();
            assertEquals(Optional.empty(), rig.difference());
            Map<Object, ModelRow> expected = new HashMap<>(rig.target.tables.get(orders));
            int before = rig.source.history.size();

            rig.add(new ModelTable("later", random.nextBoolean(), 15));
            live(rig, random);
            rig.open();
            rig.drain();
            for (ModelSource.Transaction each : rig.source.history.subList(before, rig.source.history.size())) {
                each.changes().stream()
                        .filter(change -> change.table().schema().table().equals(orders))
                        .forEach(change -> apply(expected, change));
            }
            assertEquals(new TreeMap<>(expected), rig.target.tables.get(orders));
            for (ModelTable table : rig.source.tables.values()) {
                NavigableMap<Object, ModelRow> there =
                        rig.target.tables.get(table.schema().table());
                assertTrue(table.schema().table().equals(orders) || table.rows.equals(there), "tables differ");
            }
            assertTrue(rig.counters().conserve(), () -> rig.counters().toString());
        });
    }

    private static void apply(Map<Object, ModelRow> rows, Change change) {
        if (change.after() != null && change.before() != null) {
            rows.remove(change.before().key());
        }
        if (change.after() != null) {
            rows.put(change.after().key(), change.after());
        }
    }

    private ModelRig rig(Random random) {
        ModelRig rig = new ModelRig(random, directory.resolve("run-" + runs++));
        rig.add(new ModelTable("orders", false, 30));
        rig.add(new ModelTable("codes", true, 10));
        for (int i = 0; i < 40; i++) {
            rig.source.mutate(6);
        }
        rig.source.settleAll();
        rig.task = task(random);
        rig.target.openingFailures = 0.2;
        return rig;
    }

    private static TaskSpec task(Random random, TableRule... first) {
        List<TableRule> rules = new ArrayList<>(List.of(first));
        rules.add(TableRule.include(TablePattern.of("shop.*")));
        return TaskSpec.builder("model")
                .source("a")
                .target("b")
                .tables(new TableRules(rules))
                .resources(ResourceSpec.defaults().withReadConcurrency(4).withWriteConcurrency(1 + random.nextInt(4)))
                .build();
    }

    /** A few sessions, each killed or ended. */
    private static void live(ModelRig rig, Random random) {
        rig.target.failures = 0.02;
        for (int life = 0; life < 2; life++) {
            if (rig.session == null) {
                rig.open();
            }
            boolean isLogLost = random.nextInt(3) == 0;
            rig.mostDocuments = isLogLost ? Long.MAX_VALUE : 1 + random.nextInt(20);
            int steps = random.nextInt(200);
            for (int i = 0; i < steps; i++) {
                rig.step(true);
            }
            if (random.nextInt(3) == 0) {
                rig.finish();
            }
            rig.crash(isLogLost);
        }
    }
}
