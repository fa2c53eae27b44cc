package io.millrace.e2e.workload;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Changes of one kind, written to a MySQL or MariaDB source after its tables were made, filled and loaded. A seed fixes them. One thread
 * at a time; the connection's transactions are this object's.
 */
public interface Workload extends WorkloadTables {
    /**
     * Creates the tables, and fills those that the changes need.
     *
     * @param size as of {@link #run}
     */
    void prepare(Connection source, int size) throws SQLException;

    /**
     * Writes changes.
     *
     * @param size how many, in the workload's own unit
     */
    void run(Connection source, int size) throws SQLException;

    /** Row changes that were written so far. */
    long changes();
}
