package io.millrace.e2e.rates;

import io.millrace.e2e.peer.DebeziumPeer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.Server;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** MySQL as a source: every run reads the same binary log from the same place. */
final class MySqlSource implements SourceSide {
    static final String DATABASE = "rates";

    private final MySqlServer server;
    private DebeziumPeer.Start start;

    MySqlSource() {
        server = MySqlServer.builder()
                .set("max_binlog_size", "1073741824")
                .set("max_allowed_packet", "256M")
                // Without it a replica could apply nothing of one session's transactions in parallel.
                .set("binlog_transaction_dependency_tracking", "WRITESET")
                .memoryMiB(1024)
                .start();
        server.execute(null, "CREATE DATABASE " + DATABASE + " CHARACTER SET utf8mb4");
    }

    @Override
    public MySqlServer server() {
        return server;
    }

    /** Where the backlog begins. */
    DebeziumPeer.Start start() {
        return start;
    }

    @Override
    public String database() {
        return DATABASE;
    }

    @Override
    public String namespace() {
        return DATABASE;
    }

    @Override
    public void begin() {
        start = DebeziumPeer.Start.now(server);
    }

    @Override
    public void end() {
        // The binary log says where it ends.
    }

    @Override
    public long logBytes() throws SQLException {
        long bytes = 0;
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet files = statement.executeQuery("SHOW BINARY LOGS")) {
            while (files.next()) {
                bytes += files.getLong(2);
            }
        }
        return bytes;
    }

    @Override
    public String dataSource(String passwordFile) {
        return entry(server, passwordFile);
    }

    /** Without TLS, as the servers' own replication goes that is measured beside it. */
    static String entry(Server server, String passwordFile) {
        return "{type: mysql, host: 127.0.0.1, port: %d, user: %s, password: '${file:%s}', tls: {mode: disabled}}"
                .formatted(server.port(), server.user(), passwordFile);
    }

    @Override
    public String incrementalLines(String run) {
        return "source: backlog\nsteps: [incremental]\nstart: 'gtid:%s'".formatted(start.gtids());
    }

    @Override
    public void close() {
        server.close();
    }
}
