package io.millrace.reader.postgres;

import io.millrace.error.MillraceException;
import io.millrace.position.PostgresPosition;
import io.millrace.position.SourcePosition;
import io.millrace.reader.ChangeReader;
import io.millrace.reader.ChangeRequest;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/** A reader that streams a slot into a sink, in a thread of its own, until it is closed. */
final class StreamRun implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 60_000;

    private final ChangeReader reader;
    private final RecordingSink sink;
    private final PostgresSource source;
    private Thread thread;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    private StreamRun(PostgresSource source, ChangeRequest request, RecordingSink sink) {
        this.source = source;
        this.sink = sink;
        reader = source.changes(request);
        start();
    }

    private void start() {
        thread = new Thread(this::run, "stream");
        thread.start();
    }

    /** The same reader's next connection, behind {@link #awaitFailure}. */
    void connectAgain() {
        failure.set(null);
        sink.endStream();
        start();
    }

    /** Whether the server was asked for the binary format. */
    boolean isBinary(TestDatabase database) {
        return database.value("SELECT query FROM pg_stat_activity a JOIN pg_replication_slots s ON s.active_pid = a.pid"
                        + " WHERE s.slot_name = '" + database.slot() + "'")
                .contains("\"binary\" 'true'");
    }

    /** Of a task that begins: from behind everything that is committed. */
    static StreamRun begin(TestDatabase database, ChangeRequest request) {
        PostgresSource source = new PostgresSource(database.dataSource());
        source.prepare(request);
        StreamRun run = new StreamRun(source, request, new RecordingSink(source.loadPosition()));
        run.await(() -> run.reader.status().isStreaming());
        return run;
    }

    /** A task that has begun, is caught up, and ended: what its sink has, with which it {@linkplain #reconnect goes on}. */
    static RecordingSink ended(TestDatabase database, ChangeRequest request) {
        try (StreamRun run = begin(database, request)) {
            run.awaitCaughtUp();
            return run.sink();
        } finally {
            database.awaitInactive();
        }
    }

    /** Of one that goes on. */
    static StreamRun resume(TestDatabase database, ChangeRequest request, SourcePosition position) {
        return new StreamRun(new PostgresSource(database.dataSource()), request, new RecordingSink(position));
    }

    /** Of one whose connection ended: with what the sink has. */
    static StreamRun reconnect(TestDatabase database, ChangeRequest request, RecordingSink sink) {
        sink.endStream();
        return new StreamRun(new PostgresSource(database.dataSource()), request, sink);
    }

    RecordingSink sink() {
        return sink;
    }

    ChangeReader reader() {
        return reader;
    }

    private void run() {
        try {
            reader.run(sink);
        } catch (RuntimeException e) {
            failure.set(e);
        }
    }

    /** Waits until the sink stands behind all that is committed now. */
    void awaitCaughtUp() {
        PostgresPosition goal = (PostgresPosition) source.committedPosition();
        await(() -> ((PostgresPosition) sink.position()).covers(goal));
    }

    void await(BooleanSupplier condition) {
        long deadline = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (!condition.getAsBoolean()) {
            if (failure.get() instanceof MillraceException e) {
                throw e;
            }
            if (failure.get() != null || !thread.isAlive() || System.currentTimeMillis() > deadline) {
                throw new IllegalStateException("stream does not arrive: position=" + sink.position(), failure.get());
            }
            pause();
        }
    }

    MillraceException awaitFailure() {
        join();
        if (failure.get() instanceof MillraceException e) {
            return e;
        }
        throw new IllegalStateException("stream did not fail: position=" + sink.position(), failure.get());
    }

    static void pause() {
        try {
            Thread.sleep(5);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void join() {
        try {
            thread.join(PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        reader.close();
        join();
    }
}
