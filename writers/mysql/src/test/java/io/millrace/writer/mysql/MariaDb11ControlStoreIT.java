package io.millrace.writer.mysql;

import io.millrace.servers.MariaDbServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import io.millrace.writer.ControlStoreContract;
import io.millrace.writer.TargetLab;
import org.junit.jupiter.api.Tag;

@Tag("full")
@RealServers(ServerKind.MARIADB_11_4)
class MariaDb11ControlStoreIT extends ControlStoreContract {
    private final MariaDbServer server;

    MariaDb11ControlStoreIT(MariaDbServer server) {
        this.server = server;
    }

    @Override
    protected TargetLab lab() {
        return new MySqlLab(server);
    }
}
