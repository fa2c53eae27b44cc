package io.millrace.e2e.crash;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * A transaction of PostgreSQL that is prepared, and committed or rolled back once others have committed. It counts when it commits. Its
 * slots are nobody else's: what is prepared keeps its locks. Confined to the workload's thread.
 */
final class PreparedChanges {
    private static final String NAME = "bank";

    /** What a committed transaction did to one slot. */
    record Change(int slot, long number, boolean isNew) {}

    private final Connection connection;
    private final Statement sql;
    private final List<Change> changes = new ArrayList<>();
    private long rows;
    private boolean isOpen;

    PreparedChanges(Connection connection, Statement sql) {
        this.connection = connection;
        this.sql = sql;
    }

    boolean isOpen() {
        return isOpen;
    }

    /** Adds a change that the open transaction has made. */
    void add(Change change, long changedRows) {
        changes.add(change);
        rows += changedRows;
    }

    /** Adds rows that no slot has. */
    void add(long insertedRows) {
        rows += insertedRows;
    }

    /** Prepares the open transaction. */
    void prepare() throws SQLException {
        sql.execute("PREPARE TRANSACTION '" + NAME + "'");
        connection.commit();
        isOpen = true;
    }

    /** Ends it; returns how many rows that changed, none where it is rolled back, and leaves its changes in {@code kept}. */
    long resolve(boolean isKept, List<Change> kept) throws SQLException {
        connection.setAutoCommit(true);
        sql.execute((isKept ? "COMMIT" : "ROLLBACK") + " PREPARED '" + NAME + "'");
        connection.setAutoCommit(false);
        isOpen = false;
        long count = isKept ? rows : 0;
        if (isKept) {
            kept.addAll(changes);
        }
        changes.clear();
        rows = 0;
        return count;
    }
}
