package io.millrace.writer.postgres;

import io.millrace.datasource.DataSource;
import io.millrace.datasource.Secret;
import io.millrace.datasource.TlsMode;
import io.millrace.servers.PostgresServer;
import io.millrace.writer.Target;
import io.millrace.writer.TargetLab;
import io.millrace.writer.TargetSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/** A fresh database of a real server. */
final class PostgresLab implements TargetLab {
    private final PostgresServer server;
    private final String database;

    PostgresLab(PostgresServer server) {
        this.server = server;
        database = server.freshDatabase("pg");
    }

    String database() {
        return database;
    }

    DataSource dataSource() {
        return dataSource(server.port());
    }

    /** As another user. */
    DataSource dataSource(String user, String password) {
        DataSource ours = dataSource();
        return new DataSource(
                ours.name(),
                ours.type(),
                ours.host(),
                ours.port(),
                ours.database(),
                user,
                Secret.of(password),
                ours.tlsMode(),
                ours.tlsCa(),
                ours.connectTimeout());
    }

    /** Through another port, which a proxy listens on. */
    DataSource dataSource(int port) {
        return new DataSource(
                "warehouse",
                "postgres",
                server.host(),
                port,
                database,
                server.user(),
                Secret.of(server.password()),
                TlsMode.PREFERRED,
                Optional.empty(),
                Duration.ofSeconds(10));
    }

    @Override
    public Target open(TargetSettings settings) {
        return new PostgresTargetProvider().open(dataSource(), settings);
    }

    @Override
    public String namespace() {
        return "dw";
    }

    @Override
    public Connection connect() throws SQLException {
        return server.connect(database);
    }

    @Override
    public String inUtc() {
        return "SET TimeZone = 'UTC'";
    }

    @Override
    public void execute(String sql) {
        server.execute(database, sql);
    }
}
