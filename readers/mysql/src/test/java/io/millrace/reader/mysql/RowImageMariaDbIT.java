package io.millrace.reader.mysql;

import io.millrace.servers.Server;
import io.millrace.servers.Servers;
import java.util.List;

class RowImageMariaDbIT extends RowImageContract {
    @Override
    Server server() {
        return Servers.mariadb();
    }

    @Override
    List<String> images() {
        return List.of("FULL", "MINIMAL", "NOBLOB", "FULL_NODUP");
    }

    @Override
    boolean areVirtualColumnsSent() {
        return false;
    }

    @Override
    boolean doesLogReplaceWhole() {
        return false;
    }
}
