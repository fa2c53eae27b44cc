package io.millrace.reader.mysql;

import io.millrace.servers.Server;
import io.millrace.servers.Servers;

class BinlogMariaDbXaIT extends BinlogXaContract {
    @Override
    Server server() {
        return Servers.mariadb();
    }
}
