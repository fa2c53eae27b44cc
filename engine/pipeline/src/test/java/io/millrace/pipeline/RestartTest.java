package io.millrace.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.pipeline.status.Goal;
import io.millrace.pipeline.status.PipelineState;
import io.millrace.reader.Source;
import io.millrace.task.DeliverySpec;
import io.millrace.task.RestartSpec;
import io.millrace.task.StartPosition;
import io.millrace.task.Step;
import io.millrace.task.TaskSpec;
import io.millrace.wal.mapped.ChangeLogs;
import io.millrace.writer.Target;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a pipeline whose target fails: with its threads and the real log, over model servers. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RestartTest {
    @TempDir
    Path directory;

    private final Random random = new Random(11);
    private final ModelSource source = new ModelSource(random);
    private final ModelTarget target = new ModelTarget(random);
    private final ModelTable orders = new ModelTable("orders", false, 60);
    private final List<PipelineState> states = Collections.synchronizedList(new ArrayList<>());
    private int applies;

    @BeforeEach
    void mutate() {
        source.add(orders);
        target.knows(orders);
        for (int i = 0; i < 80; i++) {
            source.mutate(5);
        }
        source.settleAll();
    }

    private Pipeline pipeline(int failures, long awhileMillis) {
        TaskSpec task = TaskSpec.builder("model")
                .source("a")
                .target("b")
                .tables("shop.*")
                .steps(Step.STRUCTURE, Step.INCREMENTAL)
                .start(new StartPosition.Earliest())
                .delivery(new DeliverySpec(Duration.ofMillis(200), 7, 1 << 20))
                .restart(new RestartSpec(failures, Duration.ofMinutes(30)))
                .build();
        return Pipeline.builder()
                .task(task)
                .dataDirectory(directory.resolve("data"))
                .onState(states::add)
                .until(new Goal.CaughtUp())
                .tryRefusalsFor(Duration.ofMillis(awhileMillis))
                .build(Locked.of(Source.class, source), Locked.of(Target.class, target), ChangeLogs::open);
    }

    /** From the second batch on, so many batches are answered by an error. */
    private void failing(ErrorCode code, int times) {
        target.whileApplying = () -> {
            applies++;
            if (applies > 1 && applies <= times + 1) {
                throw new MillraceException(code, "by the model");
            }
        };
    }

    @Test
    void shouldGoOnFromTheCheckpointsWhenARestartAnswersTheFailure() throws InterruptedException {
        failing(ErrorCode.TARGET_FAILED, 1);
        try (Pipeline pipeline = pipeline(3, 1_000)) {
            pipeline.start();
            assertEquals(PipelineState.FINISHED, pipeline.await());
            assertEquals(Optional.empty(), pipeline.failure());
            assertEquals(1, pipeline.status().orElseThrow().vitals().restarts());
            assertEquals(0, pipeline.status().orElseThrow().countersBefore().applied(), "counted since the beginning");
            assertTrue(pipeline.counters().conserve());
        }
        assertEquals(orders.rows, target.tables.get(orders.schema().table()));
        assertEquals(List.of(PipelineState.RUNNING, PipelineState.STOPPING, PipelineState.FINISHED), states);
    }

    @Test
    void shouldFailWhenTheBudgetIsSpent() throws InterruptedException {
        failing(ErrorCode.TARGET_FAILED, Integer.MAX_VALUE - 1);
        try (Pipeline pipeline = pipeline(1, 1_000)) {
            pipeline.start();
            assertEquals(PipelineState.FAILED, pipeline.await());
            assertEquals(
                    ErrorCode.TARGET_FAILED, pipeline.failure().orElseThrow().code());
            assertEquals(1, pipeline.status().orElseThrow().vitals().restarts());
        }
        assertEquals(List.of(PipelineState.RUNNING, PipelineState.STOPPING, PipelineState.FAILED), states);
    }

    @Test
    void shouldFailAtOnceWhenNoRestartAnswersTheFailure() throws InterruptedException {
        target.isDirty = true;
        try (Pipeline pipeline = pipeline(3, 1_000)) {
            pipeline.start();
            assertEquals(PipelineState.FAILED, pipeline.await());
            assertEquals(0, pipeline.status().orElseThrow().vitals().restarts());
        }
    }

    @Test
    void shouldGoOnWhenAPrivilegeIsBackInTime() throws InterruptedException {
        failing(ErrorCode.TARGET_PRIVILEGE, 1);
        try (Pipeline pipeline = pipeline(0, 30_000)) {
            pipeline.start();
            assertEquals(PipelineState.FINISHED, pipeline.await());
        }
        assertEquals(orders.rows, target.tables.get(orders.schema().table()));
    }

    @Test
    void shouldFailWhenALoginIsRefusedForTooLong() throws InterruptedException {
        failing(ErrorCode.TARGET_LOGIN_REFUSED, Integer.MAX_VALUE - 1);
        long started = System.nanoTime();
        try (Pipeline pipeline = pipeline(3, 1_200)) {
            pipeline.start();
            assertEquals(PipelineState.FAILED, pipeline.await());
            assertEquals(
                    ErrorCode.TARGET_LOGIN_REFUSED,
                    pipeline.failure().orElseThrow().code());
        }
        assertTrue(System.nanoTime() - started >= 1_200_000_000L);
    }

    @Test
    void shouldStopAtOnceWhileItWaitsForARestart() throws InterruptedException {
        failing(ErrorCode.TARGET_FAILED, Integer.MAX_VALUE - 1);
        try (Pipeline pipeline = pipeline(1_000, 1_000)) {
            pipeline.start();
            while (!pipeline.status()
                    .map(status -> status.text().startsWith("starts again: MR3011"))
                    .orElse(false)) {
                Thread.sleep(5);
            }
            assertTrue(pipeline.stop(Duration.ofSeconds(20)));
            assertEquals(PipelineState.STOPPED, pipeline.state());
        }
    }
}
