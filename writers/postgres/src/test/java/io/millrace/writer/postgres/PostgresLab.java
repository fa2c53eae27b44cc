package io.millrace.writer.postgres;

import io.millrace.datasource.DataSource;
import io.millrace.datasource.Secret;
import io.millrace.datasource.TlsMode;
import io.millrace.servers.PostgresServer;
import io.millrace.writer.Target;
import io.millrace.writer.TargetLab;
import io.millrace.writer.TargetSettings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

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
    public List<List<String>> query(String sql) {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'");
            try (ResultSet rows = statement.executeQuery(sql)) {
                List<List<String>> result = new ArrayList<>();
                while (rows.next()) {
                    List<String> row = new ArrayList<>();
                    for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                        row.add(rows.getString(i));
                    }
                    result.add(row);
                }
                return result;
            }
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    @Override
    public void execute(String sql) {
        server.execute(database, sql);
    }

    @Override
    public <T> T whileOpen(String sql, Callable<T> work) throws Exception {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(sql);
            T result = work.call();
            connection.commit();
            return result;
        }
    }
}
