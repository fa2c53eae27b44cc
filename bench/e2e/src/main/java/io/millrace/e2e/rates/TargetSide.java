package io.millrace.e2e.rates;

import io.millrace.e2e.workload.ReferenceBacklog;
import io.millrace.servers.Server;
import java.sql.Connection;
import java.sql.SQLException;

/** The server that a backlog is brought to. */
interface TargetSide extends AutoCloseable {
    Server server();

    /** Forgets what runs before have left, and returns the name of an empty database. */
    String freshDatabase() throws SQLException;

    /** Makes the reference table there, with its index. */
    void createTable(Connection connection, ReferenceBacklog backlog, SourceSide source) throws SQLException;

    /** The namespace that a task file gives the tables of that database. */
    String namespace(String database);

    /** What was written before a run must not weigh on it. */
    void settle();

    /** The entry of {@code datasources.yaml} but for its name, with the password in a file. */
    String dataSource(String database, String passwordFile);

    @Override
    void close();
}
