package io.millrace.reader.mysql;

import io.millrace.servers.MySqlServer;
import io.millrace.servers.Server;
import io.millrace.servers.Servers;

class BinlogMySqlStreamIT extends BinlogStreamContract {
    @Override
    Server server() {
        return Servers.mysql();
    }

    @Override
    Server laxServer() {
        return MySqlServer.builder()
                .set("gtid_mode", "OFF")
                .set("enforce_gtid_consistency", "OFF")
                .shared();
    }
}
