package io.millrace.writer.postgres;

import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import io.millrace.writer.LaneWriterContract;
import io.millrace.writer.TargetLab;
import org.junit.jupiter.api.Tag;

@Tag("full")
@RealServers(ServerKind.POSTGRES_16)
class Postgres16LaneWriterIT extends LaneWriterContract {
    private final PostgresServer server;

    Postgres16LaneWriterIT(PostgresServer server) {
        this.server = server;
    }

    @Override
    protected TargetLab lab() {
        return new PostgresLab(server);
    }
}
