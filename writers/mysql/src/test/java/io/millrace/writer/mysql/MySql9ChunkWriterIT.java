package io.millrace.writer.mysql;

import io.millrace.servers.MySqlServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import io.millrace.writer.ChunkWriterContract;
import io.millrace.writer.TargetLab;
import org.junit.jupiter.api.Tag;

@Tag("full")
@RealServers(ServerKind.MYSQL_9_7)
class MySql9ChunkWriterIT extends ChunkWriterContract {
    private final MySqlServer server;

    MySql9ChunkWriterIT(MySqlServer server) {
        this.server = server;
    }

    @Override
    protected TargetLab lab() {
        return new MySqlLab(server);
    }
}
