package io.millrace.daemon;

import io.millrace.servers.MariaDbServer;
import io.millrace.servers.Server;
import io.millrace.servers.Servers;
import org.junit.jupiter.api.Tag;

@Tag("full")
class BadInputMariaDbIT extends BadInputContract {
    @Override
    Server source() {
        return Servers.mariadb();
    }

    @Override
    Server otherSource() {
        return MariaDbServer.builder().set("max_connections", 50).shared();
    }

    @Override
    String type() {
        return "mariadb";
    }

    @Override
    String purge() {
        return BadInputMySqlIT.CurrentBinlog.purgeBefore(source());
    }
}
