package io.millrace.writer.sql;

import java.sql.SQLException;

/** Writes rows so that the transaction goes on without them where they cannot be written. Confined to the session's thread. */
public final class Savepoint {
    private final SqlSession session;
    private final ServerFaults faults;
    private final String name;
    private final String undo;

    /**
     * Of a session's open transaction.
     *
     * @param undo the statements that take back what was done since the savepoint of that name
     */
    public Savepoint(SqlSession session, ServerFaults faults, String name, String undo) {
        this.session = session;
        this.faults = faults;
        this.name = name;
        this.undo = undo;
    }

    /** Something that writes, up to the server's answer. */
    @FunctionalInterface
    public interface Work {
        void run() throws SQLException;
    }

    /**
     * Does it, or leaves the transaction as it was and says why not.
     *
     * @return null where it is done
     * @throws SQLException where no row is at fault
     */
    public Exception attempt(Work work) throws SQLException {
        session.execute("SAVEPOINT " + name);
        try {
            work.run();
            session.execute("RELEASE SAVEPOINT " + name);
            return null;
        } catch (SQLException e) {
            if (!faults.isRowsFault(e)) {
                throw e;
            }
            return undo(e);
        } catch (RowFault e) {
            return undo(e);
        }
    }

    private Exception undo(Exception failed) throws SQLException {
        session.dropUnsent();
        session.execute(undo);
        return failed;
    }
}
