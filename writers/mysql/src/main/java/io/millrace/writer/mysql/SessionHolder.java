package io.millrace.writer.mysql;

import io.millrace.error.MillraceException;
import java.sql.SQLException;
import java.util.function.Supplier;

/**
 * One session, made on first use and made anew after any failure: a session that failed is never used again. Confined to
 * one thread at a time.
 */
final class SessionHolder implements AutoCloseable {
    private final Supplier<MySqlSession> opener;
    private MySqlSession session;

    SessionHolder(Supplier<MySqlSession> opener) {
        this.opener = opener;
    }

    /** Something done with a session. */
    interface Work<T> {
        T with(MySqlSession session) throws SQLException;
    }

    MySqlSession session() {
        if (session == null) {
            session = opener.get();
        }
        return session;
    }

    /** Does it, and turns the driver's errors into ours. */
    <T> T run(String doing, Work<T> work) {
        MySqlSession current = session();
        boolean isDone = false;
        try {
            T result = work.with(current);
            isDone = true;
            return result;
        } catch (SQLException e) {
            throw SqlErrors.of(e, doing);
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
    void drop() {
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
