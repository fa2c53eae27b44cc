package io.millrace.reader.postgres.server;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.postgres.connection.SqlSession;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is waited for at a source before a stream begins, and for as long as others like: that a slot is made, that their transactions end. So
 * it can be ended. Thread-safe.
 */
public final class Waits {
    private final Set<SqlSession> waiting = ConcurrentHashMap.newKeySet();
    private volatile boolean isEnded;

    /** Ends all waits, and those that are yet to begin. From any thread. */
    public void end() {
        isEnded = true;
        waiting.forEach(SqlSession::cancel);
    }

    /**
     * For loops that wait.
     *
     * @throws MillraceException with SOURCE_BUSY where the waits were ended
     */
    void requireGoingOn(String what) {
        if (isEnded) {
            throw new MillraceException(ErrorCode.SOURCE_BUSY, "stopped while waiting: doing=" + what);
        }
    }

    /** Runs a command of the replication protocol that waits at the server. */
    void command(SqlSession session, String command, String doing) {
        waiting.add(session);
        try {
            requireGoingOn(doing);
            session.command(command, doing);
        } catch (MillraceException e) {
            requireGoingOn(doing);
            throw e;
        } finally {
            waiting.remove(session);
        }
    }
}
