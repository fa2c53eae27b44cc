package io.millrace.writer.mysql;

import io.millrace.servers.MySqlServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;

@RealServers(ServerKind.MYSQL_8_0)
class MySqlInspectionIT extends InspectionContract {
    private final MySqlServer server;

    MySqlInspectionIT(MySqlServer server) {
        this.server = server;
    }

    @Override
    Server server() {
        return server;
    }
}
