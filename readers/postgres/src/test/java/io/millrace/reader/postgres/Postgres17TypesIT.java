package io.millrace.reader.postgres;

import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;

@RealServers(ServerKind.POSTGRES_17)
class Postgres17TypesIT extends PostgresTypesContract {
    private final PostgresServer server;

    Postgres17TypesIT(PostgresServer server) {
        this.server = server;
    }

    @Override
    PostgresServer server() {
        return server;
    }
}
