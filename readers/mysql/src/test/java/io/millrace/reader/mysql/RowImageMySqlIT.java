package io.millrace.reader.mysql;

import io.millrace.servers.Server;
import io.millrace.servers.Servers;
import java.util.List;

class RowImageMySqlIT extends RowImageContract {
    @Override
    Server server() {
        return Servers.mysql();
    }

    @Override
    List<String> images() {
        return List.of("FULL", "MINIMAL", "NOBLOB");
    }

    @Override
    boolean areVirtualColumnsSent() {
        return true;
    }

    @Override
    boolean doesLogReplaceWhole() {
        return true;
    }
}
