package io.millrace.reader.mysql;

import io.millrace.servers.MariaDbServer;
import io.millrace.servers.Server;
import io.millrace.servers.Servers;

class BinlogMariaDbFailureTest extends BinlogFailureContract {
    @Override
    Server server() {
        return Servers.mariadb();
    }

    @Override
    Server freshServer() {
        return Servers.orSkip(() -> MariaDbServer.builder().start());
    }

    @Override
    String emptyPosition() {
        return "gtid:";
    }

    @Override
    String foreignPosition() {
        return "gtid:0-77-123456";
    }
}
