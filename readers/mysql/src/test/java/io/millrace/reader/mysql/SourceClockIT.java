package io.millrace.reader.mysql;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.datasource.TlsMode;
import io.millrace.servers.Server;
import io.millrace.servers.Servers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server whose clock, as the reader's login sees it, goes two hours slow. */
class SourceClockIT {
    private static final long TWO_HOURS_MICROS = 7_200_000_000L;

    @ParameterizedTest
    @ValueSource(strings = {"mysql", "mariadb"})
    void shouldTellHowFarTheSourcesClockIsOffWhenStreaming(String kind) {
        Server server = kind.equals("mysql") ? Servers.mysql() : Servers.mariadb();
        String database = server.freshDatabase("clock");
        server.execute(null, "CREATE USER IF NOT EXISTS slow IDENTIFIED BY 'slow'");
        server.execute(null, "GRANT REPLICATION SLAVE, REPLICATION CLIENT, SELECT ON *.* TO slow");
        server.execute(null, "SET GLOBAL init_connect = 'SET SESSION timestamp = UNIX_TIMESTAMP(SYSDATE(6)) - 7200'");
        RecordingSink sink = new RecordingSink(StreamRun.now(server));
        BinlogReader reader = StreamRun.reader(
                StreamRun.withLogin(StreamRun.dataSource(server, TlsMode.PREFERRED), "slow", "slow"), database);
        try (StreamRun run = new StreamRun(reader, sink)) {
            run.awaitCaughtUp(server);
            run.await(() -> reader.status().isStreaming());
            long offByMicros = Math.abs(reader.clockOffsetMicros() + TWO_HOURS_MICROS);
            assertTrue(offByMicros < 10_000_000, () -> "off by micros: " + offByMicros);
        } finally {
            server.execute(null, "SET GLOBAL init_connect = ''");
        }
    }
}
