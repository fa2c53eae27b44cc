package io.millrace.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.pipeline.ModelSource.Change;
import io.millrace.pipeline.ModelSource.ModelRow;
import io.millrace.pipeline.ModelSource.Transaction;
import io.millrace.schema.TableId;
import io.millrace.task.Step;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every change a row, against the history: over kills, lost logs and outages, each once, and those of a key in order. */
class AppendModelTest {
    @TempDir
    Path directory;

    private int runs;

    private record Key(TableId table, Object key) {}

    @Test
    void shouldWriteEachChangeOnceAndThoseOfAKeyInOrder() {
        Seeds.forEach(15, random -> {
            ModelRig rig = rig(random, Step.STRUCTURE, Step.INCREMENTAL);
            live(rig);
            assertEquals(byKey(changes(rig.source)), byKey(rig.target.appended));
            assertTrue(rig.counters().conserve(), () -> rig.counters().toString());
            assertEquals(rig.counters().changesIn(), rig.counters().applied());
        });
    }

    @Test
    void shouldWriteWhatTheLoadDoesNotShowBehindIt() {
        Seeds.forEach(15, random -> {
            ModelRig rig = rig(random, Step.STRUCTURE, Step.FULL, Step.INCREMENTAL);
            live(rig);
            Map<Key, List<String>> history = byKey(changes(rig.source));
            Map<Key, List<String>> rows = byKey(rig.target.appended);
            history.forEach((key, ofKey) -> assertShows(rig, key, ofKey, rows.getOrDefault(key, List.of())));
            Set<Key> unknown = new HashSet<>(rows.keySet());
            unknown.removeAll(history.keySet());
            assertEquals(Set.of(), unknown);
            assertTrue(rig.counters().conserve(), () -> rig.counters().toString());
        });
    }

    /** The loaded row first, if there is one, then the last changes without a gap, and at the end what the source has. */
    private static void assertShows(ModelRig rig, Key key, List<String> history, List<String> rows) {
        int loaded = !rows.isEmpty() && rows.get(0).startsWith("load ") ? 1 : 0;
        List<String> followed = rows.subList(loaded, rows.size());
        assertTrue(followed.size() <= history.size(), () -> key + ": " + rows);
        assertEquals(history.subList(history.size() - followed.size(), history.size()), followed, key.toString());
        ModelRow there = rig.source.tables.get(key.table()).rows.get(key.key());
        String last = rows.isEmpty() ? "delete" : rows.get(rows.size() - 1);
        String state = last.startsWith("delete") ? "" : last.split(" ")[1] + " " + last.split(" ")[2];
        assertEquals(there == null ? "" : there.number() + " " + there.text(), state, key.toString());
    }

    private static void live(ModelRig rig) {
        Random random = rig.random;
        rig.target.failures = 0.02;
        rig.open();
        for (int life = 0; life < 4; life++) {
            int steps = random.nextInt(300);
            for (int i = 0; i < steps; i++) {
                rig.step(true);
            }
            rig.crash(random.nextInt(3) == 0);
            if (random.nextBoolean()) {
                rig.lanes(1 + random.nextInt(4));
            }
            rig.open();
        }
        rig.drain();
    }

    private ModelRig rig(Random random, Step first, Step... others) {
        ModelRig rig = new ModelRig(random, directory.resolve("run-" + runs++));
        rig.add(new ModelTable("orders", false, 40));
        rig.add(new ModelTable("codes", true, 10));
        rig.task = ModelRig.task(1 + random.nextInt(4), first, others);
        rig.append();
        for (int i = 0; i < 40; i++) {
            rig.source.mutate(6);
        }
        rig.source.settleAll();
        return rig;
    }

    private static List<ModelTarget.Appended> changes(ModelSource source) {
        List<ModelTarget.Appended> rows = new ArrayList<>();
        for (Transaction transaction : source.history) {
            for (int i = 0; i < transaction.changes().size(); i++) {
                Change change = transaction.changes().get(i);
                boolean isMove = change.before() != null
                        && change.after() != null
                        && !change.before().key().equals(change.after().key());
                if (change.after() == null || isMove) {
                    rows.add(row("delete", change, change.before(), transaction, i));
                }
                if (change.after() != null) {
                    rows.add(
                            row(change.before() == null ? "insert" : "update", change, change.after(), transaction, i));
                }
            }
        }
        return rows;
    }

    private static ModelTarget.Appended row(
            String operation, Change change, ModelRow row, Transaction transaction, int ordinal) {
        return new ModelTarget.Appended(change.table().schema().table(), row, operation, transaction.number(), ordinal);
    }

    private static Map<Key, List<String>> byKey(List<ModelTarget.Appended> rows) {
        Map<Key, List<String>> byKey = new TreeMap<>(Comparator.comparing(Key::toString));
        rows.forEach(row -> byKey.computeIfAbsent(new Key(row.table(), row.row().key()), key -> new ArrayList<>())
                .add(row.text()));
        return byKey;
    }
}
