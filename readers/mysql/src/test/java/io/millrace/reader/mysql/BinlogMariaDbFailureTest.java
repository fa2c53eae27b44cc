package io.millrace.reader.mysql;

import io.millrace.position.SourcePosition;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.Server;
import io.millrace.servers.Servers;
import org.junit.jupiter.api.Test;

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
    String firstMissing(SourcePosition position) {
        String[] last = position.text().split("-", -1);
        return "gtid:0-*-" + (Long.parseLong(last[last.length - 1]) + 1) + " to 0-";
    }

    @Override
    String foreignPosition() {
        return "gtid:0-77-123456";
    }

    /** Numbers of a domain count over all servers: another one's stand where ours stood. */
    @Test
    void shouldStopWhenAnotherServerIssuedTransactionsOfThoseNumbers() {
        assertStopsWhenIssuedAgain("SET SESSION server_id = 77");
    }
}
