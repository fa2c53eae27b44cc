package io.millrace.writer.mysql;

import io.millrace.servers.MySqlServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;

@RealServers(ServerKind.MYSQL_8_0)
class MySql8TypesIT extends MySqlTypesContract {
    private final MySqlServer server;

    MySql8TypesIT(MySqlServer server) {
        this.server = server;
    }

    @Override
    protected MySqlLab lab() {
        return new MySqlLab(server);
    }
}
