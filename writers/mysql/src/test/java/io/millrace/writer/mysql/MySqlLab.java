package io.millrace.writer.mysql;

import io.millrace.datasource.DataSource;
import io.millrace.datasource.Secret;
import io.millrace.datasource.TlsMode;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.Server;
import io.millrace.writer.Target;
import io.millrace.writer.TargetLab;
import io.millrace.writer.TargetSettings;
import io.millrace.writer.mysql.connection.Dialect;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/** A fresh database of a real server; the control schema is the server's own, and is made anew for each lab. */
final class MySqlLab implements TargetLab {
    private final Server server;
    private final String database;

    MySqlLab(Server server) {
        this.server = server;
        database = server.freshDatabase("my");
        execute("DROP DATABASE IF EXISTS millrace");
    }

    Dialect dialect() {
        return server instanceof MariaDbServer ? Dialect.MARIADB : Dialect.MYSQL;
    }

    DataSource dataSource() {
        return dataSource(server.port(), server.user(), server.password());
    }

    /** Through another port, which a proxy listens on, or as another user. */
    DataSource dataSource(int port, String user, String password) {
        return new DataSource(
                "warehouse",
                dialect() == Dialect.MARIADB ? "mariadb" : "mysql",
                server.host(),
                port,
                "",
                user,
                Secret.of(password),
                TlsMode.PREFERRED,
                Optional.empty(),
                Duration.ofSeconds(10));
    }

    @Override
    public Target open(TargetSettings settings) {
        return new MySqlTargetProvider().open(dataSource(), settings);
    }

    @Override
    public String namespace() {
        return database;
    }

    @Override
    public Connection connect() throws SQLException {
        return server.connect(database);
    }

    @Override
    public String inUtc() {
        return "SET SESSION time_zone = '+00:00'";
    }

    @Override
    public void execute(String sql) {
        server.execute(database, sql);
    }
}
