package io.millrace.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.pipeline.ModelSource.ModelRow;
import io.millrace.pipeline.status.Goal;
import io.millrace.pipeline.status.PipelineState;
import io.millrace.reader.Source;
import io.millrace.task.Step;
import io.millrace.task.TaskSpec;
import io.millrace.wal.mapped.ChangeLogs;
import io.millrace.writer.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pipelines with their threads and the real log, over model servers. */
class PipelineTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final Random random = new Random(3);
    private final ModelSource source = new ModelSource(random);
    private final ModelTarget target = new ModelTarget(random);
    private final List<PipelineState> states = Collections.synchronizedList(new ArrayList<>());

    private void table(ModelTable table) {
        source.add(table);
        target.knows(table);
    }

    private void mutate(int transactions) {
        synchronized (source) {
            for (int i = 0; i < transactions; i++) {
                source.mutate(5);
            }
            source.settleAll();
        }
    }

    private Pipeline pipeline(TaskSpec task, Goal goal) {
        return pipeline(task, goal, "data");
    }

    private Pipeline pipeline(TaskSpec task, Goal goal, String data) {
        return Pipeline.builder()
                .task(task)
                .dataDirectory(directory.resolve(data))
                .onState(states::add)
                .until(goal)
                .build(Locked.of(Source.class, source), Locked.of(Target.class, target), ChangeLogs::open);
    }

    private static TaskSpec everything() {
        return ModelRig.task(2, Step.STRUCTURE, Step.FULL, Step.INCREMENTAL);
    }

    private void assertEqualTables() {
        for (ModelTable table : source.tables.values()) {
            assertEquals(table.rows, target.tables.get(table.schema().table()));
        }
    }

    private static ErrorCode failure(Pipeline pipeline) throws InterruptedException {
        pipeline.start();
        assertEquals(PipelineState.FAILED, pipeline.await());
        return pipeline.failure().map(MillraceException::code).orElseThrow();
    }

    @Test
    void shouldFinishWhenCaughtUp() throws InterruptedException {
        table(new ModelTable("orders", false, 60));
        table(new ModelTable("codes", true, 10));
        mutate(80);
        try (Pipeline pipeline = pipeline(everything(), new Goal.CaughtUp())) {
            assertEquals(PipelineState.INITIALIZED, pipeline.state());
            pipeline.start();
            assertEquals(PipelineState.FINISHED, pipeline.await());
            assertEquals(Optional.empty(), pipeline.failure());
            assertEquals(Optional.of(source.committedPosition()), pipeline.position());
            assertTrue(pipeline.counters().conserve());
            assertEquals(0, pipeline.status().orElseThrow().lagMillis());
            assertEquals(0, pipeline.status().orElseThrow().inFlight());
        }
        assertEqualTables();
        assertEquals(List.of(PipelineState.RUNNING, PipelineState.STOPPING, PipelineState.FINISHED), states);
    }

    @Test
    void shouldGoOnWhereItStoodWhenStoppedAndStartedAgain() throws InterruptedException {
        table(new ModelTable("orders", false, 60));
        mutate(30);
        try (Pipeline pipeline = pipeline(everything(), new Goal.None())) {
            pipeline.start();
            mutate(50);
            assertTrue(pipeline.stop(LONG));
            assertEquals(PipelineState.STOPPED, pipeline.state());
            assertTrue(pipeline.stop(LONG), "idempotent");
        }
        mutate(50);
        try (Pipeline pipeline = pipeline(everything(), new Goal.CaughtUp())) {
            pipeline.start();
            assertEquals(PipelineState.FINISHED, pipeline.await());
        }
        assertEqualTables();
    }

    @Test
    void shouldFinishWhenOnlyTheRowsAreWanted() throws InterruptedException {
        table(new ModelTable("orders", false, 60));
        mutate(30);
        try (Pipeline pipeline = pipeline(ModelRig.task(2, Step.STRUCTURE, Step.FULL), new Goal.None())) {
            pipeline.start();
            assertEquals(PipelineState.FINISHED, pipeline.await());
            assertEquals(
                    source.tables.values().iterator().next().rows.size(),
                    pipeline.status().orElseThrow().loadedRows());
        }
        assertEqualTables();
    }

    @Test
    void shouldFinishWithoutACheckpointWhenOnlyTablesAreWanted() throws InterruptedException {
        table(new ModelTable("orders", false, 60));
        try (Pipeline pipeline = pipeline(ModelRig.task(2, Step.STRUCTURE), new Goal.None())) {
            pipeline.start();
            assertEquals(PipelineState.FINISHED, pipeline.await());
        }
        assertEquals(1, target.tables.size());
        assertEquals(List.of(), target.checkpoints);
    }

    @Test
    void shouldRefuseBeforeAnyChangeWhenTheTargetHoldsRows() throws InterruptedException {
        ModelTable orders = new ModelTable("orders", false, 60);
        table(orders);
        table(new ModelTable("items", false, 60));
        mutate(10);
        target.create(target.plan(orders.schema(), orders.schema().table()));
        target.tables.get(orders.schema().table()).put(1L, new ModelRow(1L, 1, "was here"));
        try (Pipeline pipeline = pipeline(everything(), new Goal.None())) {
            assertEquals(ErrorCode.TARGET_ROWS_EXIST, failure(pipeline));
        }
        assertEquals(1, target.tables.size(), "no table was made");
        assertEquals(List.of(), target.checkpoints);
        assertFalse(Files.exists(directory.resolve("data")));
    }

    @Test
    void shouldRefuseByNameWhenNoTableIsSelected() throws InterruptedException {
        try (Pipeline pipeline = pipeline(everything(), new Goal.None())) {
            assertEquals(ErrorCode.NO_TABLE_SELECTED, failure(pipeline));
        }
    }

    @Test
    void shouldNotFenceTheFirstWhenASecondUsesItsDirectory() throws InterruptedException {
        table(new ModelTable("orders", false, 60));
        mutate(10);
        try (Pipeline first = pipeline(everything(), new Goal.None())) {
            first.start();
            while (first.position().isEmpty()) {
                Thread.sleep(1);
            }
            try (Pipeline second = pipeline(everything(), new Goal.None())) {
                assertEquals(ErrorCode.DATA_DIRECTORY_LOCKED, failure(second));
            }
            mutate(10);
            assertTrue(first.stop(LONG));
            assertEquals(PipelineState.STOPPED, first.state());
        }
    }

    @Test
    void shouldFenceTheFirstWhenASecondRunsTheTaskElsewhere() throws InterruptedException {
        table(new ModelTable("orders", false, 60));
        mutate(10);
        try (Pipeline first = pipeline(everything(), new Goal.None(), "here");
                Pipeline second = pipeline(everything(), new Goal.CaughtUp(), "there")) {
            first.start();
            while (first.status()
                            .map(status -> status.load().isEmpty()
                                    || status.load().get().isOver())
                            .orElse(false)
                    == false) {
                Thread.sleep(1);
            }
            second.start();
            assertEquals(PipelineState.FINISHED, second.await());
            mutate(10);
            assertEquals(PipelineState.FAILED, first.await());
            assertEquals(ErrorCode.TARGET_FENCED, first.failure().orElseThrow().code());
        }
    }

    @Test
    void shouldRunSideBySideWhenTwoInOneProcess() throws InterruptedException {
        table(new ModelTable("orders", false, 60));
        mutate(40);
        ModelSource otherSource = new ModelSource(new Random(4));
        ModelTarget otherTarget = new ModelTarget(new Random(4));
        ModelTable other = new ModelTable("orders", false, 60);
        otherSource.add(other);
        otherTarget.knows(other);
        for (int i = 0; i < 40; i++) {
            otherSource.mutate(5);
        }
        otherSource.settleAll();
        try (Pipeline one = pipeline(everything(), new Goal.CaughtUp(), "one");
                Pipeline two = Pipeline.builder()
                        .task(everything())
                        .dataDirectory(directory.resolve("two"))
                        .until(new Goal.CaughtUp())
                        .build(
                                Locked.of(Source.class, otherSource),
                                Locked.of(Target.class, otherTarget),
                                ChangeLogs::open)) {
            one.start();
            two.start();
            assertEquals(PipelineState.FINISHED, one.await());
            assertEquals(PipelineState.FINISHED, two.await());
        }
        assertEqualTables();
        assertEquals(other.rows, otherTarget.tables.get(other.schema().table()));
    }

    @Test
    void shouldApplyWhatCameBeforeWhenTheSourceEndsItForGood() throws InterruptedException {
        table(new ModelTable("orders", false, 60));
        mutate(40);
        source.failsAfter = 40;
        try (Pipeline pipeline = pipeline(everything(), new Goal.None())) {
            assertEquals(ErrorCode.DDL_ON_SELECTED_TABLE, failure(pipeline));
            assertEquals(Optional.of(ModelSource.upTo(40)), pipeline.position());
        }
        assertEqualTables();
    }

    @Test
    void shouldStopAtOnceWhenNeverStarted() throws InterruptedException {
        try (Pipeline pipeline = pipeline(everything(), new Goal.None())) {
            assertTrue(pipeline.stop(LONG));
            assertEquals(PipelineState.STOPPED, pipeline.await());
        }
    }
}
