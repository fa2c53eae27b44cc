package io.millrace.reader.postgres;

import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import org.junit.jupiter.api.Tag;

@Tag("full")
@RealServers(ServerKind.POSTGRES_15)
class PgOutput15StreamIT extends PgOutputStreamContract {
    private final PostgresServer server;

    PgOutput15StreamIT(PostgresServer server) {
        this.server = server;
    }

    @Override
    PostgresServer server() {
        return server;
    }
}
