package io.millrace.e2e.rates;

import io.millrace.e2e.workload.ReferenceBacklog;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.Server;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** PostgreSQL as a source: each run reads a copy of one slot, which stands where the backlog begins. */
final class PostgresSource implements SourceSide {
    static final String PUBLICATION = "rates";

    private static final String DATABASE = "rates";
    private static final String SLOT = "rates_base";

    private final PostgresServer server;
    private String lastBegin = "";

    PostgresSource() {
        server = PostgresServer.builder()
                .set("max_wal_size", "16GB")
                .set("max_replication_slots", "100")
                .memoryMiB(512)
                .start();
        server.execute(null, "CREATE DATABASE " + DATABASE);
    }

    @Override
    public PostgresServer server() {
        return server;
    }

    @Override
    public String database() {
        return DATABASE;
    }

    @Override
    public String namespace() {
        return "public";
    }

    @Override
    public void begin() {
        server.execute(
                DATABASE,
                "CREATE PUBLICATION " + PUBLICATION + " FOR TABLE ONLY " + ReferenceBacklog.TABLE
                        + " WITH (publish_via_partition_root = true)",
                "SELECT pg_create_logical_replication_slot('" + SLOT + "', 'pgoutput')");
    }

    /** Writes one more transaction: who has applied a transaction that ends behind {@link #lastBegin} has applied them all. */
    @Override
    public void end() throws SQLException {
        lastBegin = text("SELECT pg_current_wal_insert_lsn()");
        server.execute(
                DATABASE,
                "UPDATE " + ReferenceBacklog.TABLE + " SET quantity = quantity WHERE id = (SELECT max(id) FROM "
                        + ReferenceBacklog.TABLE + ")");
    }

    @Override
    public long logBytes() {
        return 0;
    }

    String lastBegin() {
        return lastBegin;
    }

    /** Makes a copy of the slot, and returns its name. */
    String copyOfSlot(String run) {
        String name = "rates_" + run;
        server.execute(DATABASE, "SELECT pg_copy_logical_replication_slot('" + SLOT + "', '" + name + "')");
        return name;
    }

    void dropSlot(String name) {
        server.execute(DATABASE, "SELECT pg_drop_replication_slot('" + name + "')");
    }

    private String text(String query) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    @Override
    public String dataSource(String passwordFile) {
        return entry(server, DATABASE, passwordFile);
    }

    static String entry(Server server, String database, String passwordFile) {
        return "{type: postgres, host: 127.0.0.1, port: %d, database: %s, user: %s, password: '${file:%s}'}"
                .formatted(server.port(), database, server.user(), passwordFile);
    }

    @Override
    public String incrementalLines(String run) {
        return "source: {datasource: backlog, slot: %s, publication: %s}\nsteps: [incremental]\nstart: earliest"
                .formatted(copyOfSlot(run), PUBLICATION);
    }

    @Override
    public void close() {
        server.close();
    }
}
