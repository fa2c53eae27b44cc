package io.millrace.reader.postgres;

import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import java.util.List;

/** The server streams every single change. */
@RealServers(ServerKind.POSTGRES_18)
class PgOutput18StreamingIT extends PgOutputStreamingContract {
    private final PostgresServer server;

    PgOutput18StreamingIT(PostgresServer server) {
        this.server = server;
    }

    @Override
    PostgresServer server() {
        return server;
    }

    @Override
    List<String> settings() {
        return List.of("logical_decoding_work_mem = '64kB'", "debug_logical_replication_streaming = 'immediate'");
    }
}
