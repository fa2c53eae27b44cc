package io.millrace.reader.postgres;

import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import java.util.List;
import org.junit.jupiter.api.Tag;

@Tag("full")
@RealServers(ServerKind.POSTGRES_15)
class PgOutput15ShapesIT extends PgOutputShapesContract {
    private final PostgresServer server;

    PgOutput15ShapesIT(PostgresServer server) {
        this.server = server;
    }

    @Override
    PostgresServer server() {
        return server;
    }

    @Override
    List<String> streamingSettings() {
        return List.of("logical_decoding_work_mem = '64kB'");
    }
}
