package io.millrace.reader.mysql;

import io.millrace.servers.Server;
import io.millrace.servers.ServerBuilder;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import org.junit.jupiter.api.Tag;

/** The same on the newest MySQL, whose statements have other names. */
@Tag("full")
class BinlogMySql97FailureTest extends BinlogMySqlFailureTest {
    @Override
    Server server() {
        return Servers.shared(ServerKind.MYSQL_9_7);
    }

    @Override
    ServerBuilder<? extends Server> builder() {
        return ServerKind.MYSQL_9_7.builder();
    }
}
