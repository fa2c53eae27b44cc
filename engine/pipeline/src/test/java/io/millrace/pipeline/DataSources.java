package io.millrace.pipeline;

import io.millrace.datasource.DataSource;
import io.millrace.datasource.Secret;
import io.millrace.datasource.TlsMode;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.Server;
import java.time.Duration;
import java.util.Optional;

/** A real server as a user's file would name it. */
final class DataSources {
    private DataSources() {}

    static DataSource of(String name, Server server, String database) {
        return of(name, type(server), server, database);
    }

    static DataSource of(String name, String type, Server server, String database) {
        return of(name, type, server, server.host(), server.port(), database);
    }

    /** At another address: a proxy's, or another server's with the same login. */
    static DataSource of(String name, String type, Server server, String host, int port, String database) {
        return new DataSource(
                name,
                type,
                host,
                port,
                database,
                server.user(),
                Secret.of(server.password()),
                TlsMode.PREFERRED,
                Optional.empty(),
                Duration.ofSeconds(10));
    }

    /** For another user. */
    static DataSource as(String user, String password, DataSource like) {
        return new DataSource(
                like.name(),
                like.type(),
                like.host(),
                like.port(),
                like.database(),
                user,
                Secret.of(password),
                like.tlsMode(),
                Optional.empty(),
                like.connectTimeout());
    }

    static String type(Server server) {
        return server instanceof PostgresServer ? "postgres" : server instanceof MariaDbServer ? "mariadb" : "mysql";
    }
}
