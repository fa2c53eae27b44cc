package io.millrace.reader.postgres.connection;

import io.millrace.error.MillraceException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A connection for questions. While a task is being opened, which asks a dozen of them one after the other, one connection serves them all;
 * from then on each has its own, so that none is held idle for as long as a task runs.
 *
 * <p>Thread-safe: questions that are asked at once have a connection each.
 */
public final class KeptSession {
    private final Supplier<SqlSession> opener;
    private final AtomicReference<SqlSession> kept = new AtomicReference<>();
    private volatile boolean isKeeping = true;

    public KeptSession(Supplier<SqlSession> opener) {
        this.opener = opener;
    }

    /** Asks, over the connection that is kept or over a new one. One on which a question failed is closed. */
    public <T> T ask(Function<SqlSession, T> question) {
        SqlSession session = take();
        boolean isAnswered = false;
        try {
            T answer = question.apply(session);
            isAnswered = true;
            return answer;
        } finally {
            if (!isAnswered || !isKeeping || !kept.compareAndSet(null, session)) {
                session.close();
            } else if (!isKeeping) {
                keepNoMore();
            }
        }
    }

    /** The server may have ended it since. */
    private SqlSession take() {
        SqlSession session = kept.getAndSet(null);
        if (session != null) {
            try {
                session.value("SELECT 1");
                return session;
            } catch (MillraceException e) {
                session.abort();
            }
        }
        return opener.get();
    }

    /** The task is open, or ends. */
    public void keepNoMore() {
        isKeeping = false;
        SqlSession session = kept.getAndSet(null);
        if (session != null) {
            session.close();
        }
    }
}
