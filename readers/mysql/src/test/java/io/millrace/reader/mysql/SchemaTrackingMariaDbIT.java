package io.millrace.reader.mysql;

import io.millrace.servers.Server;
import io.millrace.servers.Servers;

class SchemaTrackingMariaDbIT extends SchemaTrackingContract {
    @Override
    Server server() {
        return Servers.mariadb();
    }

    @Override
    String less() {
        return "NO_LOG";
    }
}
