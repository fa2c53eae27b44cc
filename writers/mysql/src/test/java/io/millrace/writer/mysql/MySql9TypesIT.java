package io.millrace.writer.mysql;

import io.millrace.servers.MySqlServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import org.junit.jupiter.api.Tag;

@Tag("full")
@RealServers(ServerKind.MYSQL_9_7)
class MySql9TypesIT extends MySqlTypesContract {
    private final MySqlServer server;

    MySql9TypesIT(MySqlServer server) {
        this.server = server;
    }

    @Override
    protected MySqlLab lab() {
        return new MySqlLab(server);
    }
}
