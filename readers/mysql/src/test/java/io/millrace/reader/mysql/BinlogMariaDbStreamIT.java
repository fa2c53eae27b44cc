package io.millrace.reader.mysql;

import io.millrace.servers.Server;
import io.millrace.servers.Servers;

class BinlogMariaDbStreamIT extends BinlogStreamContract {
    @Override
    Server server() {
        return Servers.mariadb();
    }

    @Override
    Server laxServer() {
        return server();
    }
}
