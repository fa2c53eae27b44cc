package io.millrace.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** Threads of the demo that work until told to stop; the first that fails fails the demo. Confined to one thread. */
final class Crew {
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    /** Work that returns when it is told to. */
    interface Work {
        void run() throws Exception;
    }

    void start(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (Exception e) {
                        failure.compareAndSet(null, e);
                    }
                },
                "demo-" + name);
        thread.setDaemon(true);
        thread.start();
        threads.add(thread);
    }

    /** Throws what failed. */
    void check() {
        Exception e = failure.get();
        if (e != null) {
            throw new IllegalStateException(
                    "the demo's own load failed: " + e.getClass().getSimpleName(), e);
        }
    }

    /** Waits for the end of all. */
    void join() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
        check();
    }
}
