package io.millrace.writer.postgres;

import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import io.millrace.writer.LaneWriterContract;
import io.millrace.writer.TargetLab;

@RealServers(ServerKind.POSTGRES_18)
class Postgres18LaneWriterIT extends LaneWriterContract {
    private final PostgresServer server;

    Postgres18LaneWriterIT(PostgresServer server) {
        this.server = server;
    }

    @Override
    protected TargetLab lab() {
        return new PostgresLab(server);
    }
}
