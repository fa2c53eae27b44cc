package io.millrace.reader.postgres;

import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import org.junit.jupiter.api.Tag;

@Tag("full")
@RealServers(ServerKind.POSTGRES_15)
class PgOutput15GoldenIT extends PgOutputGoldenContract {
    private final PostgresServer server;

    PgOutput15GoldenIT(PostgresServer server) {
        super(15);
        this.server = server;
    }

    @Override
    PostgresServer server() {
        return server;
    }
}
