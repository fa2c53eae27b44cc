package io.millrace.reader.postgres;

import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import java.util.List;
import org.junit.jupiter.api.Tag;

@Tag("full")
@RealServers(ServerKind.POSTGRES_15)
class PgOutput15DdlIT extends PgOutputDdlContract {
    private final PostgresServer server;

    PgOutput15DdlIT(PostgresServer server) {
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
