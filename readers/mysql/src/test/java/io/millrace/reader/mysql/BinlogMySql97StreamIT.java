package io.millrace.reader.mysql;

import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;

class BinlogMySql97StreamIT extends BinlogStreamContract {
    @Override
    Server server() {
        return Servers.shared(ServerKind.MYSQL_9_7);
    }

    @Override
    Server laxServer() {
        return ServerKind.MYSQL_9_7
                .builder()
                .set("gtid_mode", "OFF")
                .set("enforce_gtid_consistency", "OFF")
                .shared();
    }
}
