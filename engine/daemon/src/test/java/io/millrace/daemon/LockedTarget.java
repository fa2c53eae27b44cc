package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.Statement;

/** A PostgreSQL target at which somebody holds a lock, so that a task waits at a known step. */
final class LockedTarget {
    private static final long PATIENCE_NANOS = 180_000_000_000L;

    private LockedTarget() {}

    /** What is done while the task waits. */
    interface Step {
        void run() throws Exception;
    }

    /** Runs until the task waits for a lock that somebody holds, and kills it there. */
    static void killWhenBlocked(CliTask task, String lock) throws Exception {
        kill(task, lock, false);
    }

    /** The same of a run whose reader ends in an error: whether a lane waits before that, or has not yet come so far. */
    static void killWhenBlockedOrEnded(CliTask task, String lock) throws Exception {
        kill(task, lock, true);
    }

    private static void kill(CliTask task, String lock, boolean mayEnd) throws Exception {
        try (Connection holder = task.target.connect(task.targetDatabase);
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute(lock);
            try (ChildCli.Started running = task.cli().child().start("run", "task.yaml")) {
                awaitBlocked(task, lock, running, mayEnd);
                running.process().destroyForcibly().waitFor();
            }
            endSessions(task);
            holder.rollback();
        }
    }

    /**
     * Does something while a running task waits for a lock that somebody holds, and lets it go then.
     *
     * @param first done once the lock is held
     */
    static void whileBlocked(CliTask task, String lock, Step first, ChildCli.Started running, Step step)
            throws Exception {
        try (Connection holder = task.target.connect(task.targetDatabase);
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute(lock);
            first.run();
            awaitBlocked(task, lock, running, false);
            step.run();
            holder.rollback();
        }
    }

    private static void awaitBlocked(CliTask task, String lock, ChildCli.Started running, boolean mayEnd)
            throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (blocked(task) == 0) {
            if (!running.process().isAlive()) {
                assertTrue(mayEnd, () -> running.end().toString());
                return;
            }
            assertTrue(System.nanoTime() < deadline, "nothing waits for " + lock);
            Thread.sleep(20);
        }
    }

    /** A server's process does not know yet that its client is gone: it must not do anything once the lock is. */
    static void endSessions(CliTask task) {
        task.targetCount("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname ="
                + " current_database() AND application_name LIKE 'millrace %'");
    }

    private static long blocked(CliTask task) {
        return task.targetCount("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND"
                + " application_name LIKE 'millrace %' AND cardinality(pg_blocking_pids(pid)) > 0");
    }
}
