package io.millrace.writer.mysql;

import io.millrace.servers.MariaDbServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import org.junit.jupiter.api.Tag;

@Tag("full")
@RealServers(ServerKind.MARIADB_11_4)
class MariaDb11TypesIT extends MySqlTypesContract {
    private final MariaDbServer server;

    MariaDb11TypesIT(MariaDbServer server) {
        this.server = server;
    }

    @Override
    protected MySqlLab lab() {
        return new MySqlLab(server);
    }
}
