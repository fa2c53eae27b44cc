package io.millrace.reader.mysql;

import io.millrace.servers.Server;
import io.millrace.servers.Servers;

class BinlogMariaDbTypesIT extends BinlogTypesContract {
    @Override
    Server server() {
        return Servers.mariadb();
    }
}
