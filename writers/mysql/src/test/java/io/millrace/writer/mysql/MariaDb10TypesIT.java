package io.millrace.writer.mysql;

import io.millrace.servers.MariaDbServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import org.junit.jupiter.api.Tag;

@Tag("full")
@RealServers(ServerKind.MARIADB_10_11)
class MariaDb10TypesIT extends MySqlTypesContract {
    private final MariaDbServer server;

    MariaDb10TypesIT(MariaDbServer server) {
        this.server = server;
    }

    @Override
    protected MySqlLab lab() {
        return new MySqlLab(server);
    }
}
