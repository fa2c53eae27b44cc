package io.millrace.reader.postgres;

import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;

@RealServers(ServerKind.POSTGRES_18)
class PgOutput18GoldenIT extends PgOutputGoldenContract {
    private final PostgresServer server;

    PgOutput18GoldenIT(PostgresServer server) {
        super(18);
        this.server = server;
    }

    @Override
    PostgresServer server() {
        return server;
    }
}
