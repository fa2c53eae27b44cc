package io.millrace.e2e.workload;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The reference table, filled before, under changes of one kind alone; the size is the number of rows that a run changes. */
public final class ReferenceRows implements Workload {
    private static final int TRANSACTION = 1_000;

    private final boolean isDeleting;
    private final int runs;
    private int first = 1;
    private int last;
    private long changes;

    private ReferenceRows(boolean isDeleting, int runs) {
        this.isDeleting = isDeleting;
        this.runs = runs;
    }

    /** Rows go: so many are there at first that each of the runs has its own. */
    public static ReferenceRows deletes(int runs) {
        return new ReferenceRows(true, runs);
    }

    /** Each row gets another key, behind all others, in every run. */
    public static ReferenceRows keyChanges() {
        return new ReferenceRows(false, 1);
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
        ReferenceBacklog backlog = new ReferenceBacklog(Math.multiplyExact(size, runs), 0, 0, TRANSACTION, 1);
        backlog.createTable(source);
        backlog.write(source);
        last = backlog.inserts();
    }

    @Override
    public void run(Connection source, int size) throws SQLException {
        int end = first + size;
        if (isDeleting && end > last + 1) {
            throw new IllegalStateException("all rows are gone: runs=" + runs);
        }
        source.setAutoCommit(false);
        try (Statement statement = source.createStatement()) {
            for (int at = first; at < end; at += TRANSACTION) {
                String where = " WHERE id >= " + at + " AND id < " + Math.min(end, at + TRANSACTION);
                changes += statement.executeUpdate(
                        isDeleting
                                ? "DELETE FROM " + ReferenceBacklog.TABLE + where
                                : "UPDATE " + ReferenceBacklog.TABLE + " SET id = id + " + size + where);
                source.commit();
            }
        }
        first = end;
    }

    @Override
    public long changes() {
        return changes;
    }
}
