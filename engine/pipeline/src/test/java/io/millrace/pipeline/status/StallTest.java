package io.millrace.pipeline.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.pipeline.Locked;
import io.millrace.pipeline.ModelRig;
import io.millrace.pipeline.ModelSource;
import io.millrace.pipeline.ModelTable;
import io.millrace.pipeline.ModelTarget;
import io.millrace.pipeline.Pipeline;
import io.millrace.reader.Source;
import io.millrace.task.Step;
import io.millrace.wal.mapped.ChangeLogs;
import io.millrace.writer.Target;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pipelines with their threads and the real log: one whose target does not answer, and one that has nothing to do. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class StallTest {
    private static final Duration LIMIT = Duration.ofSeconds(1);

    @TempDir
    Path directory;

    private final ModelSource source = new ModelSource(new Random(3));
    private final ModelTarget target = new ModelTarget(new Random(3));

    private Pipeline started() {
        ModelTable orders = new ModelTable("orders", false, 60);
        source.add(orders);
        target.knows(orders);
        synchronized (source) {
            source.mutate(5);
            source.settleAll();
        }
        Pipeline pipeline = Pipeline.builder()
                .task(ModelRig.task(1, Step.STRUCTURE, Step.FULL, Step.INCREMENTAL))
                .dataDirectory(directory.resolve("data"))
                .stallAfter(LIMIT)
                .build(Locked.of(Source.class, source), Locked.of(Target.class, target), ChangeLogs::open);
        pipeline.start();
        return pipeline;
    }

    private static List<Stall> stalls(Pipeline pipeline) {
        return pipeline.status().map(status -> status.vitals().stalls()).orElse(List.of());
    }

    private static boolean isLoaded(Pipeline pipeline) {
        return pipeline.status()
                .map(status -> status.load().map(load -> load.isOver()).orElse(true))
                .orElse(false);
    }

    @Test
    void shouldNameStageAndThreadWhenTheTargetDoesNotAnswer() throws InterruptedException {
        CountDownLatch answer = new CountDownLatch(1);
        try (Pipeline pipeline = started()) {
            while (!isLoaded(pipeline)) {
                Thread.sleep(5);
            }
            synchronized (target) {
                target.whileApplying = () -> awaitQuietly(answer);
            }
            long before = System.currentTimeMillis();
            synchronized (source) {
                source.mutate(5);
            }
            while (stalls(pipeline).isEmpty()) {
                Thread.sleep(5);
            }
            Stall stall = stalls(pipeline).get(0);
            assertEquals("lane", stall.stage());
            assertEquals("millrace-model-lane-0", stall.thread());
            assertEquals("a batch, for the target's answer", stall.waiting());
            assertTrue(stall.sinceMillis() >= before - 500, stall.toString());
            answer.countDown();
            while (!stalls(pipeline).isEmpty()) {
                Thread.sleep(5);
            }
        } finally {
            answer.countDown();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void shouldSayNothingWhenThereIsNothingToDo() throws InterruptedException {
        try (Pipeline pipeline = started()) {
            while (!isLoaded(pipeline)) {
                Thread.sleep(5);
            }
            long until = System.nanoTime() + 3 * LIMIT.toNanos();
            while (System.nanoTime() < until) {
                assertEquals(List.of(), stalls(pipeline));
                Thread.sleep(20);
            }
        }
    }
}
