package io.millrace.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.lane.Follower;
import io.millrace.pipeline.ModelSource.ModelRow;
import io.millrace.pipeline.run.Progress;
import io.millrace.task.Step;
import io.millrace.writer.Checkpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a lane does where the target does not do as it is told. */
class LaneFaultsTest {
    @TempDir
    Path directory;

    private final ModelTable orders = new ModelTable("orders", false, 40);
    private ModelRig rig;

    @BeforeEach
    void stream() {
        rig = new ModelRig(new Random(5), directory.resolve("data"));
        rig.add(orders);
        rig.task = ModelRig.task(2, Step.STRUCTURE, Step.INCREMENTAL);
        rig.open();
    }

    private void mutate(int transactions) {
        for (int i = 0; i < transactions; i++) {
            rig.source.mutate(4);
        }
        rig.source.pump(rig.sink, transactions, false);
        rig.log.sync();
    }

    private void stepLanes(int steps) {
        stepLanes(1_000_000_000L, steps);
    }

    private void stepLanes(long nanosBetween, int steps) {
        for (int i = 0; i < steps; i++) {
            rig.nanos += nanosBetween;
            rig.session.lanes().forEach(Follower::doWork);
        }
    }

    @Test
    void shouldStopForGoodWhenAnotherProcessTookOver() {
        mutate(5);
        stepLanes(20);
        rig.target.control().takeOver();
        mutate(5);
        MillraceException fenced = assertThrows(MillraceException.class, () -> stepLanes(20));
        assertEquals(ErrorCode.TARGET_FENCED, fenced.code());
    }

    @Test
    void shouldAskTheCheckpointAndNotRepeatWhenTheCommitWasCutBehind() {
        mutate(10);
        rig.target.failuresBehindCommits = 3;
        stepLanes(50);
        assertEquals(Optional.empty(), rig.difference());
        assertEquals(0, rig.target.failuresBehindCommits);
        assertEquals(0, rig.target.healed + rig.target.missing + rig.target.fellBack);
    }

    @Test
    void shouldWaitForTheTargetAndSayItWhenItIsOut() {
        mutate(5);
        rig.target.isOut = true;
        stepLanes(40);
        List<Follower> waiting = rig.session.lanes().stream()
                .filter(lane -> !lane.status().outage().isEmpty())
                .toList();
        assertFalse(waiting.isEmpty());
        assertTrue(waiting.get(0).status().outageSinceMillis() > 0);
        assertTrue(waiting.get(0).status().oldestCommitMicros() > 0);
        rig.target.isOut = false;
        stepLanes(60);
        assertEquals(Optional.empty(), rig.difference());
        assertTrue(rig.session.lanes().stream()
                .allMatch(lane -> lane.status().outage().isEmpty()));
    }

    /** A target that stands still, with its connections open: nothing fails for minutes, and the status says it at once. */
    @Test
    void shouldSaySinceWhenWhenTheTargetDoesNotAnswer() {
        mutate(5);
        List<String> said = new ArrayList<>();
        rig.target.whileApplying = () -> {
            said.add(Progress.standstill(rig.session.lanes(), rig.nanos / 1_000_000));
            rig.nanos += 11_000_000_000L;
            said.add(Progress.standstill(rig.session.lanes(), rig.nanos / 1_000_000));
        };
        stepLanes(20);
        assertEquals("", said.get(0));
        assertTrue(said.get(1).startsWith("target has not answered since 1970-01-01T00:00:"), said.get(1));
        rig.target.whileApplying = () -> {};
        stepLanes(5);
        assertEquals("", Progress.standstill(rig.session.lanes(), rig.nanos / 1_000_000));
    }

    @Test
    void shouldCheckpointNothingWhenARowCannotBeWritten() {
        mutate(5);
        List<Checkpoint> before = List.copyOf(rig.target.checkpoints);
        rig.target.isDirty = true;
        MillraceException dirty = assertThrows(MillraceException.class, () -> stepLanes(20));
        assertEquals(ErrorCode.DIRTY_LIMIT, dirty.code());
        assertTrue(dirty.getMessage().contains("lane="), dirty.getMessage());
        assertEquals(before, rig.target.checkpoints);
    }

    @Test
    void shouldHealAndCountWhenRowsAreMissingAtTheTarget() {
        mutate(30);
        stepLanes(30);
        List<ModelRow> rows = orders.list();
        rig.target.tables.get(orders.schema().table()).remove(rows.get(0).key());
        rig.target.tables.get(orders.schema().table()).remove(rows.get(1).key());
        rig.source.change(orders, rows.get(0), new ModelRow(rows.get(0).key(), -1, "healed"));
        rig.source.change(orders, rows.get(1), null);
        rig.source.pump(rig.sink, 10, false);
        rig.log.sync();
        stepLanes(20);
        rig.session.lanes().forEach(lane -> lane.finish(0));
        stepLanes(20);
        assertEquals(Optional.empty(), rig.difference());
        assertEquals(1, rig.target.healed);
        assertEquals(1, rig.target.missing);
        mutate(20);
        rig.crash(false);
        rig.open();
        rig.drain();
        assertEquals(2, rig.counters().missingRows());
    }

    @Test
    void shouldWriteItsCheckpointWhenItPassesOnlyRowsOfOthers() {
        ModelRow row = new ModelRow(1L, 1, "one");
        rig.source.change(orders, null, row);
        for (int i = 0; i < 20; i++) {
            ModelRow next = new ModelRow(1L, i, "again");
            rig.source.change(orders, row, next);
            row = next;
        }
        rig.source.pump(rig.sink, 30, false);
        rig.log.sync();
        stepLanes(30);
        long end = rig.log.durableIndex();
        for (Follower lane : rig.session.lanes()) {
            assertEquals(end, lane.status().committed().logIndex(), "lane " + lane.status());
        }
        rig.session.retain();
        assertEquals(end, rig.log.retained());
    }

    /** Otherwise a log passes no more than its size in each interval of idle checkpoints. */
    @Test
    void shouldWriteItsCheckpointAtOnceWhenTheLogIsFull() {
        rig.source.change(orders, null, new ModelRow(1L, 1, "one"));
        rig.source.pump(rig.sink, 2, false);
        rig.log.sync();
        stepLanes(0, 30);
        rig.session.retain();
        assertTrue(rig.log.retained() < rig.log.durableIndex());

        rig.log.full(true);
        stepLanes(0, 30);
        rig.session.retain();
        assertEquals(rig.log.durableIndex(), rig.log.retained());
    }

    @Test
    void shouldRefuseByNameWhenARowsShapeIsNotAsPlanned() {
        ModelTable wider = new ModelTable("orders", true, 40);
        rig.source.change(wider, null, new ModelRow("k1", 1, "one"));
        rig.source.pump(rig.sink, 10, false);
        rig.log.sync();
        MillraceException changed = assertThrows(MillraceException.class, () -> stepLanes(20));
        assertEquals(ErrorCode.SCHEMA_MISMATCH, changed.code());
        assertTrue(changed.getMessage().contains("table=shop.orders, column=id, type=TEXT"), changed.getMessage());
    }
}
