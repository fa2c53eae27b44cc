package io.millrace.reader.postgres;

import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;

@RealServers(ServerKind.POSTGRES_18)
class Postgres18TypesIT extends PostgresTypesContract {
    private final PostgresServer server;

    Postgres18TypesIT(PostgresServer server) {
        this.server = server;
    }

    @Override
    PostgresServer server() {
        return server;
    }
}
