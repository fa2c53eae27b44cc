package io.millrace.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.pipeline.ModelSource.Change;
import io.millrace.pipeline.ModelSource.ModelRow;
import io.millrace.schema.TableId;
import io.millrace.task.ChangePolicy;
import io.millrace.task.DeletePolicy;
import io.millrace.task.DmlSpec;
import io.millrace.task.Step;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policies for row changes, against a plain reading of the history, one change after the other. {@code -Dseeds=} asks for more. */
class PolicyModelTest {
    private static final String FILTER = "n % 3 <> 0";

    private enum Policy {
        NORMAL,
        IGNORE,
        FILTER;

        ChangePolicy asChange() {
            return switch (this) {
                case NORMAL -> ChangePolicy.NORMAL;
                case IGNORE -> ChangePolicy.IGNORE;
                case FILTER -> ChangePolicy.where(PolicyModelTest.FILTER);
            };
        }
    }

    private record Policies(Policy insert, Policy update, Policy delete, boolean marksDeletes) {
        /** With inserts dropped, a change of a key to one that stands there all the same is a dirty row: so all else comes through. */
        static Policies of(Random random) {
            Policy insert = any(random);
            if (insert != Policy.NORMAL) {
                return new Policies(insert, Policy.NORMAL, Policy.NORMAL, false);
            }
            Policy delete = any(random);
            boolean marksDeletes = delete != Policy.IGNORE && random.nextInt(3) > 0;
            return new Policies(insert, any(random), delete, marksDeletes);
        }

        private static Policy any(Random random) {
            return switch (random.nextInt(3)) {
                case 0 -> Policy.NORMAL;
                case 1 -> Policy.IGNORE;
                default -> Policy.FILTER;
            };
        }

        DmlSpec dml() {
            DeletePolicy deletes = marksDeletes ? DeletePolicy.logical("is_deleted") : DeletePolicy.NORMAL;
            deletes = switch (delete) {
                case NORMAL -> deletes;
                case IGNORE -> DeletePolicy.IGNORE;
                case FILTER -> deletes.where(FILTER);
            };
            return DmlSpec.UNSAID
                    .withInserts(insert.asChange())
                    .withUpdates(update.asChange())
                    .withDeletes(deletes);
        }

        boolean doesBringAll() {
            return insert == Policy.NORMAL && update == Policy.NORMAL;
        }

        Policy of(Change change) {
            return switch (change.operation()) {
                case INSERT -> insert;
                case UPDATE -> update;
                case DELETE -> delete;
            };
        }
    }

    @TempDir
    Path directory;

    private int runs;

    @Test
    void shouldBeWhatThePoliciesMakeOfEachChangeInTurn() {
        Seeds.forEach(20, random -> {
            Policies policies = Policies.of(random);
            ModelRig rig = rig(random);
            rig.dml(policies.dml());
            boolean isQuiet = random.nextBoolean();
            rig.target.failures = 0.02;
            rig.open();
            for (int life = 0; !isQuiet && life < 3; life++) {
                int steps = random.nextInt(300);
                for (int i = 0; i < steps; i++) {
                    rig.step(true);
                }
                rig.crash(random.nextInt(3) == 0);
                rig.open();
            }
            rig.drain();
            if (isQuiet) {
                assertEquals(Optional.empty(), rig.difference());
            } else if (policies.doesBringAll()) {
                assertHasAll(rig);
            }
            Map<TableId, NavigableMap<Object, ModelRow>> expected = new HashMap<>();
            rig.target.tables.forEach((table, rows) -> expected.put(table, new TreeMap<>(rows)));
            Map<TableId, Set<Object>> marked = new HashMap<>();
            rig.target.marks.forEach((table, keys) -> marked.put(table, new TreeSet<>(keys)));
            int before = rig.source.history.size();
            long ignored = rig.counters().ignored(); // the stream begins a little before the load
            long filtered = rig.counters().filtered();
            rig.target.failures = 0.02;
            for (int life = 0; life < 3; life++) {
                for (int i = 0; i < 150; i++) {
                    rig.step(true);
                }
                rig.crash(random.nextInt(3) == 0);
                rig.open();
            }
            rig.drain();

            for (int i = before; i < rig.source.history.size(); i++) {
                for (Change change : rig.source.history.get(i).changes()) {
                    NavigableMap<Object, ModelRow> rows =
                            expected.get(change.table().schema().table());
                    Policy policy = policies.of(change);
                    ModelRow judged = change.after() == null ? change.before() : change.after();
                    if (policy == Policy.IGNORE) {
                        ignored++;
                    } else if (policy == Policy.FILTER && judged.number() % 3 == 0) {
                        filtered++;
                    } else {
                        apply(
                                rows,
                                marked.get(change.table().schema().table()),
                                change,
                                policies.insert() != Policy.NORMAL,
                                policies.marksDeletes());
                    }
                }
            }
            expected.forEach((table, rows) -> assertEquals(rows, rig.target.tables.get(table), table.toString()));
            assertEquals(marked, rig.target.marks);
            assertEquals(ignored, rig.counters().ignored());
            assertEquals(filtered, rig.counters().filtered());
            assertTrue(rig.counters().conserve(), () -> rig.counters().toString());
            assertEquals(0, rig.session.inFlight(rig.session.inflows(), rig.sink.rows()));
        });
    }

    /** Rows that the source deleted behind the load's end may be there as well. */
    private static void assertHasAll(ModelRig rig) {
        rig.source.tables.values().forEach(table -> {
            NavigableMap<Object, ModelRow> there =
                    rig.target.tables.get(table.schema().table());
            table.rows.forEach((key, row) -> assertEquals(row, there.get(key)));
            Set<Object> marked = rig.target.marks.get(table.schema().table());
            assertTrue(table.rows.keySet().stream().noneMatch(marked::contains), "a row of the source is marked");
        });
    }

    private ModelRig rig(Random random) {
        ModelRig rig = new ModelRig(random, directory.resolve("run-" + runs++));
        rig.add(new ModelTable("orders", false, 40));
        rig.add(new ModelTable("codes", true, 10));
        if (random.nextInt(4) == 0) {
            rig.source.tables.keySet().forEach(rig.target.tied::add);
        }
        for (int i = 0; i < 60; i++) {
            rig.source.mutate(6);
        }
        rig.source.settleAll();
        rig.task = ModelRig.task(1 + random.nextInt(4), Step.STRUCTURE, Step.FULL, Step.INCREMENTAL);
        return rig;
    }

    private static void apply(
            NavigableMap<Object, ModelRow> rows,
            Set<Object> marked,
            Change change,
            boolean makesNoRow,
            boolean marksDeletes) {
        if (change.after() == null && marksDeletes) {
            if (rows.containsKey(change.before().key())) {
                marked.add(change.before().key());
            }
            return;
        }
        if (change.before() != null) {
            marked.remove(change.before().key());
        }
        if (change.after() != null) {
            marked.remove(change.after().key());
        }
        boolean isThere = change.before() != null && rows.remove(change.before().key()) != null;
        boolean isInsert = change.before() == null;
        if (change.after() != null && (isInsert || isThere || !makesNoRow)) {
            rows.put(change.after().key(), change.after());
        }
    }
}
