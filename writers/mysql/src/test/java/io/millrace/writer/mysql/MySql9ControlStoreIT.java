package io.millrace.writer.mysql;

import io.millrace.servers.MySqlServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import io.millrace.writer.ControlStoreContract;
import io.millrace.writer.TargetLab;
import org.junit.jupiter.api.Tag;

@Tag("full")
@RealServers(ServerKind.MYSQL_9_7)
class MySql9ControlStoreIT extends ControlStoreContract {
    private final MySqlServer server;

    MySql9ControlStoreIT(MySqlServer server) {
        this.server = server;
    }

    @Override
    protected TargetLab lab() {
        return new MySqlLab(server);
    }
}
