package io.millrace.writer.mysql;

import io.millrace.servers.MariaDbServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import io.millrace.writer.LaneWriterContract;
import io.millrace.writer.TargetLab;

@RealServers(ServerKind.MARIADB_11_4)
class MariaDb11LaneWriterIT extends LaneWriterContract {
    private final MariaDbServer server;

    MariaDb11LaneWriterIT(MariaDbServer server) {
        this.server = server;
    }

    @Override
    protected TargetLab lab() {
        return new MySqlLab(server);
    }
}
