package io.millrace.e2e.crash;

import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/** A workload's transactions, one after the other with a pause, in a thread of its own until it is stopped: lanes commit often. */
final class Trickle {
    private static final long PAUSE_MILLIS = 5;

    private final AtomicBoolean isDone = new AtomicBoolean();
    private final CompletableFuture<Void> work;

    Trickle(NumberedWorkload workload) {
        work = CompletableFuture.runAsync(() -> {
            try {
                while (!isDone.get()) {
                    workload.transactions(1);
                    Thread.sleep(PAUSE_MILLIS);
                }
            } catch (SQLException | InterruptedException e) {
                throw new IllegalStateException("workload failed", e);
            }
        });
    }

    /** Waits for its end; the workload may be used elsewhere then. */
    void stop() throws InterruptedException, ExecutionException {
        isDone.set(true);
        work.get();
    }
}
