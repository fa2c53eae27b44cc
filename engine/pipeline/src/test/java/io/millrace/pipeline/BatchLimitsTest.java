package io.millrace.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.lane.Follower;
import io.millrace.pipeline.ModelSource.ModelRow;
import io.millrace.task.DeliverySpec;
import io.millrace.task.ResourceSpec;
import io.millrace.task.StartPosition;
import io.millrace.task.Step;
import io.millrace.task.TaskSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a lane's batch goes to the target: by rows, by bytes, by age, and at once where nothing more is to be read. */
class BatchLimitsTest {
    private static final long MILLI = 1_000_000L;
    private static final int TRANSACTIONS = 100;

    @TempDir
    Path directory;

    private final ModelTable orders = new ModelTable("orders", false, 1_000);
    private ModelRig rig;

    /** A lane before a hundred transactions of a row each, in documents of their own. */
    private Follower lane(Duration flushInterval, int batchRows, long batchBytes) {
        rig = new ModelRig(new Random(5), directory);
        rig.add(orders);
        rig.task = TaskSpec.builder("model")
                .source("a")
                .target("b")
                .tables("shop.*")
                .steps(Step.STRUCTURE, Step.INCREMENTAL)
                .start(new StartPosition.Earliest())
                .delivery(new DeliverySpec(flushInterval, batchRows, batchBytes))
                .resources(ResourceSpec.defaults().withWriteConcurrency(1))
                .build();
        rig.open();
        for (long key = 0; key < TRANSACTIONS; key++) {
            rig.source.change(orders, null, new ModelRow(key, key, "x".repeat(1_000)));
            rig.source.pump(rig.sink, 1, false);
            rig.log.sync();
        }
        rig.target.applies = 0;
        return rig.session.lanes().get(0);
    }

    private void stepToTheEnd(Follower lane) {
        for (int i = 0; i < 1_000 && rig.difference().isPresent(); i++) {
            lane.doWork();
        }
        assertEquals(Optional.empty(), rig.difference());
    }

    @Test
    void shouldWriteSoManyRowsAtATime() {
        stepToTheEnd(lane(Duration.ofHours(1), 7, 1 << 30));
        assertEquals((TRANSACTIONS + 6) / 7, rig.target.applies);
    }

    @Test
    void shouldWriteSoManyBytesAtATime() {
        stepToTheEnd(lane(Duration.ofHours(1), 1_000_000, 9_500));
        assertEquals((TRANSACTIONS + 8) / 9, rig.target.applies, "nine rows of a kilobyte, with their heads");
    }

    @Test
    void shouldWriteAllAtOnceWhenNothingMoreIsToBeRead() {
        stepToTheEnd(lane(Duration.ofHours(1), 1_000_000, 1 << 30));
        assertEquals(1, rig.target.applies);
    }

    @Test
    void shouldWriteWhatIsOldThoughMoreIsToBeRead() {
        Follower lane = lane(Duration.ofMillis(200), 1_000_000, 1 << 30);
        lane.doWork();
        assertEquals(0, rig.target.applies, "a step reads as much as it may");
        rig.nanos += 200 * MILLI;
        lane.doWork();
        assertEquals(1, rig.target.applies);
        int written = rig.target.tables.get(orders.schema().table()).size();
        assertTrue(written > 1 && written < TRANSACTIONS, "what one step had read: rows=" + written);
        stepToTheEnd(lane);
        assertEquals(2, rig.target.applies);
    }
}
