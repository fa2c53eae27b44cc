package io.millrace.reader.mysql;

import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import org.junit.jupiter.api.Tag;

/** The same server as the newer one does it, one version before. */
@Tag("full")
class BinlogMariaDb1011StreamIT extends BinlogStreamContract {
    @Override
    Server server() {
        return Servers.shared(ServerKind.MARIADB_10_11);
    }

    @Override
    Server laxServer() {
        return server();
    }
}
