package io.millrace.e2e.rates;

import io.millrace.e2e.workload.ReferenceBacklog;
import io.millrace.servers.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;

/** PostgreSQL as a target: a database for each run. */
final class PostgresTarget implements TargetSide {
    private final PostgresServer server;

    PostgresTarget() {
        server = PostgresServer.builder()
                .set("max_wal_size", "8GB")
                .memoryMiB(512)
                .start();
    }

    @Override
    public PostgresServer server() {
        return server;
    }

    @Override
    public String freshDatabase() {
        return server.freshDatabase("run");
    }

    @Override
    public void createTable(Connection connection, ReferenceBacklog backlog, SourceSide source) throws SQLException {
        backlog.createTargetTable(connection);
    }

    @Override
    public String namespace(String database) {
        return "public";
    }

    @Override
    public void settle() {
        server.execute(null, "CHECKPOINT");
    }

    @Override
    public String dataSource(String database, String passwordFile) {
        return PostgresSource.entry(server, database, passwordFile);
    }

    @Override
    public void close() {
        server.close();
    }
}
