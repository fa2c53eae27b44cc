package io.millrace.verify;

import io.millrace.datasource.DataSource;
import io.millrace.datasource.Secret;
import io.millrace.datasource.TlsMode;
import io.millrace.servers.Server;
import java.time.Duration;
import java.util.Optional;

/** A real server as a user's file would name it. */
final class DataSources {
    private DataSources() {}

    static DataSource of(String name, String type, Server server, String database) {
        return of(name, type, server, database, server.password());
    }

    /** With a password that may be wrong. */
    static DataSource of(String name, String type, Server server, String database, String password) {
        return new DataSource(
                name,
                type,
                server.host(),
                server.port(),
                database,
                server.user(),
                Secret.of(password),
                TlsMode.PREFERRED,
                Optional.empty(),
                Duration.ofSeconds(10));
    }
}
