package io.millrace.writer.mysql;

import io.millrace.servers.MySqlServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import io.millrace.writer.ChunkWriterContract;
import io.millrace.writer.TargetLab;

@RealServers(ServerKind.MYSQL_8_0)
class MySql8ChunkWriterIT extends ChunkWriterContract {
    private final MySqlServer server;

    MySql8ChunkWriterIT(MySqlServer server) {
        this.server = server;
    }

    @Override
    protected TargetLab lab() {
        return new MySqlLab(server);
    }
}
