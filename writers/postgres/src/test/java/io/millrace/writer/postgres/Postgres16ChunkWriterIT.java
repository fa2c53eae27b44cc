package io.millrace.writer.postgres;

import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import io.millrace.writer.ChunkWriterContract;
import io.millrace.writer.TargetLab;
import org.junit.jupiter.api.Tag;

@Tag("full")
@RealServers(ServerKind.POSTGRES_16)
class Postgres16ChunkWriterIT extends ChunkWriterContract {
    private final PostgresServer server;

    Postgres16ChunkWriterIT(PostgresServer server) {
        this.server = server;
    }

    @Override
    protected TargetLab lab() {
        return new PostgresLab(server);
    }
}
