package io.millrace.reader.mysql;

import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import org.junit.jupiter.api.Tag;

/** The same on the oldest MariaDB that is supported. */
@Tag("full")
class BinlogMariaDb1011FailureTest extends BinlogMariaDbFailureTest {
    @Override
    Server server() {
        return Servers.shared(ServerKind.MARIADB_10_11);
    }

    @Override
    Server freshServer() {
        return Servers.orSkip(() -> ServerKind.MARIADB_10_11.builder().start());
    }
}
