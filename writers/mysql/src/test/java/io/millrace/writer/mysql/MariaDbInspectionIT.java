package io.millrace.writer.mysql;

import io.millrace.servers.MariaDbServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;

@RealServers(ServerKind.MARIADB_11_4)
class MariaDbInspectionIT extends InspectionContract {
    private final MariaDbServer server;

    MariaDbInspectionIT(MariaDbServer server) {
        this.server = server;
    }

    @Override
    Server server() {
        return server;
    }
}
