package io.millrace.writer.sql;

import io.millrace.error.MillraceException;
import java.sql.SQLException;
import java.util.function.Supplier;

/**
 * One session, made on first use and made anew after any failure: a session that failed is never used again. Confined to
 * one thread at a time.
 */
public final class SessionHolder<S extends SqlSession> implements AutoCloseable {
    private final Supplier<S> opener;
    private final ServerFaults faults;
    private S session;

    public SessionHolder(Supplier<S> opener, ServerFaults faults) {
        this.opener = opener;
        this.faults = faults;
    }

    /** Something done with a session. */
    @FunctionalInterface
    public interface Work<S, T> {
        T with(S session) throws SQLException;
    }

    public S session() {
        if (session == null) {
            session = opener.get();
        }
        return session;
    }

    /** Does it, and turns the driver's errors into ours. */
    public <T> T run(String doing, Work<S, T> work) {
        S current = session();
        boolean isDone = false;
        try {
            T result = work.with(current);
            isDone = true;
            return result;
        } catch (SQLException e) {
            throw faults.of(e, doing);
        } catch (MillraceException e) {
            isDone = true; // The server is well; the answer was no.
            throw e;
        } finally {
            if (!isDone) {
                drop();
            }
        }
    }

    /** Forgets the session, whose server may not listen any more. */
    public void drop() {
        if (session != null) {
            session.abort();
            session = null;
        }
    }

    @Override
    public void close() {
        if (session != null) {
            session.close();
            session = null;
        }
    }
}
