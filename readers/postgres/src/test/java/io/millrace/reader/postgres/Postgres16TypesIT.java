package io.millrace.reader.postgres;

import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;

@RealServers(ServerKind.POSTGRES_16)
class Postgres16TypesIT extends PostgresTypesContract {
    private final PostgresServer server;

    Postgres16TypesIT(PostgresServer server) {
        this.server = server;
    }

    @Override
    PostgresServer server() {
        return server;
    }
}
