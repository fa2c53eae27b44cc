package io.millrace.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.pipeline.consumer.ChangeConsumer;
import io.millrace.pipeline.status.Goal;
import io.millrace.pipeline.status.PipelineState;
import io.millrace.position.TransactionId;
import io.millrace.reader.Source;
import io.millrace.row.RowFlyweight;
import io.millrace.schema.TableSchema;
import io.millrace.task.DmlSpec;
import io.millrace.task.StartPosition;
import io.millrace.task.Step;
import io.millrace.task.TaskSpec;
import io.millrace.wal.RowsFlyweight;
import io.millrace.wal.mapped.ChangeLogs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A consumer in place of a target: whole transactions, in order, at least once, and never again what was acknowledged. */
class ConsumerTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final ModelSource source = new ModelSource(new Random(8));
    private final ModelTable orders = new ModelTable("orders", false, 50);

    /** Keeps what it was given, and acknowledges up to a limit. */
    private class Collector implements ChangeConsumer {
        final List<Long> transactions = Collections.synchronizedList(new ArrayList<>());
        final List<String> rows = Collections.synchronizedList(new ArrayList<>());
        private final RowFlyweight row = new RowFlyweight();
        private final long acknowledgesUpTo;
        private Acknowledgements acknowledgements;

        Collector(long acknowledgesUpTo) {
            this.acknowledgesUpTo = acknowledgesUpTo;
        }

        @Override
        public void onStart(Acknowledgements given) {
            acknowledgements = given;
        }

        @Override
        public void onBegin(TransactionId transaction) {
            transactions.add(transaction.number);
        }

        @Override
        public void onRows(TableSchema table, RowsFlyweight frame) {
            while (frame.next()) {
                row.wrap(frame.rowAddress(), frame.rowLength());
                rows.add(transactions.get(transactions.size() - 1) + " " + frame.operation() + " "
                        + (row.hasAfter() ? orders.decode(row.after()) : orders.decode(row.before())));
            }
        }

        @Override
        public void onCommit(TransactionId transaction, long number) {
            if (transaction.number <= acknowledgesUpTo) {
                acknowledgements.acknowledge(number);
            }
        }
    }

    private Pipeline pipeline(ChangeConsumer consumer, Goal goal) {
        return Pipeline.builder()
                .task(ModelRig.task(1, Step.INCREMENTAL))
                .dataDirectory(directory.resolve("data"))
                .consumer(consumer)
                .until(goal)
                .build(Locked.of(Source.class, source), ChangeLogs::open);
    }

    private void mutate(int transactions) {
        source.add(orders);
        for (int i = 0; i < transactions; i++) {
            source.mutate(4);
        }
    }

    private List<String> expectedRows() {
        List<String> rows = new ArrayList<>();
        source.history.forEach(transaction -> transaction
                .changes()
                .forEach(change -> rows.add(transaction.number() + " " + change.operation() + " "
                        + (change.after() != null ? change.after() : change.before()))));
        return rows;
    }

    @Test
    void shouldGetEveryTransactionInOrderWhenItAcknowledgesAll() throws InterruptedException {
        mutate(100);
        Collector consumer = new Collector(Long.MAX_VALUE);
        try (Pipeline pipeline = pipeline(consumer, new Goal.CaughtUp())) {
            pipeline.start();
            assertEquals(PipelineState.FINISHED, pipeline.await());
            assertEquals(Optional.of(source.committedPosition()), pipeline.position());
            assertEquals(expectedRows().size(), pipeline.counters().changesIn());
            assertEquals(0, pipeline.status().orElseThrow().inFlight());
        }
        assertEquals(expectedRows(), consumer.rows);

        Collector again = new Collector(Long.MAX_VALUE);
        try (Pipeline pipeline = pipeline(again, new Goal.CaughtUp())) {
            pipeline.start();
            assertEquals(PipelineState.FINISHED, pipeline.await());
        }
        assertEquals(List.of(), again.rows, "all was acknowledged");
    }

    @Test
    void shouldGetAgainWhatItDidNotAcknowledgeWhenStartedAnew() throws InterruptedException {
        mutate(100);
        Collector first = new Collector(40);
        try (Pipeline pipeline = pipeline(first, new Goal.None())) {
            pipeline.start();
            while (first.transactions.size() < 100) {
                Thread.sleep(1);
            }
            assertTrue(pipeline.stop(LONG));
        }
        Collector second = new Collector(Long.MAX_VALUE);
        try (Pipeline pipeline = pipeline(second, new Goal.CaughtUp())) {
            pipeline.start();
            assertEquals(PipelineState.FINISHED, pipeline.await());
        }
        long from = second.transactions.get(0);
        assertTrue(from <= 41, "nothing is left out: from=" + from);
        assertEquals(100 - from + 1, second.transactions.size());
        assertEquals(100, second.transactions.get(second.transactions.size() - 1));
    }

    @Test
    void shouldFailThePipelineWhenTheConsumerThrows() throws InterruptedException {
        mutate(10);
        ChangeConsumer broken = new Collector(0) {
            @Override
            public void onCommit(TransactionId transaction, long number) {
                throw new IllegalStateException("no");
            }
        };
        try (Pipeline pipeline = pipeline(broken, new Goal.None())) {
            pipeline.start();
            assertEquals(PipelineState.FAILED, pipeline.await());
            assertEquals(
                    ErrorCode.INVARIANT,
                    pipeline.failure().map(MillraceException::code).orElseThrow());
        }
    }

    @Test
    void shouldBeRefusedByNameWhenRowsAreToBeLoaded() throws InterruptedException {
        mutate(1);
        try (Pipeline pipeline = Pipeline.builder()
                .task(ModelRig.task(1, Step.FULL, Step.INCREMENTAL))
                .dataDirectory(directory.resolve("data"))
                .consumer(new Collector(0))
                .build(Locked.of(Source.class, source), ChangeLogs::open)) {
            pipeline.start();
            assertEquals(PipelineState.FAILED, pipeline.await());
            assertEquals(
                    ErrorCode.NOT_SUPPORTED_YET,
                    pipeline.failure().map(MillraceException::code).orElseThrow());
        }
    }

    @Test
    void shouldBeRefusedByNameWhenChangesAreToBeIgnored() throws InterruptedException {
        try (Pipeline pipeline = Pipeline.builder()
                .task(TaskSpec.builder("model")
                        .source("a")
                        .target("b")
                        .tables("shop.*")
                        .steps(Step.INCREMENTAL)
                        .start(new StartPosition.Earliest())
                        .dml(DmlSpec.UNSAID.withDeletesIgnored(true))
                        .build())
                .dataDirectory(directory.resolve("data"))
                .consumer(new Collector(0))
                .build(Locked.of(Source.class, source), ChangeLogs::open)) {
            pipeline.start();
            assertEquals(PipelineState.FAILED, pipeline.await());
            assertEquals(
                    ErrorCode.NOT_SUPPORTED_YET,
                    pipeline.failure().map(MillraceException::code).orElseThrow());
        }
    }
}
