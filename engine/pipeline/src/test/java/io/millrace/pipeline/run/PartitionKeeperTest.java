package io.millrace.pipeline.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.pipeline.ModelTable;
import io.millrace.pipeline.ModelTarget;
import io.millrace.schema.TableId;
import io.millrace.task.PartitionInterval;
import io.millrace.task.PartitionSpec;
import io.millrace.task.TablePattern;
import io.millrace.task.TableRule;
import io.millrace.task.TableRules;
import io.millrace.task.TaskSpec;
import io.millrace.writer.TargetTable;
import io.millrace.writer.WantedTable;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** By a clock of its own: nothing here waits for an hour. */
class PartitionKeeperTest {
    private static final long HOUR = 3_600_000L;
    private static final long MINUTE = 60_000L;
    private static final TableId EVENT = new TableId("shop", "event");
    private static final TableId OTHER = new TableId("shop", "other");

    private final ModelTarget target = new ModelTarget(new Random(1));
    private final AtomicLong now =
            new AtomicLong(LocalDateTime.of(2026, 1, 31, 23, 30).toEpochSecond(ZoneOffset.UTC) * 1_000L);

    private PartitionKeeper keeper(PartitionSpec spec, TableId... names) {
        List<TargetTable> tables = new ArrayList<>();
        for (TableId name : names) {
            ModelTable model = new ModelTable(name.name(), false, 1);
            target.knows(model);
            tables.add(target.plan(model.schema(), WantedTable.of(name)));
        }
        return PartitionKeeper.of(task(spec), tables, target, now::get).orElseThrow();
    }

    private static TaskSpec task(PartitionSpec spec) {
        return TaskSpec.builder("model")
                .source("a")
                .target("b")
                .tables(new TableRules(
                        List.of(TableRule.include(TablePattern.of("shop.*")).withPartition(spec))))
                .build();
    }

    private static PartitionSpec months() {
        return PartitionSpec.range("n", PartitionInterval.parse("1 month"));
    }

    private static LocalDateTime month(int year, int month) {
        return LocalDateTime.of(year, month, 1, 0, 0);
    }

    @Test
    void shouldLookAtOnceAndThenEveryHour() {
        PartitionKeeper keeper = keeper(months(), EVENT);
        assertEquals(4, keeper.doWork());
        assertEquals(
                List.of(month(2026, 1), month(2026, 2), month(2026, 3), month(2026, 4), month(2026, 5)),
                target.partitions.get(EVENT));
        assertEquals(0, keeper.doWork());
        now.addAndGet(HOUR - 1);
        assertEquals(0, keeper.doWork());
        assertEquals(1, target.partitionQuestions);
        now.addAndGet(1);
        assertEquals(1, keeper.doWork(), "it is February by now");
        assertEquals(month(2026, 6), target.partitions.get(EVENT).get(5));
        assertEquals(2, target.partitionQuestions);
        now.addAndGet(HOUR);
        assertEquals(0, keeper.doWork());
        assertEquals(3, target.partitionQuestions);
    }

    /** A machine that slept, or a process that was away. */
    @Test
    void shouldMakeAllThatIsMissingWhenMonthsWentBy() {
        PartitionKeeper keeper = keeper(months(), EVENT);
        keeper.doWork();
        now.addAndGet(400L * 24 * HOUR);
        assertEquals(14, keeper.doWork());
        assertEquals(month(2027, 7), target.partitions.get(EVENT).get(18));
    }

    @Test
    void shouldTryAgainAMinuteLaterWhenTheTargetIsOut() {
        PartitionKeeper keeper = keeper(months(), EVENT);
        target.isOut = true;
        assertEquals(0, keeper.doWork());
        target.isOut = false;
        now.addAndGet(MINUTE - 1);
        assertEquals(0, keeper.doWork());
        assertEquals(1, target.partitionQuestions);
        now.addAndGet(1);
        assertEquals(4, keeper.doWork());
        now.addAndGet(MINUTE);
        assertEquals(0, keeper.doWork());
        assertEquals(2, target.partitionQuestions, "what was made is not looked for again within the hour");
    }

    @Test
    void shouldMakeThoseOfOtherTablesWhenOneIsLocked() {
        PartitionKeeper keeper = keeper(months(), EVENT, OTHER);
        target.undivided.add(EVENT);
        assertEquals(4, keeper.doWork());
        assertEquals(5, target.partitions.get(OTHER).size());
        assertFalse(target.partitions.containsKey(EVENT));
        target.undivided.clear();
        now.addAndGet(MINUTE);
        assertEquals(4, keeper.doWork());
        assertEquals(target.partitions.get(OTHER), target.partitions.get(EVENT));
    }

    @Test
    void shouldNotBeThereWhenNoTableIsDividedByRanges() {
        ModelTable model = new ModelTable("event", false, 1);
        List<TargetTable> tables = List.of(target.plan(model.schema(), WantedTable.of(EVENT)));
        assertEquals(Optional.empty(), PartitionKeeper.of(task(PartitionSpec.hash("n", 4)), tables, target, now::get));
    }

    /** As a session runs it: a thread that steps until it is told to end. */
    @Test
    void shouldMakeWhatIsDueWhenAThreadSteps() throws Exception {
        PartitionKeeper keeper = keeper(months(), EVENT);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch second = new CountDownLatch(2);
        Worker worker = Worker.stepping(
                "millrace-model-partitions",
                () -> {
                    int made = keeper.doWork();
                    if (made > 0) {
                        first.countDown();
                        second.countDown();
                    }
                    return made;
                },
                Worker::park,
                () -> {},
                failure::set);
        assertTrue(first.await(60, TimeUnit.SECONDS));
        now.addAndGet(HOUR);
        assertTrue(second.await(60, TimeUnit.SECONDS));
        worker.stop();
        worker.join(60_000);
        assertFalse(worker.isAlive());
        assertEquals(null, failure.get());
        assertEquals(2, worker.steps());
        assertEquals(6, target.partitions.get(EVENT).size());
    }
}
