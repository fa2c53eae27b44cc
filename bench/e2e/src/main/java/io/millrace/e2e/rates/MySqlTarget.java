package io.millrace.e2e.rates;

import io.millrace.e2e.workload.ReferenceBacklog;
import io.millrace.servers.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;

/** MySQL as a target. The database has one name for all runs, the source's, because a native replica knows no other. */
final class MySqlTarget implements TargetSide {
    private final MySqlServer server;

    MySqlTarget() {
        server = MySqlServer.builder()
                .set("max_binlog_size", "1073741824")
                .set("max_allowed_packet", "256M")
                .memoryMiB(1024)
                .start();
    }

    @Override
    public MySqlServer server() {
        return server;
    }

    @Override
    public String freshDatabase() {
        server.execute(
                null,
                "DROP DATABASE IF EXISTS " + MySqlSource.DATABASE,
                "DROP DATABASE IF EXISTS millrace",
                "CREATE DATABASE " + MySqlSource.DATABASE + " CHARACTER SET utf8mb4");
        return MySqlSource.DATABASE;
    }

    @Override
    public void createTable(Connection connection, ReferenceBacklog backlog, SourceSide source) throws SQLException {
        if (source instanceof PostgresSource) {
            backlog.createTargetTableOfPostgres(connection);
        } else {
            backlog.createTable(connection);
        }
    }

    @Override
    public String namespace(String database) {
        return database;
    }

    @Override
    public void settle() {
        server.execute(null, "RESET MASTER");
    }

    @Override
    public String dataSource(String database, String passwordFile) {
        return MySqlSource.entry(server, passwordFile);
    }

    @Override
    public void close() {
        server.close();
    }
}
