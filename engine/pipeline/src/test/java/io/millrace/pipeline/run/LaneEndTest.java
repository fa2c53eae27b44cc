package io.millrace.pipeline.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.lane.Follower;
import io.millrace.pipeline.ModelRig;
import io.millrace.pipeline.ModelTable;
import io.millrace.task.Step;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lanes that are told to end at any moment, by another thread. */
class LaneEndTest {
    @TempDir
    Path directory;

    /** It had asked whether to write its checkpoint, and then asked whether to end: the others waited at its place, for a minute. */
    @Test
    void shouldMeetAtOneIndexWhenOneIsToldToEndInTheMidstOfAStep() {
        ModelRig rig = new ModelRig(new Random(7), directory.resolve("data"));
        rig.add(new ModelTable("orders", false, 40));
        rig.task = ModelRig.task(2, Step.STRUCTURE, Step.INCREMENTAL);
        rig.open();
        for (int i = 0; i < 5; i++) {
            rig.source.mutate(4);
        }
        rig.source.pump(rig.sink, 5, false);
        rig.log.sync();
        step(rig);
        rig.sink.heartbeat(rig.sink.position(), 0);
        rig.log.sync();
        step(rig); // lanes are further than their checkpoints
        LayoutChange end = LayoutChange.ofEnding(rig.session.lanes());
        rig.beforeTime = Optional.of(() -> rig.session.lanes().forEach(lane -> lane.finish(0)));
        step(rig);
        assertTrue(rig.beforeTime.isEmpty(), "a lane asked for the time");
        for (int i = 0; i < 100 && !end.hasMet(); i++) {
            step(rig);
            end.doWork();
        }
        assertTrue(
                end.hasMet(),
                () -> "lanes: "
                        + rig.session.lanes().stream().map(Follower::status).toList());
        assertEquals(
                1,
                rig.session.lanes().stream()
                        .map(lane -> lane.status().committed().logIndex())
                        .distinct()
                        .count());
    }

    private static void step(ModelRig rig) {
        for (int i = 0; i < 20; i++) {
            rig.session.lanes().forEach(Follower::doWork);
        }
    }
}
