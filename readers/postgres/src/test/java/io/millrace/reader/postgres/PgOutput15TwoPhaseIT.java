package io.millrace.reader.postgres;

import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;

@RealServers(ServerKind.POSTGRES_15)
class PgOutput15TwoPhaseIT extends PgOutputTwoPhaseContract {
    private final PostgresServer server;

    PgOutput15TwoPhaseIT(PostgresServer server) {
        this.server = server;
    }

    @Override
    PostgresServer server() {
        return server;
    }
}
