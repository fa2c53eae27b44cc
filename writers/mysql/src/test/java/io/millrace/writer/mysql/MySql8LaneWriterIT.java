package io.millrace.writer.mysql;

import io.millrace.servers.MySqlServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import io.millrace.writer.LaneWriterContract;
import io.millrace.writer.TargetLab;

@RealServers(ServerKind.MYSQL_8_0)
class MySql8LaneWriterIT extends LaneWriterContract {
    private final MySqlServer server;

    MySql8LaneWriterIT(MySqlServer server) {
        this.server = server;
    }

    @Override
    protected TargetLab lab() {
        return new MySqlLab(server);
    }
}
