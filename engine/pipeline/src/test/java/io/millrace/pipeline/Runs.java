package io.millrace.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.datasource.DataSource;
import io.millrace.pipeline.status.Goal;
import io.millrace.pipeline.status.PipelineState;
import io.millrace.pipeline.status.PipelineStatus;
import io.millrace.servers.Server;
import io.millrace.task.TaskSpec;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;

/** How tests over real servers run a task, and wait for it. */
final class Runs {
    private static final long PATIENCE_NANOS = 300_000_000_000L;

    private Runs() {}

    /** Until all that was committed before is at the target. */
    static PipelineStatus catchUp(TaskSpec task, DataSource from, DataSource to, Path data)
            throws InterruptedException {
        return finish(Pipeline.builder()
                .task(task)
                .dataSources(from, to)
                .dataDirectory(data)
                .until(new Goal.CaughtUp())
                .build());
    }

    /** Runs a pipeline to its goal and closes it. */
    static PipelineStatus finish(Pipeline begun) throws InterruptedException {
        try (Pipeline pipeline = begun) {
            pipeline.start();
            PipelineState end = pipeline.await();
            assertEquals(Optional.empty(), pipeline.failure());
            assertEquals(PipelineState.FINISHED, end);
            return pipeline.status().orElseThrow();
        }
    }

    /** Looks again and again while the pipeline runs. */
    static void await(Pipeline pipeline, String what, Callable<Boolean> isSo) throws Exception {
        long started = System.nanoTime();
        while (!isSo.call()) {
            assertEquals(Optional.empty(), pipeline.failure());
            assertTrue(
                    System.nanoTime() - started < PATIENCE_NANOS, () -> "not so: " + what + ", " + pipeline.status());
            Thread.sleep(50);
        }
    }

    /** Slots outlive a database's tables, and a server has few. */
    static void dropSlots(Server server, String database) {
        server.execute(
                database,
                "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
                        + " WHERE database = current_database()");
    }
}
