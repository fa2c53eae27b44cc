package io.millrace.pipeline.run;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that steps one part of a session until it is told to end, parking while there is nothing to do: nothing spins
 * (EXACTNESS 31). It is never interrupted. What the part throws goes to the failure handler, once.
 */
final class Worker {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final long PARK_NANOS = 1_000_000L;

    private final Thread thread;
    private final AtomicLong steps = new AtomicLong();
    private volatile boolean isStopped;

    private Worker(String name, Runnable body) {
        thread = new Thread(body, name);
        thread.setDaemon(true);
    }

    /**
     * Starts a thread that steps until {@link #stop}.
     *
     * @param step returns 0 where there was nothing to do
     * @param idle waits a little, after such a step
     * @param close called by the thread at its end
     */
    static Worker stepping(
            String name, IntSupplier step, Runnable idle, Runnable close, Consumer<Throwable> onFailure) {
        Worker[] self = new Worker[1];
        Worker worker = new Worker(name, () -> self[0].guard(() -> self[0].loop(step, idle), close, onFailure));
        self[0] = worker;
        worker.thread.start();
        return worker;
    }

    /** Starts a thread that runs something to its end. */
    static Worker running(String name, Runnable body, Consumer<Throwable> onFailure) {
        Worker[] self = new Worker[1];
        Worker worker = new Worker(name, () -> self[0].guard(body, () -> {}, onFailure));
        self[0] = worker;
        worker.thread.start();
        return worker;
    }

    private void loop(IntSupplier step, Runnable idle) {
        while (!isStopped) {
            if (step.getAsInt() == 0) {
                idle.run();
            } else {
                steps.setRelease(steps.getPlain() + 1); // one writer
            }
        }
    }

    /** What a part without anything of its own to wait for does when idle. */
    static void park() {
        LockSupport.parkNanos(PARK_NANOS);
    }

    private void guard(Runnable body, Runnable close, Consumer<Throwable> onFailure) {
        try {
            body.run();
        } catch (RuntimeException | Error e) {
            onFailure.accept(e);
        } finally {
            try {
                close.run();
            } catch (RuntimeException e) {
                LOG.debug("cannot close: thread={}", thread.getName(), e);
            }
        }
    }

    /** Ends a stepping thread after its step. */
    void stop() {
        isStopped = true;
    }

    /** Steps in which something was done; from any thread. */
    long steps() {
        return steps.getAcquire();
    }

    String name() {
        return thread.getName();
    }

    boolean isAlive() {
        return thread.isAlive();
    }

    /** Waits for the thread's end. */
    void join(long millis) throws InterruptedException {
        thread.join(millis);
    }
}
