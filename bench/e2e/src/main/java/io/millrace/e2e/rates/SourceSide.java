package io.millrace.e2e.rates;

import io.millrace.servers.Server;
import java.sql.Connection;
import java.sql.SQLException;

/** The server that a backlog is written to and read from, once by each run of each contender. */
interface SourceSide extends AutoCloseable {
    Server server();

    /** The database of the backlog's tables. */
    String database();

    /** The namespace that a task file gives the tables: MySQL's database, PostgreSQL's schema. */
    String namespace();

    /** Opens a connection to the database; close it. */
    default Connection connect() {
        return server().connect(database());
    }

    /** The table is there, empty: the backlog begins here. */
    void begin() throws SQLException;

    /** The backlog is written. */
    void end() throws SQLException;

    /** Bytes of its log so far; 0 where that holds other things than row changes, too. */
    long logBytes() throws SQLException;

    /** The entry of {@code datasources.yaml} but for its name, with the password in a file. */
    String dataSource(String passwordFile);

    /**
     * Lines of a task file that read the backlog from its beginning and nothing else, the data source being {@code backlog}.
     *
     * @param run a name that no other run has
     */
    String incrementalLines(String run);

    @Override
    void close();
}
