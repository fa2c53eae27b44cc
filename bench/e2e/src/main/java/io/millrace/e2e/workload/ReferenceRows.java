package io.millrace.e2e.workload;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The reference table, filled before, under changes of one kind alone; the size is the number of rows. */
public final class ReferenceRows implements Workload {
    /** What happens to each row. */
    public enum Kind {
        /** It goes. */
        DELETE,

        /** It gets another key. */
        KEY_CHANGE
    }

    private static final int TRANSACTION = 1_000;

    private final Kind kind;
    private int first = 1;
    private int rows;
    private long changes;

    public ReferenceRows(Kind kind) {
        this.kind = kind;
    }

    @Override
    public List<String> tables() {
        return List.of(ReferenceBacklog.TABLE);
    }

    @Override
    public String compared(String table) {
        return ReferenceBacklog.ofRows(1).compared(table);
    }

    @Override
    public void prepare(Connection source, int size) throws SQLException {
        ReferenceBacklog backlog = new ReferenceBacklog(size, 0, 0, TRANSACTION, 1);
        backlog.createTable(source);
        backlog.write(source);
        rows = size;
    }

    /** Deletes are over once all rows are gone; key changes move all rows behind their last keys each time. */
    @Override
    public void run(Connection source, int size) throws SQLException {
        source.setAutoCommit(false);
        try (Statement statement = source.createStatement()) {
            for (int at = first; at < first + rows; at += TRANSACTION) {
                String where = " WHERE id >= " + at + " AND id < " + (at + TRANSACTION);
                changes += statement.executeUpdate(
                        kind == Kind.DELETE
                                ? "DELETE FROM " + ReferenceBacklog.TABLE + where
                                : "UPDATE " + ReferenceBacklog.TABLE + " SET id = id + " + rows + where);
                source.commit();
            }
        }
        first += rows;
    }

    @Override
    public long changes() {
        return changes;
    }
}
