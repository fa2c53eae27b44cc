package io.millrace.daemon;

import java.util.concurrent.CountDownLatch;

/**
 * Turns SIGINT and SIGTERM into a clean end: the JVM answers them by running its shutdown hooks; ours asks the command to stop,
 * waits until it has, and ends the process with the command's own exit code instead of the signal's.
 */
final class CleanEnd {
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread hook;
    private volatile int exitCode;

    private CleanEnd(Runnable stop) {
        hook = new Thread(
                () -> {
                    stop.run();
                    try {
                        finished.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    Runtime.getRuntime().halt(exitCode);
                },
                "millrace-signal");
    }

    static CleanEnd onSignal(Runnable stop) {
        CleanEnd end = new CleanEnd(stop);
        Runtime.getRuntime().addShutdownHook(end.hook);
        return end;
    }

    /** The command is done: all output is written. */
    void finished(int code) {
        exitCode = code;
        finished.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The signal came first: the hook ends the process.
            return;
        }
    }
}
