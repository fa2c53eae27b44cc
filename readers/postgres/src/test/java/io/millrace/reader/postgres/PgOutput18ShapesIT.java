package io.millrace.reader.postgres;

import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import java.util.List;

@RealServers(ServerKind.POSTGRES_18)
class PgOutput18ShapesIT extends PgOutputShapesContract {
    private final PostgresServer server;

    PgOutput18ShapesIT(PostgresServer server) {
        this.server = server;
    }

    @Override
    PostgresServer server() {
        return server;
    }

    @Override
    List<String> streamingSettings() {
        return List.of("logical_decoding_work_mem = '64kB'", "debug_logical_replication_streaming = 'immediate'");
    }
}
