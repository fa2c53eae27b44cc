package io.millrace.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.lane.Follower;
import io.millrace.task.Consistency;
import io.millrace.task.Step;
import io.millrace.writer.Counters;
import io.millrace.writer.StructureItem;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionModelTest {
    @TempDir
    Path directory;

    private int runs;

    private ModelRig rig(Random random) {
        ModelRig rig = new ModelRig(random, directory.resolve("run-" + runs++));
        rig.add(new ModelTable("orders", false, 40));
        rig.add(new ModelTable("customers", false, 12));
        rig.add(new ModelTable("codes", true, 10));
        return rig;
    }

    private static void mutate(ModelRig rig, int transactions) {
        for (int i = 0; i < transactions; i++) {
            rig.source.mutate(6);
        }
        rig.source.settleAll();
    }

    private static void endEqual(ModelRig rig) {
        rig.open();
        rig.drain();
        assertEqual(rig);
    }

    private static void assertEqual(ModelRig rig) {
        assertEquals(Optional.empty(), rig.difference());
        Counters counters = rig.counters();
        assertTrue(counters.conserve(), () -> counters.toString());
        assertEquals(0, rig.session.inFlight(rig.session.inflows(), rig.sink.rows()));
    }

    @Test
    void shouldEndEqualWhenStreamedFromTheBeginning() {
        Seeds.forEach(10, random -> {
            ModelRig rig = rig(random);
            rig.task = ModelRig.task(1 + random.nextInt(4), Step.STRUCTURE, Step.INCREMENTAL);
            rig.live(400);
            rig.drain();
            assertEqual(rig);
            long changes = rig.source.changes();
            assertEquals(changes, rig.counters().changesIn());
            assertEquals(changes, rig.counters().applied());
            assertEquals(0, rig.target.healed + rig.target.missing + rig.target.fellBack);
            assertEquals(0, rig.counters().missingRows());
        });
    }

    @Test
    void shouldEndEqualWhenLoadedBesideTheStream() {
        Seeds.forEach(25, random -> {
            ModelRig rig = rig(random);
            mutate(rig, 60);
            rig.task = ModelRig.task(1 + random.nextInt(4), Step.STRUCTURE, Step.FULL, Step.INCREMENTAL);
            rig.live(600);
            rig.drain();
            assertEqual(rig);
            assertEquals(0, rig.counters().missingRows());
        });
    }

    /** EXACTNESS 40. */
    @Test
    void shouldMakeKeysWhenEveryLaneHasPassedTheLoadsEnd() {
        Seeds.forEach(20, random -> {
            ModelRig rig = rig(random);
            mutate(rig, 60);
            rig.task = ModelRig.task(1 + random.nextInt(4), Step.STRUCTURE, Step.FULL, Step.INCREMENTAL);
            rig.open();
            StructureItem key = new StructureItem(
                    StructureItem.Kind.UNIQUE,
                    rig.target.tables.firstKey(),
                    "n",
                    List.of("n"),
                    Optional.empty(),
                    false);
            rig.target.pending.add(key);
            rig.target.whileMaking = () -> assertTrue(rig.session.gate().haveAllPassed(), "a lane is before the end");
            for (int i = 0; i < 600; i++) {
                rig.step(true);
            }
            rig.drain();
            assertEqual(rig);
            assertEquals(List.of(key), rig.target.made);
        });
    }

    @Test
    void shouldEndEqualWhenCrashedAndCutAtAnyMoment() {
        Seeds.forEach(37, random -> {
            ModelRig rig = rig(random);
            mutate(rig, 60);
            rig.task = ModelRig.task(1 + random.nextInt(4), Step.STRUCTURE, Step.FULL, Step.INCREMENTAL);
            rig.target.failures = 0.03;
            rig.source.isFailing = true;
            for (int life = 0; life < 6; life++) {
                rig.live(random.nextInt(300));
                rig.crash(random.nextInt(3) == 0);
            }
            endEqual(rig);
        });
    }

    @Test
    void shouldApplyNothingTwiceWhenTheLogIsLostInHalfATransaction() {
        Seeds.forEach(25, random -> {
            ModelRig rig = rig(random);
            rig.task = ModelRig.task(1 + random.nextInt(4), Step.STRUCTURE, Step.INCREMENTAL);
            rig.target.failures = 0.02;
            for (int life = 0; life < 5; life++) {
                rig.live(150);
                rig.crash(true);
            }
            endEqual(rig);
            // Strictly once: an insert that met its row, a delete or an update that met none would be a repetition or a
            // loss.
            assertEquals(0, rig.target.healed + rig.target.missing + rig.target.fellBack);
            long changes = rig.source.changes();
            assertEquals(changes, rig.counters().changesIn());
        });
    }

    /** EXACTNESS 23. */
    @Test
    void shouldApplyNothingTwiceWhenLanesChangeTheirNumber() {
        Seeds.forEach(20, random -> {
            ModelRig rig = rig(random);
            rig.task = ModelRig.task(1 + random.nextInt(4), Step.STRUCTURE, Step.INCREMENTAL);
            rig.target.failures = 0.02;
            for (int life = 0; life < 5; life++) {
                rig.live(150);
                rig.crash(random.nextBoolean());
                rig.lanes(1 + random.nextInt(4));
            }
            endEqual(rig);
            assertEquals(rig.task.resources().writeConcurrency(), rig.target.checkpoints.size());
            assertEquals(0, rig.target.healed + rig.target.missing + rig.target.fellBack);
            long changes = rig.source.changes();
            assertEquals(changes, rig.counters().changesIn());
        });
    }

    @Test
    void shouldEndEqualWhenTiedRowsAreReordered() {
        Seeds.forEach(10, random -> {
            ModelRig rig = rig(random);
            if (random.nextBoolean()) {
                sendPartial(rig, random.nextBoolean());
            }
            rig.source.tables.keySet().forEach(rig.target.tied::add);
            rig.task = ModelRig.task(
                    1 + random.nextInt(4),
                    random.nextBoolean() ? Consistency.TRANSACTION : Consistency.ROW,
                    Step.STRUCTURE,
                    Step.INCREMENTAL);
            rig.target.failures = 0.02;
            for (int life = 0; life < 3; life++) {
                rig.live(150);
                rig.crash(random.nextBoolean());
            }
            endEqual(rig);
            assertEquals(0, rig.target.healed + rig.target.missing);
        });
    }

    /** EXACTNESS 25. */
    @Test
    void shouldKeepTheSourcesOrderWhenTablesAreTied() {
        Seeds.forEach(10, random -> {
            ModelRig rig = rig(random);
            rig.source.tables.keySet().forEach(rig.target.tied::add);
            rig.task = ModelRig.task(1 + random.nextInt(4), Step.STRUCTURE, Step.INCREMENTAL);
            rig.target.failures = 0.02;
            rig.target.isRecording = true;
            for (int life = 0; life < 4; life++) {
                rig.live(150);
                rig.crash(random.nextBoolean());
            }
            endEqual(rig);
            assertEquals(rig.source.statements(), rig.target.statements);
        });
    }

    private static void sendPartial(ModelRig rig, boolean hasPartialMoves) {
        for (ModelTable table : rig.source.tables.values()) {
            table.partialUpdates = 0.6;
            table.hasPartialMoves = hasPartialMoves;
        }
    }

    @Test
    void shouldEndWhenAskedWhileRowsAreLacking() {
        Seeds.forEach(40, random -> {
            ModelRig rig = rig(random);
            sendPartial(rig, true);
            mutate(rig, 40);
            rig.task = ModelRig.task(1 + random.nextInt(4), Step.STRUCTURE, Step.FULL, Step.INCREMENTAL);
            for (int life = 0; life < 2; life++) {
                rig.live(random.nextInt(400));
                rig.finish();
                assertTrue(rig.session.lanes().stream().allMatch(Follower::isFinished), "life=" + life);
                rig.crash(false);
                rig.lanes(1 + random.nextInt(4));
            }
            endEqual(rig);
        });
    }

    @Test
    void shouldRestWhenThereIsNothingToApplyForAMinute() {
        Seeds.forEach(3, random -> {
            ModelRig rig = rig(random);
            rig.task = ModelRig.task(3, Step.STRUCTURE, Step.FULL, Step.INCREMENTAL);
            rig.open();
            mutate(rig, 40);
            rig.drain();
            rig.target.rests = 0;
            for (int i = 0; i < 5; i++) {
                rig.nanos += 61_000_000_000L;
                rig.session.lanes().forEach(Follower::doWork);
            }
            assertEquals(3, rig.target.rests, "each lane once");
            mutate(rig, 40);
            rig.drain();
            assertEqual(rig);
        });
    }

    /** EXACTNESS 24. */
    @Test
    void shouldEndEqualWhenUpdatesLackColumnsAndLanesMeetOverKeys() {
        Seeds.forEach(37, random -> {
            ModelRig rig = rig(random);
            sendPartial(rig, true);
            rig.task = ModelRig.task(1 + random.nextInt(4), Step.STRUCTURE, Step.INCREMENTAL);
            rig.target.failures = 0.02;
            for (int life = 0; life < 5; life++) {
                rig.live(200);
                rig.crash(random.nextBoolean());
                rig.lanes(1 + random.nextInt(4));
            }
            endEqual(rig);
            assertEquals(0, rig.target.healed + rig.target.missing + rig.target.fellBack);
            long changes = rig.source.changes();
            assertEquals(changes, rig.counters().changesIn());
            assertEquals(changes, rig.counters().applied());
        });
    }

    @Test
    void shouldEndEqualWhenUpdatesLackColumnsBesideALoad() {
        Seeds.forEach(30, random -> {
            ModelRig rig = rig(random);
            sendPartial(rig, false);
            mutate(rig, 60);
            rig.task = ModelRig.task(1 + random.nextInt(4), Step.STRUCTURE, Step.FULL, Step.INCREMENTAL);
            rig.target.failures = 0.02;
            rig.source.isFailing = true;
            for (int life = 0; life < 4; life++) {
                rig.live(random.nextInt(300));
                rig.crash(random.nextInt(3) == 0);
            }
            endEqual(rig);
        });
    }

    @Test
    void shouldKeepTheSourcesOrderWhenTablesAreTiedAndUpdatesLackColumns() {
        Seeds.forEach(10, random -> {
            ModelRig rig = rig(random);
            sendPartial(rig, true);
            rig.source.tables.keySet().forEach(rig.target.tied::add);
            rig.task = ModelRig.task(1 + random.nextInt(4), Step.STRUCTURE, Step.INCREMENTAL);
            rig.target.failures = 0.02;
            rig.target.isRecording = true;
            for (int life = 0; life < 3; life++) {
                rig.live(150);
                rig.crash(random.nextBoolean());
            }
            endEqual(rig);
            assertEquals(rig.source.statements(), rig.target.statements);
        });
    }

    /** EXACTNESS 39. */
    @Test
    void shouldReadRowsAgainWhenKeysChangeWithoutWholeRowsBesideALoad() {
        long[] read = new long[1];
        Seeds.forEach(40, random -> {
            ModelRig rig = rig(random);
            sendPartial(rig, true);
            mutate(rig, 40);
            rig.task = ModelRig.task(1 + random.nextInt(4), Step.STRUCTURE, Step.FULL, Step.INCREMENTAL);
            rig.target.failures = 0.02;
            rig.source.isFailing = true;
            for (int life = random.nextInt(3); life > 0; life--) {
                rig.live(random.nextInt(300));
                read[0] += rig.source.rowsRead;
                rig.crash(random.nextInt(3) == 0);
            }
            rig.live(300);
            rig.drain();
            assertEqual(rig);
            assertTrue(rig.counters().conserve(), () -> rig.counters().toString());
            assertEquals(0, rig.counters().missingRows(), "behind the load's end nothing is missing");
            read[0] += rig.source.rowsRead;
        });
        assertTrue(read[0] > 0, "rows read again: " + read[0]);
    }

    @Test
    void shouldEndEqualWhenTransactionsLieOpenBesideOthers() {
        Seeds.forEach(25, random -> {
            ModelRig rig = rig(random);
            rig.source.doesChain = true;
            rig.task = ModelRig.task(1 + random.nextInt(4), Step.STRUCTURE, Step.INCREMENTAL);
            rig.target.failures = 0.02;
            for (int life = 0; life < 5; life++) {
                rig.live(150);
                rig.crash(random.nextInt(3) == 0);
                if (random.nextBoolean()) {
                    rig.lanes(1 + random.nextInt(4));
                }
            }
            endEqual(rig);
            assertEquals(0, rig.target.healed + rig.target.missing + rig.target.fellBack);
            long changes = rig.source.changes();
            assertEquals(changes, rig.counters().changesIn());
        });
    }

    @Test
    void shouldEndEqualWhenLoadedBesideOpenTransactions() {
        Seeds.forEach(10, random -> {
            ModelRig rig = rig(random);
            rig.source.doesChain = true;
            mutate(rig, 60);
            rig.task = ModelRig.task(1 + random.nextInt(4), Step.STRUCTURE, Step.FULL, Step.INCREMENTAL);
            for (int life = 0; life < 3; life++) {
                rig.live(200);
                rig.crash(random.nextInt(3) == 0);
            }
            endEqual(rig);
        });
    }

    /** EXACTNESS 25: a batch ends at a source commit. */
    @Test
    void shouldKeepTheSourcesOrderWhenTiedTransactionsLieOpen() {
        Seeds.forEach(10, random -> {
            ModelRig rig = rig(random);
            rig.source.doesChain = true;
            rig.source.tables.keySet().forEach(rig.target.tied::add);
            rig.task = ModelRig.task(1 + random.nextInt(4), Step.STRUCTURE, Step.INCREMENTAL);
            rig.target.failures = 0.02;
            rig.target.isRecording = true;
            for (int life = 0; life < 4; life++) {
                rig.live(150);
                rig.crash(random.nextBoolean());
            }
            endEqual(rig);
            assertEquals(rig.source.statements(), rig.target.statements);
        });
    }
}
