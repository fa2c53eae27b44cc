package io.millrace.reader.postgres;

import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import java.util.List;

/** The server streams what outgrows the least memory that it can be given. */
@RealServers(ServerKind.POSTGRES_15)
class PgOutput15StreamingIT extends PgOutputStreamingContract {
    private final PostgresServer server;

    PgOutput15StreamingIT(PostgresServer server) {
        this.server = server;
    }

    @Override
    PostgresServer server() {
        return server;
    }

    @Override
    List<String> settings() {
        return List.of("logical_decoding_work_mem = '64kB'");
    }
}
